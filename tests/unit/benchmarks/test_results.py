"""What was measured is kept as JSON, and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import results
from tests.benchmarks.measure import Figure
from tests.benchmarks.outcome import Kept, Outcome


def test_results_come_back_as_they_were(tmp_path: Path, kept: dict[str, Kept]) -> None:
    """Figures, pictures, notes and circumstances."""
    results.write(kept, tmp_path / "results.json")

    assert kept == results.read(tmp_path / "results.json")


def test_another_run_replaces_its_own_subject_only(tmp_path: Path, kept: dict[str, Kept]) -> None:
    """The other one stands as it stood."""
    path = tmp_path / "results.json"
    results.write(kept, path)
    again = replace(kept["launch"], date="2027-01-01T00:00:00Z")

    results.write({**results.read(path), "launch": again}, path)

    assert {"launch": again, "endpoints": kept["endpoints"]} == results.read(path)


def test_subjects_stand_in_the_order_asked_for(tmp_path: Path, kept: dict[str, Kept]) -> None:
    """Whichever was measured first; what nobody knows comes last."""
    results.write(kept, tmp_path / "results.json", order=["endpoints"])

    assert ["endpoints", "launch"] == list(results.read(tmp_path / "results.json"))


def test_samples_keep_five_digits(tmp_path: Path, kept: dict[str, Kept]) -> None:
    """A nanosecond is noise."""
    noisy = replace(kept["launch"], outcome=Outcome(figures=(Figure(name="a", unit="s", samples=(1.23456789,)),)))
    results.write({"launch": noisy}, tmp_path / "results.json")

    assert (1.2346,) == results.read(tmp_path / "results.json")["launch"].outcome.figures[0].samples


def test_no_file_is_no_results(tmp_path: Path) -> None:
    """Before the first run."""
    assert {} == results.read(tmp_path / "results.json")


@pytest.mark.parametrize(
    "told", [{"schema": "byoc-benchmarks/0"}, {}, {"schema": results.SCHEMA, "subjects": {"a": {}}}]
)
def test_other_files_are_refused(tmp_path: Path, told: dict[str, object]) -> None:
    """Another schema, or a damaged one."""
    (tmp_path / "results.json").write_text(json.dumps(told), "utf-8")

    with pytest.raises(ValueError, match=r"results\.json is"):
        results.read(tmp_path / "results.json")


def test_failed_writing_leaves_the_old_results(tmp_path: Path, kept: dict[str, Kept]) -> None:
    """And no draft."""
    path = tmp_path / "results.json"
    results.write(kept, path)
    broken = replace(kept["launch"], about=object())  # type: ignore[arg-type]

    with pytest.raises(TypeError):
        results.write({"launch": broken}, path)

    assert kept == results.read(path)
    assert [path] == list(tmp_path.iterdir())


def test_machine_is_told_without_its_name() -> None:
    """Neither the host's name nor a path."""
    facts = results.machine(None)

    assert {"cores", "memory", "kernel", "Python", "byoc-emulator", "boto3"} == facts.keys()
    assert not any("/" in each for each in facts.values())


def test_committed_results_can_be_read_and_were_no_tries() -> None:
    """What the README quotes was measured in full."""
    assert [] == [each.name for each in results.read().values() if each.quick]
