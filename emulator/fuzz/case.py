"""One thing to try on an image, as data: it is drawn, judged, shrunk, saved and tried again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from emulator.errors import UsageError

SCHEMA: Final = "byoc-emulator/case/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One invocation.

    Attributes:
        body: as it is sent.
        content_type: None for no such header.
        accept: the same.
        rows: how many records it has; None where that has no meaning.
        label: what is special about it.
    """

    body: bytes
    content_type: str | None
    accept: str | None = None
    rows: int | None = None
    label: str = ""

    def __repr__(self) -> str:  # Hypothesis writes down what fails, and some bodies are long
        return f"Question({self.content_type}, {len(self.body):,} B{self.label and f', {self.label}'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Invocations that belong together, in the order in which they are sent.

    Attributes:
        questions: at least one.
        told: what else a property needs to know to judge it again; plain JSON.
    """

    questions: tuple[Question, ...]
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all bodies, to tell the smaller of two."""
        return sum(len(each.body) for each in self.questions)

    @property
    def labels(self) -> tuple[str, ...]:
        """What is special about its questions, each once."""
        return tuple(dict.fromkeys(each.label for each in self.questions if each.label))

    def without(self, start: int, stop: int) -> Case:
        """The same less some questions, and less what is told of each of them."""
        told = {
            name: [*value[:start], *value[stop:]]
            if isinstance(value, list) and len(value) == len(self.questions)
            else value
            for name, value in self.told.items()
        }
        return Case(questions=(*self.questions[:start], *self.questions[stop:]), told=told)

    def accepting(self, accept: str | None) -> Case:
        """The same, with this media type wanted back where nothing else is."""
        if accept is None:
            return self
        return replace(self, questions=tuple(replace(each, accept=each.accept or accept) for each in self.questions))

    def text(self, code: str) -> str:
        """As a file that :func:`read_case` reads."""
        questions = [
            {
                "body": each.body.decode() if _plain(each.body) else {"base64": base64.b64encode(each.body).decode()},
                "content_type": each.content_type,
                "accept": each.accept,
                "rows": each.rows,
                "label": each.label,
            }
            for each in self.questions
        ]
        whole = {"schema": SCHEMA, "property": code, "questions": questions, "told": dict(self.told)}
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"

    def file_name(self, code: str) -> str:
        """The same for the same case."""
        return f"{code}-{sha256(self.text(code).encode()).hexdigest()[:12]}.json"


def read_case(path: Path) -> tuple[str, Case]:
    """The property's code, and the case.

    Raises:
        UsageError: the file is missing, or none of ours.
    """
    try:
        read: Any = json.loads(path.read_text("utf-8"))
        schema, code = read["schema"], str(read["property"])
        questions = tuple(_question(each) for each in read["questions"])
        case = Case(questions=questions, told=dict(read["told"]))
    except (OSError, ValueError, KeyError, TypeError) as broken:
        why = f"{type(broken).__name__}: {broken}"
        raise UsageError(f"{path} is no saved case.", why=why, fix="give a file that byoc fuzz has saved") from broken
    if schema != SCHEMA:
        raise UsageError(f"{path} is of another schema.", why=f"{schema}, not {SCHEMA}", fix="fuzz again")
    if not questions:
        raise UsageError(f"{path} asks nothing.", fix="give a file that byoc fuzz has saved")
    return code, case


def _question(read: Mapping[str, Any]) -> Question:
    question = Question(**{**read, "body": _body(read["body"])})
    types = {"content_type": str, "accept": str, "rows": int}
    for name, kind in types.items():
        if not isinstance(getattr(question, name), kind | None):
            raise TypeError(f"{name} is {getattr(question, name)!r}")
    return question


def _body(written: str | Mapping[str, str]) -> bytes:
    return written.encode() if isinstance(written, str) else base64.b64decode(written["base64"], validate=True)


def _plain(body: bytes) -> bool:
    """Whether it can be read in a file, byte for byte."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each in "\n\t\r" for each in text)
