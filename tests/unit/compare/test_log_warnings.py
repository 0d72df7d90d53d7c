"""What a log warns of."""

from __future__ import annotations

import pytest

from emulator.compare.log_warnings import LENGTH, MOST, warnings_in

INCONSISTENT = (
    "InconsistentVersionWarning: Trying to unpickle estimator OneHotEncoder from version 1.4.2 when using version "
    "1.9.1. This might lead to breaking code or invalid results. Use at your own risk."
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"/usr/lib/python3.11/site-packages/sklearn/base.py:442: {INCONSISTENT}", INCONSISTENT),
        ("/a/b.py:1: DeprecationWarning: x took 5 ms", "DeprecationWarning: x took N ms"),
        ("/a/b.py:1: sklearn.exceptions.DataConversionWarning: y", "DataConversionWarning: y"),
        ("/a/b.py:7: UserWarning: at 0x7f12ab in pid 77", "UserWarning: at 0x… in pid N"),
        ("[2026-01-01 10:20:30 +0000] [17] [WARNING] Worker 8 was late", "[WARNING] Worker N was late"),
        ("2026-01-01T10:20:30.123Z WARN 10.0.0.7:8080 is slow", "WARN ADDRESS is slow"),
        ("[10:20:30] WARNING: ../src/learner.cc:782: Old format", "WARNING: Old format"),
        ("a warning is no level, and WARNINGS is none", None),
        ("[INFO] ready", None),
    ],
)
def test_a_warning_is_told_the_same_in_every_run(line: str, expected: str | None) -> None:
    """Python's warnings and levels count, without places, times, addresses and process ids; versions stay."""
    assert (() if expected is None else (expected,)) == warnings_in([line])


def test_each_is_told_once() -> None:
    """Two workers that warn of the same warn once, and the order stays."""
    lines = ["[7] [WARNING] b", "/x.py:1: UserWarning: a", "[8] [WARNING] b", "/x.py:9: UserWarning: a", "  warn(1)"]

    assert ("[WARNING] b", "UserWarning: a") == warnings_in(lines)


def test_a_log_of_warnings_has_an_end() -> None:
    """So many are kept, and so much of each."""
    found = warnings_in([f"UserWarning: {'x' * 5000}{number}y" for number in range(1)] * 2)
    many = warnings_in([f"UserWarning: {chr(0x4E00 + number)}" for number in range(500)])

    assert [LENGTH] == [len(each) for each in found]
    assert MOST == len(many)
