"""Checks are found, chosen and told apart; what cannot be is refused with a hint."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from emulator.contract import catalogue as module
from emulator.contract.catalogue import Catalogue, catalogue
from emulator.contract.check import Check
from emulator.errors import UsageError


@pytest.fixture
def three(looking: Callable[..., Check]) -> Catalogue:
    """A catalogue of three."""
    return Catalogue(
        [
            looking("ABC001", lambda subject, *, seconds=1.0, on=False, word="x": [], name="first_one"),
            looking("ABC002", lambda subject: [], name="second_one", profiles=["serverless"]),
            looking("XYZ001", lambda subject: [], name="third_one", family="other"),
        ]
    )


def codes(found: Any) -> list[str]:
    """Their codes."""
    return [each.rule.code for each in found]


def test_every_check_of_ours_is_found_once() -> None:
    """The catalogue has our checks with codes and names of their own."""
    found = list(catalogue())

    assert len(found) == len({each.rule.name for each in found}) == len({each.rule.code for each in found}) > 0


def test_taken_code_and_taken_name_are_refused(three: Catalogue, looking: Callable[..., Check]) -> None:
    """A second check of one code, or of one name, is refused, and the first is named."""
    for again in (
        looking("ABC001", lambda subject: [], name="new"),
        looking("NEW001", lambda subject: [], name="first_one"),
    ):
        with pytest.raises(UsageError, match="there is ABC001 first-one"):
            three.add(again, by="acme")


@pytest.mark.parametrize("word", ["ABC001", "abc001", "first-one", "First-One"])
def test_check_is_found_by_code_or_name(word: str, three: Catalogue) -> None:
    """Code and name find it, in any case."""
    assert "ABC001" == three.find(word).rule.code


def test_near_miss_is_named(three: Catalogue) -> None:
    """Who misspells a name is told the one he meant."""
    with pytest.raises(UsageError, match="did you mean first-one"):
        three.find("frist-one")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, ["ABC001", "XYZ001"]),
        ({"select": ["ABC"]}, ["ABC001"]),
        ({"select": ["other", "first-one"]}, ["ABC001", "XYZ001"]),
        ({"ignore": ["abc"]}, ["XYZ001"]),
        ({"select": ["ABC", "XYZ"], "ignore": ["XYZ001"]}, ["ABC001"]),
    ],
)
def test_checks_are_chosen(told: dict[str, Any], expected: list[str], three: Catalogue) -> None:
    """Codes, beginnings, names and families choose among the checks of a profile."""
    assert expected == codes(three.chosen("realtime", **told))


def test_profile_has_its_own_checks(three: Catalogue) -> None:
    """A check of one profile runs under no other."""
    assert ["ABC001", "ABC002", "XYZ001"] == codes(three.chosen("serverless"))


def test_option_takes_the_kind_of_its_default(three: Catalogue) -> None:
    """What a file or a command line gives becomes a number, a truth or a text."""
    options = three.options({"first-one": {"seconds": "2", "on": "true", "word": 3}})

    assert {"seconds": 2.0, "on": True, "word": "3"} == options["ABC001"]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"ABC001": {"minutes": 1}}, "has no option minutes"),
        ({"ABC001": {"seconds": "soon"}}, "cannot be 'soon'"),
        ({"ABC001": {"on": "maybe"}}, "cannot be 'maybe'"),
        ({"ABC009": {}}, "no check ABC009"),
    ],
)
def test_option_that_cannot_be_is_refused(given: dict[str, Any], text: str, three: Catalogue) -> None:
    """An unknown option, or a value of another kind, is refused by its name."""
    with pytest.raises(UsageError, match=text):
        three.options(given)


def entry(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """An installed package that brings checks."""
    point = EntryPoint(name="acme", group=module.ENTRY_POINTS, value=value)
    monkeypatch.setattr(module, "entry_points", lambda *, group: [point])
    catalogue.cache_clear()


def test_package_brings_a_check(monkeypatch: pytest.MonkeyPatch, looking: Callable[..., Check]) -> None:
    """An entry point adds a check to ours."""
    brought = looking("ACME001", lambda subject: [], name="acme_rule")
    vars(sys.modules["wooden.checks.image.one"])["rule"] = brought
    entry(monkeypatch, "wooden.checks.image.one")
    try:
        assert "ACME001" == codes(catalogue())[-1]
    finally:
        catalogue.cache_clear()


def test_package_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken entry point ends in a sentence that names it."""
    entry(monkeypatch, "no_such_package_anywhere")
    try:
        with pytest.raises(UsageError, match="no_such_package_anywhere cannot be loaded"):
            catalogue()
    finally:
        catalogue.cache_clear()
