"""Values that are new in each reply, such as request ids, put out of the way without losing which of them are equal.

A value becomes ``<id:3.1>`` or ``<time:3.1>``: the first new one that the third exchange has. Wherever it comes again,
there and in later exchanges, it becomes the same. Ids in requests count as well, before those of the reply, so that an
echo stays an echo; requests themselves keep theirs, as they are to be sent. Numbers begin anew with each exchange, so
that a reply without its id does not change all that follow.

Ids by their look are UUIDs and hexadecimal words of 16 digits or more, times are dates with a time of day. What looks
less telling (``req-7f3a2c``, seconds since 1970) is found by asking twice: where both answers have such a word in the
same place, and not the same one, it is new each time. A recording keeps that knowledge in its references, and
``masked(live, like=recorded)`` takes it from there. Masking what is masked changes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

from emulator.model.recording import Exchange

Kind: TypeAlias = Literal["id", "time"]

REFERENCE: Final = r"<(?:id|time):\d+\.\d+>"

TIME: Final = r"(?<![\w.])\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?(?![\w])"

ID: Final = (
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])(?![0-9]+[eE][0-9]+(?![0-9A-Fa-f]))[0-9A-Fa-f]{16,})(?![0-9A-Za-z])"
)
"""UUIDs, and long hexadecimal words with both letters and digits that are no number such as 1234567890123456e5."""

CLOCK: Final = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"

NUMBER: Final = r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"

PLACE: Final = re.compile(
    rf"({REFERENCE}|{TIME}|(?<!\w){CLOCK}(?!\w)|{NUMBER}(?![0-9A-Za-z_]|-[0-9A-Za-z])"
    r"|[0-9A-Za-z]+(?:[-_][0-9A-Za-z]+)*)"
)
"""What two replies are held against each other by; all else is between."""

TELLING: Final = re.compile(rf"(?P<reference>{REFERENCE})|(?P<time>{TIME})|(?P<id>{ID})")

LOOSE_ID: Final = re.compile(
    r"(?=.{6})(?=.*[A-Za-z])(?:[0-9A-Za-z]+[-_])*"
    r"(?:(?=[A-Za-z]*[0-9]+[A-Za-z])[0-9A-Za-z]{4,}|[0-9]{8,})(?:[-_][0-9A-Za-z]+)*"
)
"""A part of it has letters behind digits, or is a long number: ``req-7f3a`` and ``run-20260101``, not ``class12``."""

EPOCHS: Final = tuple((1_000_000_000 * unit, 4_000_000_000 * unit) for unit in (1, 10**3, 10**6, 10**9))
"""Seconds, milliseconds, microseconds and nanoseconds since 1970, of the years 2001 to 2096."""


@dataclass(frozen=True, slots=True)
class Wavering:
    """What two replies to the same request have different, beside ids and times.

    Attributes:
        exchange: which request, counted from 0.
        numbers: so many numbers; 0 where the replies differ in more than that.
        example: the first of them in both replies, or what else differs.
    """

    exchange: int
    numbers: int
    example: tuple[str, str]


def masked(exchanges: Sequence[Exchange], *, like: Sequence[Exchange] = ()) -> tuple[Exchange, ...]:
    """The same with references in replies instead of ids and times.

    Args:
        exchanges: in the order in which they were asked.
        like: the same requests as they were recorded; words that stand where these have a reference are replaced too.
    """
    known = [_recorded(live, each) for live, each in zip_longest(exchanges, like) if live is not None]
    return _replaced(exchanges, known)


def steadied(
    first: Sequence[Exchange], second: Sequence[Exchange]
) -> tuple[tuple[Exchange, ...], tuple[Wavering, ...]]:
    """The first answers masked by what the second show to be new each time; and what else differs between them."""
    known, wavering = [], []
    for number, (one, two) in enumerate(zip(first, second, strict=True)):
        new, rest = _new_each_time(_text(one), _text(two))
        known.append(new)
        plain = (one.status, one.content_type, one.failure), (two.status, two.content_type, two.failure)
        if plain[0] != plain[1]:
            wavering.append(Wavering(number, 0, (_outline(one), _outline(two))))
        elif rest:
            numbers = all(re.fullmatch(NUMBER, each) for pair in rest for each in pair)
            wavering.append(Wavering(number, len(rest) if numbers else 0, rest[0]))
        elif _text(one) is None and one.body != two.body:
            wavering.append(Wavering(number, 0, (f"{len(one.body):,} B", f"{len(two.body):,} other B")))
    return _replaced(first, known), tuple(wavering)


def _text(exchange: Exchange | None) -> str | None:
    if exchange is None:
        return None
    try:
        text = exchange.body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _outline(exchange: Exchange) -> str:
    return f"{exchange.status} {exchange.content_type or 'no type'} {exchange.failure}".strip()


def _new_each_time(one: str | None, two: str | None) -> tuple[dict[str, Kind], list[tuple[str, str]]]:
    """The words of the first that the second has others for; and the pairs that are neither ids nor times."""
    if one is None or two is None or one == two:
        return {}, []
    ours, theirs = PLACE.split(one), PLACE.split(two)
    if len(ours) != len(theirs):
        return {}, [_first_difference(one, two)]
    new: dict[str, Kind] = {}
    rest = []
    for a, b in zip(ours, theirs, strict=True):
        if a == b or (TELLING.fullmatch(a) and TELLING.fullmatch(b)):
            continue
        kind = _loose_kind(a)
        if kind is not None and kind == _loose_kind(b):
            new[a] = kind
        elif TELLING.sub("", a) != TELLING.sub("", b):
            rest.append((a, b))
    return new, rest


def _first_difference(one: str, two: str) -> tuple[str, str]:
    at = next((place for place, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return one[at : at + 40], two[at : at + 40]


def _loose_kind(word: str) -> Kind | None:
    """What a word may be that is new each time; a number within the range of clocks is a time."""
    if re.fullmatch(f"{CLOCK}|{TIME}", word):
        return "time"
    if re.fullmatch(NUMBER, word):
        return "time" if "e" not in word.lower() and _epoch(word) else None
    return "id" if LOOSE_ID.fullmatch(word) else None


def _epoch(word: str) -> bool:
    whole = int(word.partition(".")[0])
    return any(low <= whole < high for low, high in EPOCHS)


def _recorded(live: Exchange, recorded: Exchange | None) -> dict[str, Kind]:
    """The words of a live reply that stand where a recorded one has references."""
    ours, theirs = _text(live), _text(recorded)
    if ours is None or theirs is None:
        return {}
    words, references = PLACE.split(ours), PLACE.split(theirs)
    if len(words) != len(references):
        return {}
    found: dict[str, Kind] = {}
    for word, reference in zip(words, references, strict=True):
        kind = _loose_kind(word)
        if kind is not None and reference.startswith(f"<{kind}:") and re.fullmatch(REFERENCE, reference):
            found[word] = kind
    return found


def _replaced(exchanges: Sequence[Exchange], known: Iterable[Mapping[str, Kind]]) -> tuple[Exchange, ...]:
    references: dict[str, str] = {}
    done = []
    for number, (exchange, words) in enumerate(zip(exchanges, known, strict=True), start=1):
        counts: defaultdict[Kind, int] = defaultdict(int)

        def reference(value: str, kind: Kind, number: int = number, counts: defaultdict[Kind, int] = counts) -> str:
            if value not in references:
                counts[kind] += 1
                references[value] = f"<{kind}:{number}.{counts[kind]}>"
            return references[value]

        def telling(found: re.Match[str]) -> str:
            kind = found.lastgroup
            if kind == "reference":
                return found.group()
            return reference(found.group(), "id" if kind == "id" else "time")

        asked = _text(Exchange(request=exchange.request, status=0, body=exchange.request.body))
        TELLING.sub(telling, asked or "")
        text = _text(exchange)
        if text is None:
            done.append(exchange)
            continue
        pieces = [
            reference(word, words[word]) if word in words else TELLING.sub(telling, word) for word in PLACE.split(text)
        ]
        done.append(replace(exchange, body="".join(pieces).encode()))
    return tuple(done)
