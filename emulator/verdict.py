"""Verdicts as one call each: what ``byoc check`` and ``byoc fuzz`` do, for programs and for the pytest plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.assemble import session
from emulator.errors import UsageError
from emulator.model.event import Emit, ignore
from emulator.model.hosting import Model
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.contract.examination import Examination
    from emulator.contract.sample import Sample
    from emulator.fuzz.run import Fuzzing
    from emulator.model.record import RecordSchema
    from emulator.model.report import Report


def check(
    model: Model,
    examination: Examination | None = None,
    *,
    sample: Sample | None = None,
    settings: Settings | None = None,
    emit: Emit = ignore,
    command: str = "",
) -> Report:
    """The verdict on an image or a chain, as ``byoc check`` gives it.

    Args:
        model: one container, or several in a row, with their model data.
        examination: which checks, under which profile; default is all of ``realtime``.
        sample: a request that the first container is known to answer.
        settings: default is :meth:`Settings.load`.
        emit: hears every :class:`~emulator.model.event.Event`.
        command: what to type for the same again; stands in the report.

    Raises:
        UsageError: there is no such image, or the examination names what there is not.
        EngineUnavailable: no engine answers, or it went away: nothing can be said of the image.
    """
    from emulator.adapters.raw_http import SocketHttp
    from emulator.contract.examination import Examination
    from emulator.contract.examine import examine
    from emulator.contract.subject import Bench

    examination = Examination() if examination is None else examination
    with session(settings, emit=emit) as opened:
        bench = Bench(
            world=opened.world,
            raw=SocketHttp(),
            rules=opened.rules,
            account=opened.account,
            emit=emit,
            settle_seconds=examination.settle_seconds,
        )
        return examine(model, examination, bench=bench, sample=sample, command=command)


def fuzz(
    model: Model,
    fuzzing: Fuzzing | None = None,
    *,
    sample: Sample | None = None,
    schema: RecordSchema | None = None,
    settings: Settings | None = None,
    emit: Emit = ignore,
    command: str = "",
) -> Report:
    """What breaks an image or a chain, as ``byoc fuzz`` finds it.

    Args:
        model: one container, or several in a row, with their model data.
        fuzzing: which properties, and for how long; default is all of them for a minute.
        sample: a request that the first container answers.
        schema: of its records; default is learnt from the sample.
        settings: default is :meth:`Settings.load`.
        emit: hears every :class:`~emulator.model.event.Event`.
        command: what to type for the same again; stands in the report.

    Raises:
        UsageError: there is neither a sample nor a schema nor a case to replay, or the sample's records cannot be read.
        EndpointFailed: the image does not come into service.
        EngineUnavailable: no engine answers, or it went away.
    """
    from emulator.adapters.raw_http import SocketHttp
    from emulator.fuzz.run import Fuzzing
    from emulator.fuzz.run import fuzz as fuzzed
    from emulator.strategies import learnt_from

    how = fuzzing or Fuzzing()
    if schema is None and not how.replay:
        if sample is None:
            fix = "give a file with rows that the image answers (--sample), or a JSON Schema of them (--schema)"
            raise UsageError("There is nothing to learn from what a request looks like.", fix=fix)
        schema = learnt_from(sample.body, sample.content_type)
    with session(settings, emit=emit) as opened:
        return fuzzed(opened, model, how, schema=schema, raw=SocketHttp(), sample=sample, command=command)
