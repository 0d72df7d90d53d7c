"""From what a search found to a finding that a person can act on, and can see again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from emulator.contract.reproduce import TYPED_BYTES, curl
from emulator.contract.sample import Sample
from emulator.fuzz.case import Case
from emulator.fuzz.found import Found
from emulator.fuzz.property import Property
from emulator.model.finding import Finding, Probe
from emulator.model.hosting import Model

CASES: Final = "cases"
"""The folder of saved cases, below the one that a run keeps."""

LABELS: Final = 8
"""Names of cases of one cause that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Writes findings.

    Attributes:
        model: what was fuzzed.
        name: its name in the report.
        folder: keeps cases; None keeps nothing.
    """

    model: Model
    name: str
    folder: Path | None

    def finding(self, searched: Property, found: Found) -> Finding:
        """A finding with the lines to see it again; its case is saved."""
        violation = found.violation
        path = self._saved(found.case, searched.rule.code)
        commands = [self.run_line()]
        commands += dict.fromkeys(self._curl(each) for each in violation.probes)
        if path is not None:
            commands.append(shlex.join(["byoc", "fuzz", *self._model_words(), "--replay", str(path)]))
        return Finding(
            rule=searched.rule,
            severity=violation.severity or searched.rule.severity,
            container=self.name,
            image=" ".join(each.image for each in self.model.containers),
            what=violation.what,
            probes=violation.probes,
            log=violation.log,
            facts=(*violation.facts, *_facts(found)),
            reproduce=tuple(commands),
        )

    def run_line(self) -> str:
        """What starts the model where curl looks for it."""
        return shlex.join(["byoc", "run", *self._model_words(), "--port", "8080"])

    def _model_words(self) -> list[str]:
        """The model as the options of `byoc` say it."""
        containers = self.model.containers
        words = [each.image for each in containers]
        if any(each.model_data for each in containers):
            words += [
                word for each in containers for word in ("-m", each.model_data.uri if each.model_data else "none")
            ]
        for position, each in enumerate(containers, start=1):
            where = f"{position}:" if len(containers) > 1 else ""
            words += [word for key, value in each.environment.items() for word in ("-e", f"{where}{key}={value}")]
        return [*words, *(["--network-isolation"] if self.model.enable_network_isolation else [])]

    def _curl(self, probe: Probe) -> str:
        """With a file for a body that is too long to be typed."""
        body = probe.request.body
        if self.folder is None or len(body) <= TYPED_BYTES:
            return curl(probe)
        path = _written(self.folder / CASES / f"{sha256(body).hexdigest()[:12]}.body", body)
        return curl(probe, sample=Sample(body=body, content_type="", path=str(path)))

    def _saved(self, case: Case, code: str) -> Path | None:
        if self.folder is None:
            return None
        return _written(self.folder / CASES / case.file_name(code), case.text(code).encode())


def _facts(found: Found) -> Iterator[str]:
    if found.times > 1:
        yield f"the smallest of {found.times:,} such cases"
    others = [each for each in found.labels if each not in found.case.labels]
    if others:
        more = f" and {len(others) - LABELS} more" if len(others) > LABELS else ""
        yield f"also met with: {', '.join(others[:LABELS])}{more}"
    if len(found.case.questions) > 1:
        yield f"it takes {len(found.case.questions)} requests, which the saved case has"
    if not found.tries:
        yield "it could not be tried again"
    elif not found.steady:
        yield f"tried again, it happened {found.again} times of {found.tries}: it depends on what else goes on"


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
