"""Contract checks as items: asked for once, run once even where several xdist workers want them."""

from __future__ import annotations

import fcntl
import hashlib
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.examination import Examination
from emulator.contract.sample import sample_from
from emulator.errors import Problem, UsageError
from emulator.fuzz.property import properties
from emulator.fuzz.run import FOLDER, Fuzzing
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.report import Outcome, Report
from emulator.render.prose import described
from emulator.settings import Settings
from emulator.verdict import check, fuzz

NONE = "none"
"""The model data of an image that brings its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What is to be checked, or fuzzed for so many seconds, as options or a marker say it; all paths are absolute."""

    images: tuple[str, ...]
    models: tuple[str, ...]
    sample: str = ""
    content_type: str = ""
    accept: str = ""
    profile: str = ""
    project: str = "."
    fuzz_seconds: float = 0.0

    @property
    def model(self) -> Model:
        """The images with their model data."""
        if self.models and len(self.models) != len(self.images):
            raise UsageError(
                f"{len(self.images)} images, but {len(self.models)} models.",
                fix=f"give one for each image, in order; `{NONE}` for an image that brings its own",
            )
        data = [None if each == NONE else each for each in self.models] or [None] * len(self.images)
        return Model(
            containers=tuple(
                ContainerDefinition(image, model_data_url=url) for image, url in zip(self.images, data, strict=True)
            )
        )

    def examination(self) -> Examination:
        """What the project's file says, under the profile asked for."""
        table = dict(self.settings().tables.get("check", {}))
        table.pop("baseline", None)
        asked = {"profile": self.profile} if self.profile else {}
        return Examination.of({**table, **asked}, where="[tool.byoc.check]")

    def settings(self) -> Settings:
        """Of the project that the tests belong to."""
        return Settings.load(project=Path(self.project))

    def cases(self) -> list[tuple[str, str, str]]:
        """Container, code and name of each check, known without an engine."""
        model = self.model
        if self.fuzz_seconds:
            name = "pipeline" if model.several else self.settings().rules.single_name
            return [(name, each.rule.code, each.rule.name) for each in properties()]
        checks = self.examination().checks()
        names = model.hostnames(single=self.settings().rules.single_name)
        own = [(name, check.rule.code, check.rule.name) for name in names for check in checks if check.stage != "chain"]
        chain = [("pipeline", check.rule.code, check.rule.name) for check in checks if check.stage == "chain"]
        return own + (chain if model.several else [])

    def report(self) -> Report:
        """Run the checks."""
        sample = sample_from(Path(self.sample), self.content_type or None, self.accept or None) if self.sample else None
        if self.fuzz_seconds:
            how = Fuzzing(seconds=self.fuzz_seconds, folder=Path(self.project) / FOLDER)
            return fuzz(self.model, how, sample=sample, settings=self.settings())
        command = " ".join(("byoc check", *self.images))
        return check(self.model, self.examination(), sample=sample, settings=self.settings(), command=command)


class CheckItem(pytest.Item):
    """One check of one container."""

    def __init__(self, *, asked: CheckRequest, container: str, code: str, **others: Any) -> None:
        super().__init__(**others)
        self._asked, self._container, self._code = asked, container, code

    def runtest(self) -> None:
        """Run all checks unless that was done, and fail, skip or pass as this one did."""
        require(outcome_of(self.config, self._asked, self._container, self._code))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The command stands for the place of the test."""
        return self.config.rootpath, None, f"byoc check {self.name}"


def check_items(session: pytest.Session) -> Iterator[CheckItem]:
    """The items of ``--byoc-image``."""
    option = session.config.getoption
    here = session.config.invocation_params.dir
    asked = _request(
        option("--byoc-image"),
        option("--byoc-model") or (),
        here,
        sample=option("--byoc-sample"),
        content_type=option("--byoc-content-type"),
        accept=option("--byoc-accept"),
        profile=option("--byoc-profile"),
        project=session.config.rootpath,
    )
    seconds = option("--byoc-fuzz")
    for each in (asked, replace(asked, fuzz_seconds=seconds)) if seconds else (asked,):
        for container, code, name in cases_of(each):
            title = f"{container} {code} {name}"
            yield CheckItem.from_parent(
                session, name=title, nodeid=f"byoc-check::{title}", asked=each, container=container, code=code
            )


def cases_of(asked: CheckRequest) -> list[tuple[str, str, str]]:
    """Its cases; what is wrong with it ends the collection with a sentence."""
    try:
        return asked.cases()
    except Problem as wrong:
        raise pytest.UsageError(str(wrong)) from None


def request_of_marker(item: pytest.Item) -> CheckRequest:
    """What the marker ``byoc_image`` of a test asks for."""
    marker = item.get_closest_marker("byoc_image")
    if marker is None or not marker.args:
        raise pytest.UsageError(f'{item.nodeid} asks for byoc_check without @pytest.mark.byoc_image("IMAGE", …)')
    told = dict(marker.kwargs)
    models = told.pop("model", ())
    models = models if isinstance(models, list | tuple) else (models,)
    try:
        return _request(marker.args, models, item.path.parent, project=item.config.rootpath, **told)
    except TypeError as wrong:
        raise pytest.UsageError(f"{item.nodeid}: the marker byoc_image has {wrong}") from wrong


def outcome_of(config: pytest.Config, asked: CheckRequest, container: str, code: str) -> Outcome:
    """How a check ended; the first to ask runs them all."""
    report = _once(config, asked)
    return next(each for each in report.outcomes if (each.container, each.rule.code) == (container, code))


def require(outcome: Outcome) -> None:
    """Fail, skip or pass as a check did."""
    if outcome.status == "skipped":
        pytest.skip(outcome.reason)
    if outcome.status == "errored":
        pytest.fail(f"byoc-emulator broke, which says nothing about the image: {outcome.reason}", pytrace=False)
    failing = [each for each in outcome.findings if each.severity != "note"]
    if failing:
        pytest.fail("\n\n".join(map(described, failing)), pytrace=False)


def _once(config: pytest.Config, asked: CheckRequest) -> Report:
    """The report, from memory, or from the folder that the workers of a run share."""
    known: dict[CheckRequest, Report] = config.stash.setdefault(_REPORTS, {})
    if asked not in known:
        with _shared_file(config, asked) as path:
            if path.exists():
                known[asked] = pickle.loads(path.read_bytes())  # noqa: S301 - this run wrote it, for its user alone
            else:
                known[asked] = asked.report()
                path.write_bytes(pickle.dumps(known[asked]))
    return known[asked]


_REPORTS = pytest.StashKey[dict[CheckRequest, Report]]()


@contextmanager
def _shared_file(config: pytest.Config, asked: CheckRequest) -> Iterator[Path]:
    """A file of one request that one process at a time looks at; gone with pytest's own temporary folder."""
    base: Path = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined] # noqa: SLF001 - no other way
    folder = base.parent if hasattr(config, "workerinput") else base
    path = folder / f"byoc-{hashlib.sha256(repr(asked).encode()).hexdigest()[:16]}.report"
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def _request(
    images: Sequence[str],
    models: Sequence[str | None],
    here: Path,
    *,
    project: Path,
    sample: str | None = None,
    **told: str | None,
) -> CheckRequest:
    given: dict[str, Any] = {name: value for name, value in told.items() if value}
    return CheckRequest(
        images=tuple(images),
        models=tuple(_absolute(each, here) for each in models if each),
        sample=_absolute(str(sample), here) if sample else "",
        project=str(project),
        **given,
    )


def _absolute(path: str, here: Path) -> str:
    return path if path == NONE or path.startswith("s3://") else str(here / path)
