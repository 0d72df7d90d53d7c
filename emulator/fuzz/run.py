"""The whole of a fuzzing run: from images as given to a report in the form of a check's."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from emulator.contract.check import NotApplicable
from emulator.contract.reproduce import curl
from emulator.contract.sample import Sample
from emulator.errors import UsageError
from emulator.fuzz.case import Case, read_case
from emulator.fuzz.property import Property, properties
from emulator.fuzz.search import Found, Search, cause_of
from emulator.fuzz.service import portraits, targeted
from emulator.fuzz.target import Target
from emulator.hosting.session import Session
from emulator.model.event import CheckFinished, Searching
from emulator.model.finding import Finding
from emulator.model.hosting import Model
from emulator.model.record import RecordSchema
from emulator.model.report import Outcome, Report
from emulator.ports.raw import RawHttp

FOLDER: Final = ".byoc-fuzz"
"""Where what was found is kept, if nobody says otherwise."""

CASES: Final = "cases"
"""The folder of saved cases, below the one that a run keeps."""

TOLD_EVERY: Final = 0.2
"""Seconds between two words on progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzing:
    """How to fuzz.

    Attributes:
        seconds: for all properties together, if none is broken.
        examples: most cases of one property.
        select: codes or names of properties; empty for all.
        seed: to draw the same cases again; None draws others each time.
        folder: keeps what broke a property, to be tried first next time; None keeps nothing.
        replay: saved cases; they alone are tried, if there are any.
    """

    seconds: float = 60.0
    examples: int = 10_000
    select: tuple[str, ...] = ()
    seed: int | None = None
    folder: Path | None = None
    replay: tuple[Path, ...] = ()

    def properties(self) -> tuple[Property, ...]:
        """Those that are selected.

        Raises:
            UsageError: a word fits none.
        """
        known = properties()
        for word in self.select:
            if not any(_fits(word, each) for each in known):
                names = ", ".join(f"{each.rule.code} {each.rule.name}" for each in known)
                raise UsageError(f"There is no property {word}.", fix=f"there are {names}")
        return tuple(each for each in known if not self.select or any(_fits(word, each) for word in self.select))


def fuzz(
    session: Session,
    model: Model,
    fuzzing: Fuzzing,
    *,
    schema: RecordSchema,
    raw: RawHttp,
    sample: Sample | None = None,
    command: str = "",
) -> Report:
    """Search for what breaks an image or a chain.

    Args:
        session: to host it in; its rules' time for an invocation is cut to 10 s.
        model: one container, or several in a row.
        fuzzing: how.
        schema: of the records that it takes.
        raw: for slow clients.
        sample: what the schema was learnt from.
        command: what to type for the same again.

    Raises:
        EndpointFailed: it does not come into service, so there is nothing to fuzz; `byoc check` says why.
        UsageError: a property or a saved case that there is not was named.
    """
    chosen = fuzzing.properties()
    replays = [read_case(path) for path in fuzzing.replay]
    clock = session.world.clock
    began, date = clock.now(), clock.utc().isoformat(timespec="seconds")
    name = model.hostnames(single=session.rules.single_name)[0] if not model.several else "pipeline"
    with targeted(session, model, raw) as target:
        in_service = clock.now() - began
        run = _Run(session, model, fuzzing, schema, target, name, sample)
        if replays:
            outcomes = [
                run.replayed(each, [case for code, case in replays if code == each.rule.code]) for each in chosen
            ]
        else:
            outcomes = list(run.searched(chosen))
    return Report(
        containers=portraits(session, model, healthy_after=in_service),
        profile="realtime",
        outcomes=tuple(outcomes),
        seconds=clock.now() - began,
        date=date,
        version=version("byoc-emulator"),
        command=command,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    session: Session
    model: Model
    fuzzing: Fuzzing
    schema: RecordSchema
    target: Target
    name: str
    sample: Sample | None

    def searched(self, chosen: Sequence[Property]) -> Iterator[Outcome]:
        """One outcome for each property; saved cases are tried first."""
        clock, told = self.session.world.clock, 0.0
        share = self.fuzzing.seconds / sum(each.share for each in chosen)
        for done, each in enumerate(chosen, start=1):

            def on_case(searched: Property = each) -> None:
                nonlocal told
                if clock.now() - told > TOLD_EVERY:
                    told = clock.now()
                    event = Searching(subject=self.name, name=searched.rule.name, asked=self.target.asked)
                    self.session.emit(event)

            search = Search(
                schema=self.schema,
                target=self.target,
                clock=clock,
                seconds=share,
                folder=self.fuzzing.folder,
                seed=self.fuzzing.seed,
                examples=self.fuzzing.examples,
                on_case=on_case,
            )
            began, before = clock.now(), self.target.asked
            try:
                found = {every.cause: every for every in (*self._saved(each), *search.run(each))}
                outcome = replace(
                    self._outcome(each, tuple(found.values())), reason=f"{self.target.asked - before:,} requests"
                )
            except NotApplicable as reason:
                outcome = Outcome(rule=each.rule, container=self.name, status="skipped", reason=str(reason))
            yield replace(outcome, seconds=clock.now() - began)
            self._tell(each, outcome, done=done, of=len(chosen))

    def replayed(self, searched: Property, cases: Sequence[Case]) -> Outcome:
        """The outcome of saved cases alone."""
        if not cases:
            return Outcome(rule=searched.rule, container=self.name, status="skipped", reason="no saved case of it")
        return self._outcome(searched, tuple(found for case in cases for found in self._tried(searched, case)))

    def _saved(self, searched: Property) -> Iterator[Found]:
        if self.fuzzing.folder is not None:
            for path in sorted((self.fuzzing.folder / CASES).glob(f"{searched.rule.code}-*.json")):
                yield from self._tried(searched, read_case(path)[1])

    def _tried(self, searched: Property, case: Case) -> Iterator[Found]:
        for violation in searched.judge(self.target, case):
            yield Found(violation=violation, case=case, cause=cause_of(violation))

    def _outcome(self, searched: Property, found: Sequence[Found]) -> Outcome:
        findings = tuple(self._finding(searched, each) for each in found)
        return Outcome(
            rule=searched.rule, container=self.name, status="failed" if findings else "passed", findings=findings
        )

    def _finding(self, searched: Property, found: Found) -> Finding:
        violation, code = found.violation, searched.rule.code
        images = [each.image for each in self.model.containers]
        data = [each.model_data.uri if each.model_data else "none" for each in self.model.containers]
        models = [word for each in data for word in ("-m", each)]
        facts = [f"the smallest of {found.times} such cases"] if found.times > 1 else []
        facts += [] if found.steady else ["tried again it did not happen: it depends on what else goes on"]
        commands = [shlex.join(["byoc", "run", *images, *models, "--port", "8080"])]
        commands += dict.fromkeys(curl(each, sample=self.sample) for each in violation.probes)
        if self.fuzzing.folder is not None:
            path = _save(found.case, code, self.fuzzing.folder / CASES)
            commands.append(
                shlex.join(["byoc", "fuzz", *images, *models, *self._sample_words(), "--replay", str(path)])
            )
        return Finding(
            rule=searched.rule,
            severity=violation.severity or searched.rule.severity,
            container=self.name,
            image=" ".join(images),
            what=violation.what,
            probes=violation.probes,
            log=violation.log,
            facts=(*violation.facts, *facts),
            reproduce=tuple(commands),
        )

    def _sample_words(self) -> list[str]:
        return ["--sample", self.sample.path] if self.sample is not None and self.sample.path else []

    def _tell(self, searched: Property, outcome: Outcome, *, done: int, of: int) -> None:
        rule = searched.rule
        self.session.emit(
            CheckFinished(subject=self.name, code=rule.code, name=rule.name, status=outcome.status, done=done, of=of)
        )


def _save(case: Case, code: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / case.file_name(code)
    path.write_text(case.text(code), "utf-8")
    return path


def _fits(word: str, searched: Property) -> bool:
    return word.upper() == searched.rule.code or word.lower() == searched.rule.name
