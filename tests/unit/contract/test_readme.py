"""The README's table of checks is what the catalogue says."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.contract.catalogue import catalogue
from emulator.render.catalogue import markdown_table

README = Path(__file__).parents[3] / "README.md"
BETWEEN = re.compile(r"<!-- checks: [^\n]* -->\n(.*?)<!-- end of checks -->", re.DOTALL)


def test_table_is_generated() -> None:
    """Between its marks stands the output of `byoc checks --markdown`, to the letter."""
    found = BETWEEN.search(README.read_text("utf-8"))

    assert found is not None
    assert markdown_table([each.rule for each in catalogue()]).strip() == found.group(1).strip()
