"""One search under way: Hypothesis draws cases and makes them small, and what they break is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any, Final
from warnings import catch_warnings, simplefilter

from hypothesis import given, seed
from hypothesis.errors import Flaky, HypothesisWarning, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test

from emulator.errors import EndpointFailed
from emulator.fuzz.case import Case, Question
from emulator.fuzz.ends import Aborted, Broken, leaves
from emulator.fuzz.found import Found, cause_of
from emulator.fuzz.property import Property
from emulator.fuzz.target import Target, TimeIsUp
from emulator.model.finding import Violation

if TYPE_CHECKING:
    from emulator.fuzz.search import Search

TRIES: Final = 3
"""How often the smallest case is tried again, until it breaks the property again."""

AGAIN_SECONDS: Final = 30.0
"""For that there is so much time, at least."""


def replayed(searched: Property, case: Case, target: Target) -> Iterator[Found]:
    """How a saved case breaks the property; what depends on what else goes on gets several tries."""
    for tries in range(1, TRIES + 1):
        for violation in searched.judge(target, case):
            yield Found(violation=violation, case=case, cause=cause_of(violation), tries=tries, again=1)
            return


class Hunt:
    """One search under way."""

    def __init__(self, search: Search, searched: Property, seconds: float) -> None:
        self._search, self._searched, self._seconds = search, searched, seconds
        self._target = search.target
        self._classes: dict[str, type[Broken]] = {}
        self.found: dict[str, Found] = {}
        self.cases = 0

    def explore(self) -> None:
        """Draw cases until there is no time, or nothing new, left."""
        try:
            with catch_warnings():
                simplefilter("ignore", HypothesisWarning)  # such as that some bodies are long
                self._test()()
        except BaseException as raised:  # noqa: BLE001 - what is none of ours is raised again
            for each in leaves(raised):
                if isinstance(each, Aborted):
                    raise (each.__cause__ or each) from None
                if isinstance(each, Broken):  # the smallest in Hypothesis' own sense
                    self._keep(each.violation, each.case, smallest=True)
                elif not isinstance(each, Flaky | TimeIsUp | Unsatisfiable):
                    raise each from each.__cause__

    def tried(self, case: Case) -> Violation | None:
        """How a case breaks the property, kept; None if it does not."""
        self.cases += 1
        self._search.on_case()
        if self.found:
            self._renew()
        violation = next(iter(self._searched.judge(self._target, case)), None)
        if violation is None:
            self._target.remember(case.questions[0])
            return None
        if not self.found:
            self._target.until += self._seconds
        self._keep(violation, case)
        return violation

    def again(self, found: Found) -> Found:
        """Cut to the one question that matters, and tried again: that tells a rule from an accident."""
        times = tries = 0
        try:
            self._target.until = self._search.clock.now() + max(self._seconds, AGAIN_SECONDS)
            found = self._cut(found)
            while tries < TRIES and (not tries or times < tries):
                times += found.cause in map(cause_of, self._violations(found.case))
                tries += 1
        except (TimeIsUp, EndpointFailed):
            pass
        finally:
            self._target.until = inf
        return replace(found, tries=tries, again=times)

    def _cut(self, found: Found) -> Found:
        """Without the questions that it does not take: first all but the one that was answered badly, then fewer."""
        machine = self._searched.machine is not None
        if not self._searched.apart and not machine:
            return found
        alone = replace(found.case, questions=self._culprits(found.case, found.violation))
        found = found if machine else self._with(found, alone)
        size = len(found.case.questions) // 2
        while size:
            start = int(machine)  # whose first step is what the others are compared with
            while start < len(found.case.questions) > 1:
                fewer = self._with(found, found.case.without(start, start + size))
                start += size if fewer is found else 0
                found = fewer
            size //= 2
        return found

    def _with(self, found: Found, case: Case) -> Found:
        """The same by a smaller case; as it is where that does not do."""
        if not 0 < len(case.questions) < len(found.case.questions):
            return found
        same = [each for each in self._violations(case) if cause_of(each) == found.cause]
        return replace(found, case=case, violation=same[0]) if same else found

    def _culprits(self, case: Case, violation: Violation) -> tuple[Question, ...]:
        """The questions of a case that were answered badly; all of them where they only count together."""
        if not self._searched.apart or not violation.probes:
            return case.questions
        asked = violation.probes[0].request
        kind = asked.headers.get("Content-Type")
        return tuple(each for each in case.questions if (each.body, each.content_type) == (asked.body, kind))

    def _violations(self, case: Case) -> list[Violation]:
        self._renew()
        return list(self._searched.judge(self._target, case))

    def _renew(self) -> None:
        """Before a case is tried again: a sequence may depend on what the container has seen in those before."""
        if self._searched.machine is not None:
            self._target.restart()
        else:
            self._target.refresh()

    def _test(self) -> Callable[[], None]:
        search, searched = self._search, self._searched
        told = search.settings(searched)
        if searched.machine is not None:
            machine: Any = searched.machine(search.schema, self._judged)
            made = machine if search.seed is None else seed(search.seed)(machine)
            return lambda: run_state_machine_as_test(made, settings=told)
        if searched.cases is None:
            raise ValueError(f"{searched.rule.code} has no cases")

        def judged(case: Case) -> None:
            self._judged(case)

        test: Any = told(given(searched.cases(search.schema))(judged))
        return test if search.seed is None else seed(search.seed)(test)  # type: ignore[no-any-return]

    def _judged(self, case: Case) -> None:
        """The test that Hypothesis sees."""
        case = case.accepting(self._search.accept)
        try:
            violation = self.tried(case)
        except (Exception, SystemExit) as unexpected:
            raise Aborted from unexpected
        if violation is not None:
            cause = cause_of(violation)
            if cause not in self._classes:
                self._classes[cause] = type("Broken", (Broken,), {})
            raise self._classes[cause](case, violation)

    def _keep(self, violation: Violation, case: Case, *, smallest: bool = False) -> None:
        cause = cause_of(violation)
        labels = tuple(dict.fromkeys(each.label for each in self._culprits(case, violation) if each.label))
        met = Found(violation=violation, case=case, cause=cause, labels=labels)
        before = self.found.get(cause)
        if before is None:
            self.found[cause] = met
            return
        best = met if smallest or case.size <= before.case.size else before
        labels = tuple(dict.fromkeys((*before.labels, *labels)))
        times = before.times + (not smallest)
        self.found[cause] = replace(best, times=times, labels=labels)
