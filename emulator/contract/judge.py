"""From what a check saw to a finding that a person can act on."""

from __future__ import annotations

from emulator.contract.check import Check
from emulator.contract.reproduce import curl, docker_run
from emulator.contract.subject import Subject
from emulator.model.finding import Finding, Profile, Violation


def finding_of(violation: Violation, check: Check, name: str, subject: Subject | None, profile: Profile) -> Finding:
    """A violation with the severity that it has here, and the commands that show it.

    Args:
        violation: what the check saw.
        check: which one.
        name: the container's, or ``pipeline``.
        subject: the container; None for a chain.
        profile: where it is to be hosted.
    """
    return Finding(
        rule=check.rule,
        severity=violation.severity or check.severity(profile),
        container=name,
        image="" if subject is None else subject.definition.image,
        what=violation.what,
        probes=violation.probes,
        log=violation.log,
        facts=violation.facts,
        reproduce=_commands(violation, check, subject),
    )


def _commands(violation: Violation, check: Check, subject: Subject | None) -> tuple[str, ...]:
    sample = None if subject is None else subject.sample
    curls = tuple(dict.fromkeys(curl(each, sample=sample) for each in violation.probes))
    if subject is None:
        return tuple(filter(None, (violation.launch, *curls)))
    if check.stage in ("image", "artifact") and not curls and not violation.launch:
        return ()
    launch = violation.launch or docker_run(subject.launch(), model_data=subject.model_data)
    return (launch, *curls)
