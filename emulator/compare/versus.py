"""Two sides asked the same, and all that tells them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from emulator.adapters.clock import MonotonicClock
from emulator.compare.asking import Answers, Asking
from emulator.compare.comparing import Comparing
from emulator.compare.differential import Differential, Searched
from emulator.compare.exchanges import column_deltas
from emulator.compare.latency import latency_ratio
from emulator.compare.side import Side
from emulator.model.comparison import Comparison, Party, Ratio, Tolerance, Verdict
from emulator.model.event import Emit, Searching, ignore
from emulator.model.recording import Request
from emulator.ports import Clock


def compared(
    baseline: Side,
    candidate: Side,
    requests: Sequence[Request],
    how: Comparing,
    *,
    clock: Clock | None = None,
    emit: Emit = ignore,
) -> Comparison:
    """Ask two sides the same and say how their answers differ.

    Args:
        baseline: what counts as right.
        candidate: what is judged.
        requests: asked in turns: A B, B A, and so on. The search learns from the first that both answer.
        how: tolerance, and what else is looked at.
        clock: measures; default is real time.
        emit: hears how far it is.

    Returns:
        All but the command.

    Raises:
        UsageError: a recording has no answer to one of the requests.
        ServiceFault: AWS refuses a request itself.
        EngineUnavailable: the engine went away.
    """
    return _Run(baseline, candidate, how, clock or MonotonicClock(), emit).comparison(requests)


def party(side: Side) -> Party:
    """Who answered, as a comparison tells of it."""
    return Party(name=side.name, stages=side.stages(), startup_seconds=side.startup_seconds)


def unanswered(
    baseline: Party, candidate: str, verdict: Verdict, reason: str, *, tolerance: Tolerance, clock: Clock
) -> Comparison:
    """The comparison with a candidate that could not be asked anything.

    Args:
        baseline: the other one.
        candidate: its name.
        verdict: what became of it.
        reason: why.
        tolerance: what would have counted.
        clock: for the date.
    """
    return Comparison(
        baseline=baseline,
        candidate=Party(name=candidate),
        verdict=verdict,
        reason=reason,
        tolerance=tolerance,
        date=clock.utc().isoformat(timespec="seconds"),
        version=version("byoc-emulator"),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """One comparison under way."""

    baseline: Side
    candidate: Side
    how: Comparing
    clock: Clock
    emit: Emit

    def comparison(self, requests: Sequence[Request]) -> Comparison:
        began, date = self.clock.now(), self.clock.utc().isoformat(timespec="seconds")
        asking = Asking(baseline=self.baseline, candidate=self.candidate, tolerance=self.how.tolerance)
        answers = asking.all(requests, self._told("the requests"))
        latency, note = self._latency(asking, answers)
        # Last, as it may end a container.
        found = self._search(asking, answers)
        parties = party(self.baseline), party(self.candidate)
        return Comparison(
            baseline=parties[0],
            candidate=parties[1],
            verdict=_verdict(answers, found),
            reason=" ".join(f"{each}." for each in (*map(_unsteady, answers.unsteady), note, found.note) if each),
            tolerance=self.how.tolerance,
            exchanges=len(answers.asked),
            differences=tuple(difference for each in answers.held for difference in each.differences),
            columns=column_deltas(answers.held, self.how.tolerance),
            latency=latency,
            new_warnings=_new_warnings(*parties),
            counterexample=found.counterexample,
            searched=found.asked,
            seconds=self.clock.now() - began,
            date=date,
            version=version("byoc-emulator"),
        )

    def _search(self, asking: Asking, answers: Answers) -> Searched:
        if not self.how.search_seconds:
            return Searched()
        if answers.unsteady:
            return Searched(note="There was no search for a disagreement for that reason")
        search = Differential(
            asking=asking, how=self.how, clock=self.clock, on_asked=self._told("the search"), twice=answers.loose
        )
        return search.searched(answers.both_answer)

    def _latency(self, asking: Asking, answers: Answers) -> tuple[Ratio | None, str]:
        if not self.how.latency_pairs:
            return None, ""
        if asking.recorded:
            return None, f"Latency was not compared, as {asking.recorded} is a recording"
        if answers.both_answer is None:
            return None, "Latency was not compared, as there is no request that both answer"
        ratio = latency_ratio(
            self.baseline,
            self.candidate,
            answers.both_answer,
            pairs=self.how.latency_pairs,
            clock=self.clock,
            on_pair=self._told("latency"),
        )
        return ratio, "" if ratio else "Latency was not compared, as one of the two stopped answering"

    def _told(self, name: str) -> Callable[[int], None]:
        subject = f"{self.baseline.name} and {self.candidate.name}"
        return lambda asked: self.emit(Searching(subject=subject, name=name, asked=asked))


def _unsteady(side: tuple[str, str]) -> str:
    name, example = side
    return (
        f"{name} does not answer the same request the same way twice ({example}), so that differences may mean nothing"
    )


def _verdict(answers: Answers, found: Searched) -> Verdict:
    if found.counterexample is not None or any(each.differences for each in answers.held):
        return "changed"
    return "same" if all(each.equal for each in answers.held) else "within tolerance"


def _new_warnings(baseline: Party, candidate: Party) -> tuple[tuple[str, str], ...]:
    """What the candidate's logs warn of and the baseline's do not; nothing where the baseline's are not known."""
    if not baseline.stages:
        return ()
    known = {text for stage in baseline.stages for text in stage.warnings}
    return tuple((stage.name, text) for stage in candidate.stages for text in stage.warnings if text not in known)
