"""Random pipelines, and the containers that play them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from emulator.model.launch import ImageConfig
from emulator.model.message import HttpRequest
from emulator.model.rules import HostingRules
from emulator.testing import DROPPED, Answer, Exit, FakeClock, Raw, Script
from emulator.testing.script import Act
from tests.unit.properties.chain_rules import MEGABYTE, Call, Choices, Seen, Stage, brief

BETWEEN = MEGABYTE
PAYLOAD = MEGABYTE + 4096
SECONDS = 0.6
"""For a chain. The clock stands still, so that a healthy container has all that is left for its real work."""

LATE_SECONDS = 0.2
"""A container that is too late answers so much later in real time: less than the share of one that is not."""

MOST, TOO_LONG = 0.55, 1.2

EDGES = (BETWEEN, BETWEEN + 1, BETWEEN + 1, PAYLOAD, PAYLOAD + 1, PAYLOAD + 100_000)
TEXTS = st.one_of(st.integers(0, 40), st.sampled_from((2047, 2048, 2049, PAYLOAD, PAYLOAD + 1)))
FILLERS = st.sampled_from((b"x", b"0,1\n", "\u00e9".encode(), b"\xff", bytes(range(256))))
BABBLE = (
    *(b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 99 Low\r\n\r\n", b"\r\n\r\n", b"\x00" * 40),
    *(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\n\r\n", b"<html>502</html>"),
    *(b"HTTP/1.1 101 Switch\r\n\r\n", b"HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"),
)


def _field(most: int, letters: str) -> st.SearchStrategy[str]:
    """A header's value: no space at its ends, as those do not belong to it."""
    return st.text(letters, min_size=1, max_size=most).filter(lambda value: value == value.strip(" \t"))


ASCII = "".join(map(chr, range(0x20, 0x7F)))
LATIN_1 = ASCII + "\t" + "".join(map(chr, range(0xA0, 0x100)))
KINDS = st.sampled_from(
    ("text/csv", "text/csv; charset=utf-8", 'Application/JSON;  profile="a;b"', "application/x-npy", "nonsense")
)
FIELDS = _field(20, ASCII)


def _replies(sizes: st.SearchStrategy[int]) -> st.SearchStrategy[Stage]:
    return st.builds(
        Stage,
        status=st.one_of(st.just(200), st.sampled_from((200, 201, 204, 206)), st.integers(200, 299)),
        content_type=st.one_of(st.none(), KINDS, _field(20, LATIN_1)),
        attributes=st.one_of(st.none(), FIELDS),
        size=sizes,
        filler=FILLERS,
        framing=st.sampled_from(("length", "chunks", "close")),
        interim=st.sampled_from((None, None, None, 100, 102, 103)),
    )


HEALTHY, LARGE = _replies(st.integers(0, 40)), _replies(st.sampled_from(EDGES))
SLOW = st.builds(Stage, delay=st.sampled_from((MOST, MOST, TOO_LONG)), framing=st.sampled_from(("length", "chunks")))

FAULTY = st.one_of(
    st.builds(
        Stage,
        status=st.integers(300, 599),
        size=TEXTS,
        filler=FILLERS,
        framing=st.sampled_from(("length", "chunks")),
    ),
    st.builds(Stage, status=st.sampled_from((302, 304, 400, 404, 415, 499, 500, 503)), size=st.integers(0, 40)),
    st.builds(Stage, how=st.sampled_from(("drops", "breaks off in its head", "exits"))),
    st.builds(Stage, how=st.just("babbles"), size=st.integers(0, len(BABBLE) - 1)),
    st.builds(
        Stage,
        how=st.just("breaks off in its body"),
        status=st.one_of(st.sampled_from((200, 204, 304, 500)), st.integers(200, 599)),
        size=st.integers(0, 3000),
        framing=st.sampled_from(("length", "chunks")),
    ),
)


@st.composite
def _stages(draw: st.DrawFn, others: tuple[st.SearchStrategy[Stage], ...]) -> Stage:
    # What is plain is drawn in one go, as only elements of few choices are dropped from a list that shrinks.
    kind = draw(st.integers(0, 7 + len(others)))
    if kind < 2:
        return Stage()
    return draw(HEALTHY if kind < 8 else others[kind - 8])


PUNCTUAL = st.lists(_stages((LARGE, FAULTY, FAULTY)), min_size=1, max_size=15).map(tuple)
"""1 to 15 containers, most of which are healthy; shrink to a single one that answers nothing."""

PIPELINES = st.lists(_stages((LARGE, FAULTY, FAULTY, SLOW)), min_size=1, max_size=15).map(tuple)
"""The same with some that take their time."""


CALLS = st.builds(
    Call,
    body=st.one_of(st.binary(max_size=40), st.sampled_from((PAYLOAD, PAYLOAD + 1)).map(bytes)),
    content_type=st.one_of(st.none(), KINDS, FIELDS),
    accept=st.one_of(st.none(), KINDS, st.just("*/*")),
    attributes=st.one_of(st.none(), FIELDS),
    inference_id=st.one_of(st.none(), _field(20, ASCII)),
)

CHOICES = st.builds(
    Choices,
    intermediate_accept=st.sampled_from(("none", "*/*")),
    attributes_to=st.sampled_from(("all", "first")),
    absent_content_type=st.sampled_from(("none", "application/octet-stream")),
    single_name=st.sampled_from(("primary", "model")),
    hostnames=st.booleans(),
    payload=st.just(PAYLOAD),
    between=st.just(BETWEEN),
)


def rules_of(choices: Choices) -> HostingRules:
    """The same as the emulator's settings."""
    return HostingRules(
        invocation_seconds=SECONDS,
        payload_bytes=choices.payload,
        payload_between_bytes=choices.between,
        intermediate_accept=choices.intermediate_accept,
        attributes_to=choices.attributes_to,
        absent_content_type=choices.absent_content_type,
        single_name=choices.single_name,
        stop_seconds=1,
        ping_interval_seconds=3600,
    )


class Stopwatch:
    """The time of one chain, on a clock that containers move."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock, self._begun = clock, 0.0

    def start(self) -> None:
        """A client sends."""
        self._begun = self._clock.now()

    def late(self, delay: float) -> float:
        """Let time pass; or how long to wait really, where there is not enough left."""
        left = self._begun + SECONDS - self._clock.now()
        if delay * SECONDS > left:
            return left + LATE_SECONDS
        self._clock.advance(delay * SECONDS)
        return 0.0


@dataclass
class Player:
    """A container that does what its stage says, and remembers what it got."""

    stage: Stage
    stopwatch: Stopwatch
    seen: list[Seen]

    def __call__(self, request: HttpRequest) -> Act:
        """What it does with a request."""
        self.seen.append((dict(request.headers), brief(request.body)))
        late = self.stopwatch.late(self.stage.delay)
        return _played_late(self.stage, late) if late else _played(self.stage)

    def script(self) -> Script:
        """It as an image."""
        return Script(invocations=self, config=ImageConfig(image_id=f"sha256:{'0' * 64}"))


def players(stages: Sequence[Stage], stopwatch: Stopwatch) -> list[Player]:
    """All of a pipeline, with one memory."""
    seen: list[Seen] = []
    return [Player(stage, stopwatch, seen) for stage in stages]


def _played_late(stage: Stage, seconds: float) -> Act:
    """Nothing until it is too late; or a bit now and again, never long after the one before."""
    if stage.framing == "length":
        return Answer(delay=seconds)
    pieces = ["x"] * 20
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {sum(map(len, pieces))}\r\n\r\n"
    return Raw(pieces=[each.encode() for each in (head, *pieces)], pause=seconds / len(pieces))


def _played(stage: Stage) -> Act:
    match stage.how:
        case "drops":
            return DROPPED
        case "exits":
            return Exit(code=1)
        case "babbles":
            return Raw(pieces=[BABBLE[stage.size]])
        case "breaks off in its head":
            return Raw(pieces=[b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConte"])
    if stage.how == "replies" and stage.framing == "length" and stage.interim is None:
        return Answer(status=stage.status, headers=_headers(stage), body=stage.body)
    return Raw(pieces=[_written(stage)])


def _headers(stage: Stage) -> dict[str, str]:
    headers = {"Content-Type": stage.content_type, "X-Amzn-SageMaker-Custom-Attributes": stage.attributes}
    return {name: value for name, value in headers.items() if value is not None}


def _written(stage: Stage) -> bytes:
    """Its reply byte for byte, and then a closed connection."""
    cut = stage.how == "breaks off in its body"
    headers, body, end = {"X-Own": "1", "Connection": "close", **_headers(stage)}, stage.body, b""
    if stage.framing == "length":
        headers["Content-Length"] = str(len(body) + 7 * cut)
    elif stage.framing == "chunks":
        headers["Transfer-Encoding"] = "chunked"
        body = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        end = b"9\r\n" if cut else b"0\r\n\r\n"
    interim = f"HTTP/1.1 {stage.interim} Wait\r\n\r\n" if stage.interim else ""
    lines = [f"{interim}HTTP/1.1 {stage.status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join((*lines, "\r\n")).encode("latin-1") + body + end
