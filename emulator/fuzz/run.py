"""The whole of a fuzzing run: from images as given to a report in the form of a check's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from hypothesis.configuration import set_hypothesis_home_dir

from emulator.contract.sample import Sample
from emulator.errors import UsageError
from emulator.fuzz.case import Case, read_case
from emulator.fuzz.outcomes import Outcomes
from emulator.fuzz.property import Property, properties
from emulator.fuzz.search import EXAMPLES, Search
from emulator.fuzz.service import portraits, targeted
from emulator.fuzz.target import Target
from emulator.fuzz.telling import Teller
from emulator.hosting.session import Session
from emulator.model.hosting import Model
from emulator.model.record import RecordSchema
from emulator.model.report import Report
from emulator.ports import Clock
from emulator.ports.raw import RawHttp

FOLDER: Final = ".byoc-fuzz"
"""Where what was found is kept, if nobody says otherwise."""


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
    examples: int = EXAMPLES
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

    def search(self, schema: RecordSchema, target: Target, clock: Clock, accept: str | None) -> Search:
        """How to search."""
        return Search(
            schema=schema,
            target=target,
            clock=clock,
            folder=self.folder,
            seed=self.seed,
            examples=self.examples,
            accept=accept,
        )

    def replays(self) -> dict[str, list[Case]]:
        """The saved cases that are to be tried alone, by the code of their property.

        Raises:
            UsageError: a file is none of ours, or its property is not selected.
        """
        cases: dict[str, list[Case]] = {}
        for path in self.replay:
            code, case = read_case(path)
            if not any(code == each.rule.code for each in self.properties()):
                raise UsageError(f"{path} is a case of {code}, which is not among the properties of this run.")
            cases.setdefault(code, []).append(case)
        return cases


def fuzz(
    session: Session,
    model: Model,
    fuzzing: Fuzzing,
    *,
    schema: RecordSchema | None,
    raw: RawHttp,
    sample: Sample | None = None,
    command: str = "",
) -> Report:
    """Search for what breaks an image or a chain.

    Args:
        session: to host it in; its rules' time for an invocation is cut to 10 s.
        model: one container, or several in a row.
        fuzzing: how.
        schema: of the records that it takes; a replay needs none.
        raw: for slow clients.
        sample: what the schema was learnt from.
        command: what to type for the same again.

    Raises:
        EndpointFailed: it does not come into service, so there is nothing to fuzz; `byoc check` says why.
        EngineUnavailable: nothing can be said of the image.
        UsageError: a property or a saved case that there is not was named, or there is no schema.
    """
    chosen, replays = fuzzing.properties(), fuzzing.replays()
    if schema is None and not replays:
        raise UsageError("There is no schema to draw records from.", fix="give a schema, or saved cases to replay")
    clock = session.world.clock
    began, date = clock.now(), clock.utc().isoformat(timespec="seconds")
    name = model.hostnames(single=session.rules.single_name)[0] if not model.several else "pipeline"
    with _home(fuzzing.folder), targeted(session, model, raw) as target:
        in_service = clock.now() - began
        run = Outcomes(session=session, target=target, teller=Teller(model=model, name=name, folder=fuzzing.folder))
        if schema is None or replays:
            chosen = tuple(each for each in chosen if each.rule.code in replays)
            outcomes = tuple(run.replayed(each, replays[each.rule.code]) for each in chosen)
        else:
            run.greet(sample)
            accept = None if sample is None else sample.accept
            outcomes = tuple(
                run.searched(chosen, fuzzing.search(schema, target, clock, accept), seconds=fuzzing.seconds)
            )
    return Report(
        containers=portraits(session, model, healthy_after=in_service),
        profile="realtime",
        outcomes=outcomes,
        seconds=clock.now() - began,
        date=date,
        version=version("byoc-emulator"),
        command=command,
    )


@contextmanager
def _home(folder: Path | None) -> Iterator[None]:
    """Hypothesis keeps its own things in our folder, not in one of its own in the working directory."""
    if folder is None:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise UsageError(f"{folder} cannot be made.", why=str(refused.strerror), fix="name another folder") from refused
    set_hypothesis_home_dir(folder / "hypothesis")
    try:
        yield
    finally:
        set_hypothesis_home_dir(None)


def _fits(word: str, searched: Property) -> bool:
    return word.upper() == searched.rule.code or word.lower() == searched.rule.name
