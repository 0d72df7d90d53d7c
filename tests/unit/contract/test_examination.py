"""What is to be checked can be told in a file, and every slip has an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.contract.examination import Examination, baseline_text, read_baseline
from emulator.contract.sample import Sample, sample_from
from emulator.errors import UsageError
from emulator.model.finding import Finding, Manual, Rule
from emulator.model.report import Outcome, Report

RULE = Rule(
    code="PNG002",
    name="ping-redirects",
    family="ping",
    severity="error",
    manual=Manual(title="a", what="b", why="c", fix="d", source="e"),
)


def test_table_is_read() -> None:
    """Keys with dashes or underscores, lists and tables of options."""
    told = Examination.of(
        {"profile": "serverless", "fail-on": "error", "ignore": ["PNG"], "settle_seconds": 2, "PNG002": {}}
    )

    assert ("serverless", "error", ("PNG",), 2.0, {"PNG002": {}}) == (
        told.profile,
        told.fail_on,
        told.ignore,
        told.settle_seconds,
        told.options,
    )


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ({"profil": "realtime"}, "did you mean profile"),
        ({"profile": "moon"}, "give one of realtime, serverless, marketplace"),
        ({"fail_on": "never"}, "give one of error, warning, note"),
        ({"select": "IMG"}, "give a list"),
        ({"settle_seconds": "soon"}, "give a number of seconds"),
        ({"settle_seconds": True}, "give a number of seconds"),
        ({"PNG999": {}}, "no check PNG999"),
        ({"PNG002": {"nothing": 1}}, "has no option nothing"),
    ],
)
def test_slip_in_a_table_is_answered(table: dict[str, Any], text: str) -> None:
    """An unknown key, check or option, or a value of another kind, ends in a sentence."""
    with pytest.raises(UsageError, match=text):
        Examination.of(table, where="byoc.toml")


def test_flags_win_over_the_table() -> None:
    """What is given replaces what the file says, what is not given leaves it."""
    changed = Examination(profile="serverless", ignore=("IMG",)).changed(profile="realtime", ignore=None)

    assert ("realtime", ("IMG",)) == (changed.profile, changed.ignore)


def report(*fingerprints: str) -> Report:
    """A report with these findings of PNG002."""
    found = tuple(
        Finding(rule=RULE, severity="error", container=each, image="mine", what="It redirects.")
        for each in fingerprints
    )
    outcome = Outcome(rule=RULE, container="primary", status="failed", findings=found)
    return Report(containers=(), profile="realtime", outcomes=(outcome,), seconds=0.0, date="", version="")


def test_baseline_knows_what_was_found(tmp_path: Path) -> None:
    """What is written for a report is read back as its fingerprints."""
    path = tmp_path / "baseline.json"
    path.write_text(baseline_text(report("primary", "container-2")))

    assert {"PNG002:primary", "PNG002:container-2"} == read_baseline(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "byoc-emulator/baseline/2", "findings": []}'])
def test_other_file_is_no_baseline(tmp_path: Path, text: str) -> None:
    """What is none of ours, or of another schema, is refused and left as it is."""
    path = tmp_path / "baseline.json"
    path.write_text(text)

    with pytest.raises(UsageError):
        read_baseline(path)
    assert text == path.read_text()


@pytest.mark.parametrize(
    ("kind", "body", "rows"),
    [
        ("text/csv", b"1\n\n2\r\n", (b"1\n", b"2\n")),
        ("text/csv; charset=utf-8", b"1", (b"1\n",)),
        ("application/json", b"[1,\n2]", (b"[1,\n2]",)),
        ("text/csv", b"", (b"",)),
    ],
)
def test_sample_has_rows(kind: str, body: bytes, rows: tuple[bytes, ...]) -> None:
    """Lines are records where the type says so; anything else is one."""
    assert rows == Sample(body=body, content_type=kind).rows


def test_sample_can_be_repeated() -> None:
    """Whole records, until there are enough bytes."""
    assert b"1\n2\n1\n2\n" == Sample(body=b"1\n2", content_type="text/csv").repeated(5)


def test_name_of_a_file_tells_its_type(tmp_path: Path) -> None:
    """A known suffix is enough; an unknown one needs the type said."""
    path = tmp_path / "rows.CSV"
    path.write_bytes(b"1")
    other = tmp_path / "rows.dat"
    other.write_bytes(b"1")

    assert "text/csv" == sample_from(path, None, None).content_type
    assert "text/plain" == sample_from(other, "text/plain", None).content_type
    with pytest.raises(UsageError, match=r"rows.dat does not tell"):
        sample_from(other, None, None)
    with pytest.raises(UsageError, match="cannot be read"):
        sample_from(tmp_path / "none.csv", None, None)
