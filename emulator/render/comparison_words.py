"""What every form of a comparison says, in words that are safe to show once they pass ``printable``."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final, Literal, TypeAlias

from emulator.model.comparison import Aspect, ColumnDelta, Comparison, Counterexample, Party, Ratio
from emulator.model.recording import Request
from emulator.render.words import counted, duration, size

FailOn: TypeAlias = Literal["within", "changed"]
"""The least that fails: numbers that differ within tolerance, or what differs beyond."""

ASPECTS: Final[tuple[Aspect, ...]] = ("status", "media type", "row count", "schema", "number", "text")

TYPED_BYTES: Final = 400
"""A longer body is not typed into a command."""


NEVER: Final = "never in service"
"""What is known of a candidate that could not be asked."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something of both sides, side by side."""

    name: str
    baseline: str
    candidate: str


def fails(comparison: Comparison, *, at: FailOn = "changed") -> bool:
    """Whether the verdict fails."""
    return comparison.verdict not in ("same", "within tolerance") or (
        at == "within" and comparison.verdict == "within tolerance"
    )


def loaded(comparison: Comparison) -> bool:
    """Whether the candidate could be asked anything."""
    return comparison.verdict in ("same", "within tolerance", "changed")


def sentence(comparison: Comparison) -> str:
    """What was found, in one sentence."""
    asked = counted(comparison.exchanges, "request")
    if comparison.verdict == "same":
        return f"{asked} answered equally{_searched(comparison)}"
    if comparison.verdict == "within tolerance":
        worst = max(comparison.columns, key=lambda each: each.relative)
        change = f"at most {short(worst.relative * 100)} %, in {worst.column}"
        return f"{asked} answered equally but for numbers within tolerance, {change}{_searched(comparison)}"
    if comparison.verdict == "changed":
        return _changed(comparison, asked)
    return comparison.reason.strip().partition("\n")[0] or "no reason is known"


def _changed(comparison: Comparison, asked: str) -> str:
    requests = len({each.exchange for each in comparison.differences})
    if not requests:
        return f"{asked} answered equally; the search found one that is not"
    aspects = [each for each in ASPECTS if any(one.aspect == each for one in comparison.differences)]
    return f"{requests:,} of {asked} answered differently: {', '.join(aspects)}"


def _searched(comparison: Comparison) -> str:
    return f", and {comparison.searched:,} more of a search" if comparison.searched else ""


def short(number: float) -> str:
    """A number with three digits that count."""
    return f"{number:.3g}" if math.isfinite(number) else str(number)


def latency(ratio: Ratio) -> str:
    """What a ratio of latencies tells, with its interval."""
    if ratio.low > 1:
        tells = "slower"
    elif ratio.high < 1:
        tells = "faster"
    else:
        tells = "no difference that can be told"
    interval = f"95 % interval {short(ratio.low)} to {short(ratio.high)}"
    return f"{tells}: {short(ratio.median)} times the baseline's ({interval}; {counted(ratio.pairs, 'pair')} in turns)"


def spread(ratio: Ratio) -> str:
    """Between which ratios the middle half of the pairs lies; empty for fewer than four."""
    if len(ratio.ratios) < 4:
        return ""
    low, _, high = quantiles(ratio.ratios, n=4, method="inclusive")
    return f"half of the pairs between {short(low)} and {short(high)}"


def facts(comparison: Comparison) -> Iterator[Fact]:
    """What is known of both: images, sizes, start-up, and the packages of which they have other versions."""
    one, other = comparison.baseline, comparison.candidate
    never = "" if loaded(comparison) else NEVER
    if one.stages or other.stages:
        yield Fact("images", _images(one), never or _images(other))
    if one.size_bytes or other.size_bytes:
        yield Fact("size", _size(one), never or _size(other))
    if one.startup_seconds is not None or other.startup_seconds is not None:
        yield Fact("start-up", _startup(one), never or _startup(other))
    for package, (before, after) in sorted(_versions(one, other).items()):
        yield Fact(package, before, after)


def _images(party: Party) -> str:
    return " → ".join(f"{each.image} {each.image_id[:19]}".strip() or each.name for each in party.stages) or "not known"


def _size(party: Party) -> str:
    return size(party.size_bytes) if party.size_bytes else "not known"


def _startup(party: Party) -> str:
    return "not started for this" if party.startup_seconds is None else duration(party.startup_seconds)


def _versions(one: Party, other: Party) -> dict[str, tuple[str, str]]:
    """Packages of which a container has another version than the one in the same place."""
    found: dict[str, tuple[str, str]] = {}
    several = len(one.stages) > 1
    for place, (left, right) in enumerate(zip(one.stages, other.stages, strict=False), start=1):
        if not left.versions or not right.versions:
            continue
        for package in {*left.versions, *right.versions}:
            pair = left.versions.get(package, "none"), right.versions.get(package, "none")
            if pair[0] != pair[1]:
                found[f"{package} ({place})" if several else package] = pair
    return found


def changed_columns(comparison: Comparison) -> tuple[ColumnDelta, ...]:
    """The columns with numbers that differ, the worst first."""
    differing = [each for each in comparison.columns if each.differing]
    return tuple(sorted(differing, key=lambda each: (each.beyond, each.relative, each.absolute), reverse=True))


def change(example: Counterexample) -> str:
    """What the smallest disagreement is, in one sentence."""
    told = example.difference
    text = f"{told.aspect} of {told.where}: {told.baseline} became {told.candidate}"
    if example.absolute is None or example.relative is None:
        return text
    return f"{text} (by {short(example.absolute)}, {short(example.relative * 100)} %)"


def blamed(example: Counterexample) -> str:
    """Which column of the request brings it about."""
    if example.input_column:
        return f"brought about by {example.input_column} of the request"
    return "not brought about by the value of any one column"


def curl(request: Request) -> str:
    """The request as a ``curl`` line, for a container that listens on port 8080."""
    words = ["curl", "-sS", "-H", f"Content-Type: {request.content_type}" if request.content_type else "Content-Type:"]
    words += ["-H", f"Accept: {request.accept}"] if request.accept is not None else []
    line = shlex.join([*words, "http://127.0.0.1:8080/invocations", "--data-binary"])
    if len(request.body) > TYPED_BYTES:
        return f"{line} @body  # {len(request.body):,} bytes: see the JSON report"
    if all(32 <= byte < 127 for byte in request.body) and not request.body.startswith(b"@"):
        return f"{line} {shlex.quote(request.body.decode())}"
    return f"printf {shlex.quote(_octal(request.body))} | {line} @-"


def _octal(body: bytes) -> str:
    """As printf writes it: all that is not plain as its octal number."""
    plain = (chr(byte) if 32 <= byte < 127 and byte not in b"\\%" else f"\\{byte:03o}" for byte in body)
    return "".join(plain).replace("\\012", "\\n")


def notes(comparison: Comparison) -> Sequence[str]:
    """What else is to be said: why something was not looked at, or all of why it failed."""
    lines = [line for line in comparison.reason.splitlines() if line.strip()]
    return lines if loaded(comparison) else lines[1:]


def tolerance(comparison: Comparison) -> str:
    """What counted as close."""
    told = comparison.tolerance
    return (
        f"close is: {short(told.absolute)} absolute, or {short(told.relative)} relative, or {counted(told.ulps, 'ULP')}"
    )
