"""What every format says of a report as a whole: the verdict in one sentence, and the counts behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final, Literal, TypeAlias, get_args

from emulator.model.finding import SEVERITIES, Finding, Rule, Severity
from emulator.model.report import Outcome, Portrait, Report, Status
from emulator.render.words import counted, duration, one_line

State: TypeAlias = Literal["pass", "fail", "unsure"]
"""``unsure``: nothing wrong was found, and not everything was looked at, for a fault of our own."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The report in one sentence.

    Attributes:
        state: the sentence in one word.
        subject: the images, in the order of the chain.
        text: what is so.
        found: new findings by severity, as in ``2 errors, 1 note``; empty for none.
        checks: checks by how they ended, as in ``40 checks: 38 passed, 2 skipped``.
    """

    state: State
    subject: str
    text: str
    found: str
    checks: str


def verdict(report: Report, *, at: Severity = "warning") -> Verdict:
    """What the report says, where findings of severity ``at`` or worse fail."""
    found = severities(report.findings)
    errored = report.count("errored")
    state: State = "fail" if report.fails(at=at) else "unsure" if errored else "pass"
    one, many = ("property", "properties") if fuzzed(report) else ("check", "checks")
    if state == "unsure":
        broke = f"1 {one} broke and says" if errored == 1 else f"{errored:,} {many} broke and say"
        text = f"Undecided: {broke} nothing about the image."
    elif fuzzed(report):
        text = _sentence_of_fuzzing(report, found)
    elif state == "pass":
        text = f"Keeps the SageMaker hosting contract ({report.profile})."
    elif found["error"]:
        text = f"Will fail on SageMaker ({report.profile})."
    elif found["warning"]:
        text = f"Will start on SageMaker ({report.profile}), and cause trouble there."
    else:
        text = f"Works on SageMaker ({report.profile}); the notes say what could be better."
    ends = [f"{report.count(status):,} {status}" for status in STATUSES if report.count(status)]
    return Verdict(
        state=state,
        subject=one_line(" → ".join(dict.fromkeys(each.image for each in report.containers))) or "no image",
        text=text,
        found=", ".join(counted(found[each], each) for each in SEVERITIES if found[each]),
        checks=f"{len(report.outcomes):,} {one if len(report.outcomes) == 1 else many}: {', '.join(ends)}"
        if ends
        else f"no {one} ran",
    )


def fuzzed(report: Report) -> bool:
    """Whether it says what a search found, and not how checks ended."""
    return bool(report.outcomes) and all(each.rule.family == "fuzz" for each in report.outcomes)


def _sentence_of_fuzzing(report: Report, found: Counter[Severity]) -> str:
    broken = len({each.rule.code for each in report.findings})
    if broken:
        worst = "errors" if found["error"] else "trouble" if found["warning"] else "notes only"
        return f"{'1 property is' if broken == 1 else f'{broken:,} properties are'} broken ({worst})."
    if not report.count("passed"):
        return "No property was tried."
    return "No property was broken; that is no proof that none can be."


def timing(report: Report) -> str:
    """When the run was, how long, and by what."""
    date = began(report)
    day = report.date if date is None else f"{date:%Y-%m-%d %H:%M} UTC"
    return one_line(f"{day}, {duration(report.seconds)}, byoc-emulator {report.version}")


def began(report: Report) -> datetime | None:
    """When the run began, in UTC; None where its date is none."""
    try:
        date = datetime.fromisoformat(report.date.replace("Z", "+00:00"))  # before 3.11, Z is unknown
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or timezone.utc).astimezone(timezone.utc)


def health(portrait: Portrait) -> str:
    """Whether the container came up, in two words."""
    if portrait.healthy_after is not None:
        return f"healthy after {duration(portrait.healthy_after)}"
    return "never healthy" if portrait.moments else "not started"


def severities(findings: Iterable[Finding]) -> Counter[Severity]:
    """How many findings there are of each severity."""
    return Counter(finding.severity for finding in findings)


def is_failing(finding: Finding, at: Severity) -> bool:
    """Whether a finding is as severe as ``at``, or worse."""
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(at)


def subjects(report: Report) -> dict[str, Portrait | None]:
    """Every name that outcomes speak of: containers in the order of the chain, then others, such as ``pipeline``."""
    known: dict[str, Portrait | None] = {each.name: each for each in report.containers}
    return known | {each.container: None for each in report.outcomes if each.container not in known}


def outcomes_of(report: Report, container: str) -> tuple[Outcome, ...]:
    """How the checks of one container ended."""
    return tuple(each for each in report.outcomes if each.container == container)


def findings_of(report: Report, container: str) -> tuple[Finding, ...]:
    """The new findings of one container, the worst first."""
    return tuple(each for each in report.findings if each.container == container)


def rules(report: Report) -> dict[str, Rule]:
    """The checks of a report by their code, in the order of the report."""
    return {each.rule.code: each.rule for each in report.outcomes}


def families(report: Report) -> dict[str, Counter[Status]]:
    """How the checks of each family ended."""
    counts: dict[str, Counter[Status]] = {}
    for outcome in report.outcomes:
        counts.setdefault(outcome.rule.family, Counter())[outcome.status] += 1
    return counts


def reasons(report: Report, status: Status) -> Mapping[str, tuple[Outcome, ...]]:
    """The checks that ended so, by the reason they give."""
    told: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        if outcome.status == status:
            told.setdefault(outcome.reason, []).append(outcome)
    return {reason: tuple(outcomes) for reason, outcomes in told.items()}
