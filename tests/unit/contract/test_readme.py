"""The README's tables are what the catalogue and the properties say of themselves."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.contract.catalogue import catalogue
from emulator.fuzz.property import properties
from emulator.render.catalogue import markdown_table

README = Path(__file__).parents[3] / "README.md"


def between(word: str) -> str:
    """What stands between the marks of a generated part."""
    found = re.search(rf"<!-- {word}: [^\n]* -->\n(.*?)<!-- end of {word} -->", README.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1).strip()


def test_table_of_checks_is_generated() -> None:
    """It is the output of `byoc checks --markdown`, to the letter."""
    assert markdown_table([each.rule for each in catalogue()]).strip() == between("checks")


def test_table_of_properties_is_generated() -> None:
    """It is the output of `byoc checks --fuzz --markdown`, to the letter."""
    assert markdown_table([each.rule for each in properties()]).strip() == between("properties")
