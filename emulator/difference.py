"""Two sides compared, as one call: what ``byoc diff`` does, for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

from emulator.assemble import session
from emulator.compare.comparing import Comparing
from emulator.compare.image_side import image_side, subject_of
from emulator.compare.matrix.reason import load_fault, train_fault
from emulator.compare.recorder import requests_from
from emulator.compare.retraining import Channel, require_channels, retrained
from emulator.compare.side import Side
from emulator.compare.versus import compared, party, unanswered
from emulator.errors import ArtifactRefused, EndpointFailed, TrainingFailed, UsageError
from emulator.hosting.session import Session
from emulator.model.comparison import Comparison
from emulator.model.event import Emit, ignore
from emulator.model.hosting import Model
from emulator.model.recording import Recording, Request
from emulator.ports import ImageMissing
from emulator.regression import RemoteEndpoint, Subject, side_of
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.contract.sample import Sample

Opponent: TypeAlias = "Subject | str"
"""Images with their model data, an endpoint or just its name, or a recording."""


def diff(
    baseline: Opponent,
    candidate: Opponent,
    samples: Sequence[Sample] = (),
    *,
    how: Comparing | None = None,
    retrain: Sequence[Channel] = (),
    names: tuple[str, str] = ("", ""),
    settings: Settings | None = None,
    emit: Emit = ignore,
    command: str = "",
) -> Comparison:
    """How a candidate differs from a baseline, as ``byoc diff`` tells it.

    Args:
        baseline: what counts as right.
        candidate: what is judged.
        samples: what to ask; a recording needs none, as it knows what it was asked.
        how: tolerance, search, latency.
        retrain: images of both sides train on these channels first, and are compared with what they trained.
        names: of the two, as a person calls them; default is their own.
        settings: default is :meth:`Settings.load`.
        emit: hears every :class:`~emulator.model.event.Event`.
        command: what to type for the same again; stands in the comparison.

    Returns:
        A candidate that cannot be trained, or does not come into service, is one that fails to load.

    Raises:
        UsageError: nothing to ask, no such image or endpoint, or a recording has no answer to a request.
        EndpointFailed: the baseline does not come into service.
        ArtifactRefused: model data of either cannot be downloaded or extracted.
        TrainingFailed: the baseline cannot be trained.
        ServiceFault: AWS refuses a request.
        EngineUnavailable: no engine answers, or it went away.
    """
    settings = Settings.load() if settings is None else settings
    sides = tuple(RemoteEndpoint(name=each) if isinstance(each, str) else each for each in (baseline, candidate))
    requests = _requests(sides, samples)
    _require_retraining(sides, retrain)
    with ExitStack() as stack:
        opened = None
        if any(isinstance(each, Model) for each in sides):
            opened = stack.enter_context(session(settings, emit=emit))
        how = Comparing() if how is None else how
        work = Work(session=opened, settings=settings, how=how, retrain=tuple(retrain), emit=emit)
        return replace(work.comparison(sides[0], sides[1], requests, names=names), command=command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One comparison, in a session that is open.

    Attributes:
        session: where images are started; None where neither side is images.
        settings: for endpoints that run elsewhere.
        how: tolerance, search, latency.
        retrain: what images train on first.
        emit: hears every event.
    """

    session: Session | None
    settings: Settings
    how: Comparing
    retrain: tuple[Channel, ...] = ()
    emit: Emit = ignore

    def comparison(
        self, baseline: Subject, candidate: Subject, requests: Sequence[Request], *, names: tuple[str, str] = ("", "")
    ) -> Comparison:
        """All but the command; raises what :func:`diff` does."""
        one_name, other_name = _told_apart(names[0] or _name(baseline), names[1] or _name(candidate))
        for each in (baseline, candidate):
            self._require_images(each)
        with self._side(baseline, one_name) as one, ExitStack() as stack:
            try:
                other = stack.enter_context(self._side(candidate, other_name))
            except ArtifactRefused:
                raise
            except (EndpointFailed, TrainingFailed) as failed:
                fault = load_fault(failed) if isinstance(failed, EndpointFailed) else train_fault(failed)
                return unanswered(
                    party(one),
                    other_name,
                    "fails to load",
                    fault.reason,
                    tolerance=self.how.tolerance,
                    clock=self._opened.world.clock,
                )
            clock = None if self.session is None else self.session.world.clock
            return compared(one, other, requests, self.how, clock=clock, emit=self.emit)

    @property
    def _opened(self) -> Session:
        if self.session is None:
            raise UsageError("There is no session to start images in.", fix="open one")
        return self.session

    @contextmanager
    def _side(self, subject: Subject, name: str) -> Iterator[Side]:
        if not isinstance(subject, Model):
            with side_of(subject, name=name, settings=self.settings, emit=self.emit) as side:
                yield side
            return
        with ExitStack() as stack:
            if self.retrain:
                folder = stack.enter_context(TemporaryDirectory(prefix="byoc-", ignore_cleanup_errors=True))
                subject = retrained(self._opened, subject, self.retrain, Path(folder))
            yield stack.enter_context(image_side(self._opened, subject, name=name))

    def _require_images(self, subject: Subject) -> None:
        for each in subject.containers if isinstance(subject, Model) else ():
            try:
                self._opened.world.runtime.image(each.image)
            except ImageMissing as missing:
                fix = "build or pull it first; docker images lists what is there"
                raise UsageError(f"There is no image {each.image}.", why=str(missing), fix=fix) from missing


def _requests(sides: Sequence[Subject], samples: Sequence[Sample]) -> tuple[Request, ...]:
    """Those of the samples, else those that a recording has answers to."""
    recordings = [each for each in sides if isinstance(each, Recording)]
    if samples:
        return requests_from(samples)
    if not recordings:
        raise UsageError("There is nothing to ask.", fix="give a file of rows that both answer: --sample rows.csv")
    requests = tuple(dict.fromkeys(each.request for each in recordings[0].exchanges))
    if not requests:
        raise UsageError(f"The recording of {recordings[0].subject} is empty.", fix="record it again")
    return requests


def _require_retraining(sides: Sequence[Subject], retrain: Sequence[Channel]) -> None:
    models = [each for each in sides if isinstance(each, Model)]
    if retrain and not models:
        raise UsageError("Neither side can be trained.", why="only images can", fix="leave out --retrain")
    for each in models:
        require_channels(retrain, len(each.containers))


def _name(subject: Subject) -> str:
    if isinstance(subject, Model):
        return subject_of(subject)
    return subject.subject if isinstance(subject, Recording) else subject.name


def _told_apart(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one != other else (f"{one} (baseline)", f"{other} (candidate)")
