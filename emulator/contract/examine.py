"""The whole examination: from images as given to the report on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import version

from emulator.contract.catalogue import catalogue
from emulator.contract.examination import Examination
from emulator.contract.runner import Runner
from emulator.contract.sample import Sample
from emulator.contract.subject import Bench, Subject
from emulator.errors import UsageError, ValidationException
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import ImageConfig
from emulator.model.report import Outcome, Portrait, Report
from emulator.ports import ImageMissing, ImageUnsupported
from emulator.wire import control_refusal


def examine(
    model: Model, examination: Examination, *, bench: Bench, sample: Sample | None, command: str = ""
) -> Report:
    """Run the checks on the containers of a model.

    Args:
        model: one container, or several in a row.
        examination: what to check.
        bench: the world to do it in.
        sample: a request that the first container is known to answer.
        command: what to type for the same again.

    Raises:
        UsageError: there is no such image, or a check or option that there is not was named.
        ValidationException: there is nothing at the S3 address of the model data, or hosting does not take the image.
        EngineUnavailable: the engine went away.
    """
    known = catalogue()
    checks, options = examination.checks(known), known.options(examination.options)
    if not checks:
        raise UsageError("No check is left.", fix="select more, or ignore less")
    clock = bench.world.clock
    began, date = clock.now(), clock.utc().isoformat(timespec="seconds")
    subjects = _subjects(model, examination, bench=bench, sample=sample)
    runner = Runner(checks=checks, options=options, profile=examination.profile, bench=bench)
    outcomes = runner.run(subjects)
    return Report(
        containers=tuple(map(_portrait, subjects)),
        profile=examination.profile,
        outcomes=tuple(_against(examination.baseline, each) for each in outcomes),
        seconds=clock.now() - began,
        date=date,
        version=version("byoc-emulator"),
        command=command,
    )


def _subjects(model: Model, examination: Examination, *, bench: Bench, sample: Sample | None) -> Sequence[Subject]:
    names = model.hostnames(single=bench.rules.single_name)
    subjects = []
    for position, (name, definition) in enumerate(zip(names, model.containers, strict=True)):
        data = definition.model_data
        if data is not None and data.on_s3 and not bench.world.store.exists(data):
            raise control_refusal.model_data_not_found(data.uri)
        subjects.append(
            Subject(
                name=name,
                definition=definition,
                image=_image(definition, bench),
                profile=examination.profile,
                instance_type=examination.instance_type,
                in_chain=model.several,
                position=position,
                hands_on=position + 1 < len(names),
                bench=bench,
                sample=sample if position == 0 else None,
            )
        )
    return subjects


def _image(definition: ContainerDefinition, bench: Bench) -> ImageConfig:
    try:
        return bench.world.runtime.image(definition.image)
    except ImageMissing as missing:
        raise UsageError(
            f"There is no image {definition.image} to check.",
            why=str(missing),
            fix="build or pull it first; docker images lists what is there",
        ) from missing
    except ImageUnsupported as unsupported:
        raise ValidationException(str(unsupported)) from unsupported


def _portrait(subject: Subject) -> Portrait:
    trial = subject.shared if subject.was_started else None
    return Portrait(
        name=subject.name,
        image=subject.definition.image,
        image_id=subject.image.image_id,
        architecture=subject.image.architecture,
        size_bytes=subject.image.size_bytes,
        model_data=subject.model_data,
        healthy_after=None if trial is None else trial.healthy_after,
        moments=() if trial is None else tuple(trial.moments),
        latencies=tuple(subject.latencies),
    )


def _against(baseline: Iterable[str], outcome: Outcome) -> Outcome:
    known = tuple(each for each in outcome.findings if each.fingerprint in baseline)
    new = tuple(each for each in outcome.findings if each.fingerprint not in baseline)
    return replace(outcome, findings=new, known=known)
