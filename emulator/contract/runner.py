"""From subjects and checks to a report: what can share a container shares it, what cannot runs side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Final

from emulator.contract.check import Check, NotApplicable, Stage
from emulator.contract.judge import finding_of
from emulator.contract.sample import Sample
from emulator.contract.side_by_side import side_by_side, wait_for
from emulator.contract.subject import Bench, Chained, Subject
from emulator.contract.survival import ill, opened_meanwhile, spared
from emulator.contract.trial import Trial
from emulator.errors import EndpointFailed, EngineUnavailable
from emulator.hosting.endpoint import open_endpoint
from emulator.hosting.platform import Platform
from emulator.model.event import CheckFinished, ignore
from emulator.model.finding import Option, Profile
from emulator.model.hosting import Model
from emulator.model.report import Outcome, Status
from emulator.ports import ModelDataMissing, ModelDataUnusable

SIDE_BY_SIDE: Final = 3
"""So many containers of fresh checks live at once, of one subject: most of their time they wait."""

SLOW_SECONDS: Final = 0.5
"""A sample that takes longer is not sent again to warm up."""

SAMPLES: Final = 12
"""How often the sample is sent before any check, unless it is slow: the first answers of a server take longest."""


@dataclass(kw_only=True)
class Runner:
    """One run of checks.

    Attributes:
        checks: in the order of the report.
        options: of each check, by code.
        profile: where the image is to be hosted.
        bench: see there.
        outcomes: so far, in the order in which they came.
    """

    checks: Sequence[Check]
    options: Mapping[str, Mapping[str, Option]]
    profile: Profile
    bench: Bench
    outcomes: list[Outcome] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _again: dict[str, Callable[[], Trial]] = field(default_factory=dict)
    _expected: int = 0
    _given: Sample | None = None

    def run(self, subjects: Sequence[Subject]) -> tuple[Outcome, ...]:
        """Every check of every subject, and of their chain if there are several.

        Raises:
            EngineUnavailable: the engine went away; nothing can be said of the image.
        """
        own = [each for each in self.checks if each.stage != "chain"]
        chain = [each for each in self.checks if each.stage == "chain"] if len(subjects) > 1 else []
        self._expected = len(own) * len(subjects) + len(chain)
        with ExitStack() as stack, side_by_side(len(subjects)) as pool:
            wait_for(pool.submit(self._before_start, each) for each in subjects)
            if all(each.stage in ("image", "artifact") for each in self.checks):
                return self._ordered(subjects)
            wait_for(pool.submit(stack.enter_context, self._started(each)) for each in subjects)
            self._hand_down(subjects)
            wait_for(pool.submit(self._after_start, each) for each in subjects)
            for subject in subjects:
                self._each(subject, "last", (subject,), why_not=_not_started(subject))
            if chain:
                self._in_a_row(subjects)
        return self._ordered(subjects)

    def _before_start(self, subject: Subject) -> None:
        self._each(subject, "image", (subject,))
        data = subject.definition.model_data
        if data is not None:
            try:
                subject.folder, _ = self.bench.world.store.fetch(data)
            except (ModelDataMissing, ModelDataUnusable) as refused:
                subject.refused_data = str(refused)
        lacks = "" if data is not None else "the image has no model data of its own to look at"
        self._each(subject, "artifact", (subject,), why_not=lacks)

    @contextmanager
    def _started(self, subject: Subject) -> Iterator[None]:
        if subject.refused_data:
            yield
            return
        with ExitStack() as stack:
            subject.shared = stack.enter_context(subject.trial())
            self._again[subject.name] = lambda: stack.enter_context(subject.trial())
            yield

    def _hand_down(self, subjects: Sequence[Subject]) -> None:
        """Send the sample through all containers as an invocation goes: its Accept is for the last one."""
        rules, given = self.bench.rules, subjects[0].sample
        self._given = handed = given
        for subject in subjects:
            if handed is not None and given is not None:
                subject.sample = replace(
                    handed, accept=given.accept if subject is subjects[-1] else rules.accept_between
                )
            self._warm_up(subject)
            handed = _passed_on(subject, most=rules.payload_between_bytes)

    def _warm_up(self, subject: Subject) -> None:
        sample = subject.sample
        if sample is None or not subject.was_started or not subject.shared.healthy:
            return
        for _ in range(SAMPLES):
            answered = subject.shared.post(sample.body, sample.content_type, accept=sample.accept)
            subject.remembered.setdefault("answer", answered)
            if answered.ok:
                subject.latencies.append(answered.seconds)
            if answered.seconds > SLOW_SECONDS:
                break
        if subject.position and not subject.remembered["answer"].ok:
            subject.sample = None  # checks of the pipeline tell
            del subject.remembered["answer"]

    def _after_start(self, subject: Subject) -> None:
        self._each(subject, "start", (subject,), why_not=_not_started(subject))
        unhealthy = _not_started(subject) or ("" if subject.shared.healthy else "it did not become healthy")
        with side_by_side(SIDE_BY_SIDE) as pool:
            fresh = [
                pool.submit(self._one, each, subject.name, (subject,), unhealthy, subject)
                for each in self.checks
                if each.stage == "fresh"
            ]
            for each in self.checks:
                if each.stage == "shared":
                    why_not = unhealthy or self._revive(subject, "no check")
                    self._one(each, subject.name, (subject,), why_not, subject)
            wait_for(fresh)

    def _in_a_row(self, subjects: Sequence[Subject]) -> None:
        ill = [each.name for each in subjects if not each.was_started or not each.shared.healthy]
        platform = Platform(world=self.bench.world, account=self.bench.account, rules=self.bench.rules, emit=ignore)
        model = Model(containers=tuple(each.definition for each in subjects))
        with ExitStack() as stack:
            chained: tuple[object, ...] = ()
            why_not = f"{', '.join(ill)} did not become healthy" if ill else ""
            if not ill:
                try:
                    endpoint = open_endpoint(platform, model, name="byoc-check", variant="AllTraffic")
                    stack.callback(endpoint.close, seconds=0.0)  # checks of stops have containers of their own
                    chained = (Chained(subjects=subjects, endpoint=endpoint, sample=self._given),)
                except EndpointFailed as failed:
                    chained = (Chained(subjects=subjects, endpoint=None, failed=failed, sample=self._given),)
            for each in self.checks:
                if each.stage == "chain":
                    self._one(each, "pipeline", chained, why_not, None)

    def _each(self, subject: Subject, stage: Stage, arguments: tuple[object, ...], *, why_not: str = "") -> None:
        for each in self.checks:
            if each.stage == stage:
                self._one(each, subject.name, arguments, why_not, subject)

    def _one(
        self, check: Check, name: str, arguments: tuple[object, ...], why_not: str, subject: Subject | None
    ) -> None:
        began = self.bench.world.clock.now()
        if why_not:
            outcome = Outcome(rule=check.rule, container=name, status="skipped", reason=why_not)
        else:
            with opened_meanwhile() as opened:
                outcome = self._looked(check, name, arguments, subject)
            if subject is not None and check.stage in ("shared", "fresh"):
                outcome = self._outlived(subject, check, outcome, opened)
        outcome = replace(outcome, seconds=self.bench.world.clock.now() - began)
        with self._lock:
            self.outcomes.append(outcome)
            self.bench.emit(
                CheckFinished(
                    subject=name,
                    code=check.rule.code,
                    name=check.rule.name,
                    status=outcome.status,
                    done=len(self.outcomes),
                    of=self._expected,
                )
            )

    def _looked(self, check: Check, name: str, arguments: tuple[object, ...], subject: Subject | None) -> Outcome:
        try:
            violations = list(check.look(*arguments, **self.options[check.rule.code]))
        except NotApplicable as reason:
            return Outcome(rule=check.rule, container=name, status="skipped", reason=str(reason))
        except EngineUnavailable:
            raise
        except Exception as bug:  # noqa: BLE001 - whatever a check trips over says nothing about the image
            return Outcome(rule=check.rule, container=name, status="errored", reason=f"{type(bug).__name__}: {bug}")
        found = tuple(finding_of(each, check, name, subject, self.profile) for each in violations)
        status: Status = "failed" if found else "passed"
        return Outcome(rule=check.rule, container=name, status=status, findings=found)

    def _outlived(self, subject: Subject, check: Check, outcome: Outcome, opened: Sequence[Trial]) -> Outcome:
        """The outcome of a check whose container may have ended by itself meanwhile."""
        if check.stage == "fresh":
            as_given = subject.launch()
            opened = [each for each in opened if subject.deaths or each.launch == as_given]
        outcome, ended = spared(outcome, [subject.shared] if check.stage == "shared" else opened)
        word = f"{check.rule.code} {check.rule.name}"
        if check.stage == "fresh":
            subject.deaths += [word] * len(ended)
            subject.ended += ended
        else:
            self._revive(subject, word, blamed=outcome.status == "failed")
        return outcome

    def _revive(self, subject: Subject, during: str, *, blamed: bool = False) -> str:
        """A shared container that ended or fell ill is started again, so that the next checks have one; why not."""
        shared = subject.shared
        if shared.healthy and shared.ended_by_itself():
            subject.deaths.append(during)
            subject.ended.append(shared)
        elif shared.healthy and ill(shared):
            subject.sickened += [] if blamed else [during]
        else:
            return "" if shared.healthy else "it did not become healthy again"
        shared.remove()
        subject.shared = self._again[subject.name]()
        return "" if subject.shared.healthy else "it did not become healthy again"

    def _ordered(self, subjects: Sequence[Subject]) -> tuple[Outcome, ...]:
        names = [*(each.name for each in subjects), "pipeline"]
        places = {each.rule.code: place for place, each in enumerate(self.checks)}
        return tuple(sorted(self.outcomes, key=lambda each: (names.index(each.container), places[each.rule.code])))


def _not_started(subject: Subject) -> str:
    return "" if subject.was_started else f"it was not started: {subject.refused_data}"


def _passed_on(before: Subject, *, most: int) -> Sample | None:
    """What a container hands to the next one of its chain."""
    answer = before.remembered.get("answer")
    if answer is None or not answer.ok or answer.reply.content_type is None or len(answer.reply.body) > most:
        return None
    return Sample(body=answer.reply.body, content_type=answer.reply.content_type)
