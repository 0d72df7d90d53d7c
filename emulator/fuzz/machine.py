"""Sequences of steps that no single request would make: a Hypothesis state machine, each run of it kept as a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from emulator import limits
from emulator.fuzz.case import Case, Question
from emulator.fuzz.drawing import bad_questions, valid_batches
from emulator.fuzz.reading import same, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Probe, Violation
from emulator.model.record import RecordSchema
from emulator.ports import NoReply

BURST: Final = 8
"""Requests at once."""

RARITY: Final = 8
"""Coins that all have to fall on one side for a restart."""

PLACES: Final = 255
"""Of questions among those that were drawn first: to draw them step by step takes longer than to ask them."""


def taken(target: Target, case: Case) -> Iterator[Violation]:
    """Take the steps of a case, one after the other, and yield the first thing that goes wrong."""
    known: dict[bytes, Probe] = {}
    steps = case.told["steps"]
    for position, (step, question) in enumerate(zip(steps, case.questions, strict=True), start=1):
        for violation in _step(target, step, question, known):
            words = [
                f"{name} ({each.label})" if name == "bad" else name
                for name, each in zip(steps, case.questions, strict=True)
            ]
            facts = (f"steps: {', '.join(words[:position])}", *violation.facts)
            yield replace(violation, facts=facts, log=target.log())
            return


def machine(  # noqa: C901 - a rule is a method
    schema: RecordSchema, judged: Callable[[Case], None]
) -> type[RuleBasedStateMachine]:
    """A machine whose rules add a step each, and whose every run ends in ``judged``."""
    valid, malformed = valid_batches(schema).map(lambda case: case.questions), bad_questions(schema)
    places = st.integers(0, PLACES)

    class Sequences(RuleBasedStateMachine):
        """Collects steps; they are taken together at the end, so that what is saved is what was done."""

        @initialize(valid=valid, malformed=malformed)
        def first(self, valid: tuple[Question, ...], malformed: tuple[Question, ...]) -> None:
            """What may be asked, and one answer to compare with."""
            self.valid, self.malformed = valid, malformed
            self.steps: list[tuple[str, Question]] = [("invoke", valid[0])]

        @rule()
        def ping(self) -> None:
            """Pings."""
            self.steps.append(("ping", self.valid[0]))

        @rule(place=places)
        def invoke(self, place: int) -> None:
            """Invokes with valid rows."""
            self.steps.append(("invoke", self.valid[place % len(self.valid)]))

        @rule()
        def invoke_again(self) -> None:
            """Asks the first question again."""
            self.steps.append(("invoke", self.valid[0]))

        @rule(place=places)
        def bad_invoke(self, place: int) -> None:
            """Invokes with what is malformed."""
            self.steps.append(("bad", self.malformed[place % len(self.malformed)]))

        @rule(place=places)
        def slow_client(self, place: int) -> None:
            """Sends half of a request and hangs up."""
            self.steps.append(("slow", self.valid[place % len(self.valid)]))

        @rule(place=places)
        def burst(self, place: int) -> None:
            """Asks the same many times at once."""
            self.steps.append(("burst", self.valid[place % len(self.valid)]))

        @rule(now=st.tuples(*[st.booleans()] * RARITY))
        def restart(self, now: tuple[bool, ...]) -> None:
            """Starts the container again; rarely, as it takes its time."""
            if all(now):  # of integers, Hypothesis draws some more often than others
                self.steps.append(("restart", self.valid[0]))

        def teardown(self) -> None:
            """Take the steps."""
            steps: Any = getattr(self, "steps", [])
            if steps:
                judged(Case(questions=tuple(each for _, each in steps), told={"steps": [step for step, _ in steps]}))

    return Sequences


def _step(target: Target, step: str, question: Question, known: dict[bytes, Probe]) -> Iterator[Violation]:
    if step == "restart":
        target.restart()
    elif step == "ping":
        healthy = target.ping()
        if healthy.status != 200:
            yield Violation(what=f"In a sequence, GET /ping is answered with {shown(healthy)}.", probes=(healthy,))
    elif step in ("bad", "slow"):
        probes = (target.ask(question),) if step == "bad" else _half_sent(target, question)
        if target.ended:
            yield Violation(what="In a sequence, the container ends.", probes=probes)
    else:
        answers = target.ask_all([question] * (BURST if step == "burst" else 1), at_once=BURST)
        yield from _odd(answers, known.setdefault(question.body, answers[0]))


def _odd(answers: Sequence[Probe], before: Probe) -> Iterator[Violation]:
    for answered in answers:
        if not answered.ok:
            what = f"In a sequence, a valid request is answered with {shown(answered)}."
            yield Violation(what=what, probes=(answered,))
        elif not same(before, answered):
            what = f"In a sequence, {shown(before)} becomes {shown(answered)}."
            yield Violation(what=what, probes=(before, answered))


def _half_sent(target: Target, question: Question) -> tuple[Probe, ...]:
    """Send all but the last byte of what was announced, and hang up."""
    kind = "" if question.content_type is None else f"Content-Type: {question.content_type}\r\n"
    head = f"POST {limits.INVOCATIONS} HTTP/1.1\r\nHost: {limits.HOST_HEADER}\r\n{kind}"
    with suppress(NoReply), closing(target.connection()) as connection:
        connection.send(f"{head}Content-Length: {len(question.body) + 1}\r\n\r\n".encode() + question.body)
    return ()
