"""Each broken image trips its check and no other, and no check is without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.contract.catalogue import catalogue
from emulator.model.report import Report

Judged = Callable[[Any], Report]


@pytest.mark.engine
def test_mutant_trips_its_check_and_no_other(mutant: Any, judged: Judged) -> None:
    """A broken image has findings of one check, the one it is called after, and nothing of ours crashed."""
    report = judged(mutant)

    assert {mutant.check} == {each.rule.name for each in report.findings}, "\n".join(
        f"{each.rule.code} {each.rule.name}: {each.what}" for each in report.findings
    )
    assert [] == [(each.rule.code, each.reason) for each in report.outcomes if each.status == "errored"]


@pytest.mark.engine
@pytest.mark.parametrize("profile", ["realtime", "serverless", "marketplace"])
@pytest.mark.parametrize("chain", [["this"], ["this", "good"]], ids=["alone", "chain"])
def test_good_image_is_clean(profile: str, chain: list[str], good: Callable[..., Any], judged: Judged) -> None:
    """The image that all mutants are made of has no finding at all, alone and in a row."""
    report = judged(good(profile=profile, chain=chain))

    assert [] == [(each.rule.code, each.what) for each in report.findings]
    assert [] == [(each.rule.code, each.reason) for each in report.outcomes if each.status == "errored"]


def test_every_check_has_a_mutant(mutant_names: set[str]) -> None:
    """No check without an image that trips it, and no mutant of a check that there is not."""
    assert {each.rule.name for each in catalogue()} == mutant_names
