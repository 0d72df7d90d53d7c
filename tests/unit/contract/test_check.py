"""A check says all there is to say about itself, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.contract.check import Check, manual_of, options_of
from emulator.errors import UsageError

WHOLE = "It is wrong.\n\nWhat:\n  a\n\nWhy it matters:\n  b\n  c\n\nHow to fix:\n  d\n\nSource:\n  e\n"


def test_manual_is_taken_apart() -> None:
    """The first line and four sections become a manual, without their indentation."""
    manual = manual_of(WHOLE, where="here")

    assert ("It is wrong", "a", "b\nc", "d", "e") == (
        manual.title,
        manual.what,
        manual.why,
        manual.fix,
        manual.source,
    )


@pytest.mark.parametrize(
    ("cut", "named"),
    [
        ("What:\n  a\n\n", "What"),
        ("Why it matters:\n  b\n  c\n\n", "Why it matters"),
        ("How to fix:\n  d\n\n", "How to fix"),
        ("Source:\n  e\n", "Source"),
        ("It is wrong.\n\n", "a first line"),
        ("  a\n", "What"),
    ],
)
def test_incomplete_manual_is_refused(cut: str, named: str) -> None:
    """A manual without one of its parts is refused, by the name of the part."""
    with pytest.raises(UsageError, match=f"lacks {named}\n") as refused:
        manual_of(WHOLE.replace(cut, ""), where="check ABC001")

    assert "check ABC001" in refused.value.what


def test_keyword_parameters_are_options() -> None:
    """What a check's function takes by keyword are its options, with their defaults."""

    def look(subject: object, *, seconds: float = 1.5, word: str = "x") -> list[Any]:
        return []

    assert {"seconds": 1.5, "word": "x"} == options_of(look)


def test_option_without_a_plain_default_is_refused() -> None:
    """An option that cannot be written in a file is none."""

    def look(subject: object, *, words: tuple[str, ...] = ()) -> list[Any]:
        return []

    with pytest.raises(UsageError, match="Option words"):
        options_of(look)


@pytest.mark.parametrize(
    "told", [{"code": "abc1"}, {"severity": "bad"}, {"stage": "later"}, {"profiles": ["moon"]}, {"manual": "No."}]
)
def test_slip_is_refused_at_once(told: dict[str, Any], looking: Callable[..., Check]) -> None:
    """A code of another kind, an unknown word or a poor manual is refused where the check is made."""
    with pytest.raises(UsageError):
        looking(told.pop("code", "ABC001"), lambda subject: [], **told)


def test_check_is_called_after_its_function(looking: Callable[..., Check]) -> None:
    """The function gives the name, its module's folder the family."""
    made = looking("ABC001", lambda subject: [], name="ping_flaps")

    assert ("ABC001", "ping-flaps", "image") == (made.rule.code, made.rule.name, made.rule.family)


def test_severity_may_differ_by_profile(looking: Callable[..., Check]) -> None:
    """What bites in one place fails in another."""
    made = looking("ABC001", lambda subject: [], severity="note", severities={"serverless": "error"})

    assert ("note", "error") == (made.severity("realtime"), made.severity("serverless"))
