"""A container that ends by itself is one finding, and the findings that its end explains are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.contract.check import Check
from emulator.contract.runner import Runner
from emulator.contract.survival import ill
from emulator.model.finding import Violation
from emulator.testing import Answer, Exit, Script

MORTAL = Script(
    invocations=lambda request: Exit(code=9) if request.body == b"die" else Answer(body=b"1"),
)


def run(bench: Any, subject: Any, *checks: Check) -> list[str]:
    """How each check ended."""
    options = {each.rule.code: each.rule.options for each in checks}
    runner = Runner(checks=checks, options=options, profile="realtime", bench=bench.bench)
    return [each.status for each in runner.run([subject])]


def silent(subject: Any) -> Iterator[Violation]:
    """Kills the shared container, and reports that nothing came back."""
    yield Violation(what="No reply.", probes=(subject.shared.post(b"die", "text/csv"),))


def lost(subject: Any) -> Iterator[Violation]:
    """Kills it, and trips over that."""
    subject.shared.post(b"die", "text/csv")
    raise KeyError("no reply")


def answered(subject: Any) -> Iterator[Violation]:
    """Reports a reply, and kills the container afterwards."""
    probe = subject.shared.post(b"1", "text/csv")
    subject.shared.post(b"die", "text/csv")
    yield Violation(what="A reply.", probes=(probe,))


@pytest.mark.parametrize(("look", "status"), [(silent, "skipped"), (lost, "skipped"), (answered, "failed")])
def test_finding_that_the_end_explains_is_dropped(
    look: Any, status: str, wooden: Callable[..., Any], looking: Callable[..., Check]
) -> None:
    """What shows no reply says nothing of its own; what shows a reply does; and the end is remembered either way."""
    bench = wooden(good=MORTAL)
    subject = bench.subject()

    assert [status] == run(bench, subject, looking("ABC001", look))
    assert (1, 1) == (len(subject.deaths), len(subject.ended))


def test_fresh_container_that_ends_is_remembered_too(wooden: Callable[..., Any], looking: Callable[..., Check]) -> None:
    """A container of a check's own that was started as given counts; one that was changed shows what the change did."""
    bench = wooden(good=MORTAL)
    subject = bench.subject()

    def as_given(subject: Any) -> Iterator[Violation]:
        with subject.trial() as trial:
            yield Violation(what="No reply.", probes=(trial.post(b"die", "text/csv"),))

    def changed(subject: Any) -> Iterator[Violation]:
        with subject.trial(isolated=True) as trial:
            yield Violation(what="No reply.", probes=(trial.post(b"die", "text/csv"),))

    checks = [looking("ABC001", changed, stage="fresh"), looking("ABC002", silent, stage="shared")]

    assert ["failed"] == run(bench, subject, checks[0])
    assert ["skipped"] == run(bench, bench.subject(), looking("ABC001", as_given, stage="fresh"))


def test_asked_to_end_is_no_end_by_itself(wooden: Callable[..., Any], looking: Callable[..., Check]) -> None:
    """A check that stops its container reports what it saw."""
    bench = wooden(good=Script())

    def stop(subject: Any) -> Iterator[Violation]:
        with subject.trial() as trial:
            trial.running.running.terminate()
            trial.running.running.wait(5)
            yield Violation(what="It went.", probes=(trial.ping(),))

    assert ["failed"] == run(bench, bench.subject(), looking("ABC001", stop, stage="fresh"))


def test_ill_container_is_replaced(wooden: Callable[..., Any], looking: Callable[..., Check]) -> None:
    """A check that leaves the shared container unhealthy does not spoil the next one."""
    state = {"ill": False}

    def ping(request: Any) -> Answer:
        return Answer(status=503 if state["ill"] else 200)

    bench = wooden(good=Script(ping=ping))
    subject = bench.subject()
    start = bench.runtime.start

    def healed(launch: Any, **told: Any) -> Any:
        state["ill"] = False
        return start(launch, **told)

    bench.runtime.start = healed

    def sicken(subject: Any) -> Iterator[Violation]:
        state["ill"] = True
        yield from ()

    def look(subject: Any) -> Iterator[Violation]:
        if ill(subject.shared):
            yield Violation(what="It is ill.")

    assert ["passed", "passed"] == run(bench, subject, looking("ABC001", sicken), looking("ABC002", look))
    assert ["ABC001 look-of-abc001"] == subject.sickened


def test_log_outlives_its_container(wooden: Callable[..., Any]) -> None:
    """What a container wrote can be read after it is gone."""
    with wooden(good=Script(log=("hello",))).subject().trial() as trial:
        pass

    assert (("hello",), True) == (trial.log(), trial.removed)
