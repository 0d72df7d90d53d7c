"""Why a chain does not come into service, and whose fault that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from emulator.errors import BuildFailed, EndpointFailed, TrainingFailed
from emulator.hosting.diagnosis import WHERE_IN_SOURCE
from emulator.model.comparison import Verdict

NO_SUCH_VERSION: Final = re.compile(
    r"No matching distribution found|Could not find a version that satisfies|requires a different Python", re.IGNORECASE
)
"""What pip says of a version that its index does not have, or not for this Python."""

INDEX_LOST: Final = re.compile(
    r"Retrying \(Retry\(|Could not fetch URL|NewConnectionError|ReadTimeoutError|SSLError|Temporary failure in name"
)
"""What pip says of an index that does not answer; it then finds no version either, which proves nothing."""

TELLING: Final = re.compile(
    r"\b\w*(?:Error|Exception|Refused|Failed)\b|\berror\b|\bfatal\b|cannot|could not", re.IGNORECASE
)

COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")

ENGINES_OWN: Final = re.compile(
    r"Step \d+/\d+ :|--->|Removing intermediate container|The command '.*' returned a non-zero"
)
"""Lines of a build's output that are the engine's own, and quote whatever the Dockerfile says."""

_LINES: Final = 12
_LENGTH: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why something failed.

    Attributes:
        verdict: None where it is the machine's fault, so that nothing is known of the image.
        reason: in one line or a few.
    """

    verdict: Verdict | None
    reason: str


def build_fault(failed: BuildFailed) -> Fault:
    """What a failed build says of the image."""
    text = COLOUR.sub("", failed.why)
    lines = [line.strip(" |\t") for line in text.splitlines() if line.strip(" |\t")]
    missing = [line for line in lines if NO_SUCH_VERSION.search(line)]
    if INDEX_LOST.search(text):
        lost = [line for line in lines if INDEX_LOST.search(line)]
        return Fault(verdict=None, reason=f"The package index did not answer: {_cut(lost[-1] if lost else text)}")
    if missing:
        return Fault(verdict="cannot be installed", reason=_cut(missing[-1].removeprefix("ERROR: ")))
    said = [line for line in lines if not ENGINES_OWN.match(line)] or lines
    told = [line for line in said if TELLING.search(line)] or said
    return Fault(verdict="fails to build", reason="\n".join(_cut(line) for line in told[-_LINES:]) or failed.what)


def load_fault(failed: EndpointFailed) -> Fault:
    """What an endpoint that did not come into service says of the image, with the last telling line of its log."""
    said = [failed.what, *([failed.why] if failed.why else [])]
    line = WHERE_IN_SOURCE.sub("", telling_line(getattr(failed, "log_tail", ())))
    if line and line not in " ".join(said):
        said.append(line)
    return Fault(verdict="fails to load", reason="\n".join(_cut(each) for each in said))


def train_fault(failed: TrainingFailed) -> Fault:
    """What a failed training says of the image: no endpoint comes of it."""
    line = telling_line([each.strip(" |") for each in failed.why.splitlines()])
    return Fault(verdict="fails to load", reason="\n".join(filter(None, (failed.what, _cut(line)))))


def telling_line(log: Sequence[str]) -> str:
    """The last line that speaks of an error; the last one at all where none does."""
    lines = [each.strip() for each in log if each.strip()]
    return next((each for each in reversed(lines) if TELLING.search(each)), lines[-1] if lines else "")


def _cut(line: str) -> str:
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}…"
