"""How long a web server lets a request take, as far as its command line and its environment tell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, TypeGuard

GUNICORN_SECONDS: Final = 30.0
"""What gunicorn's workers are given where nobody says otherwise."""

GUNICORN_ARGUMENTS: Final = "GUNICORN_CMD_ARGS"

TOOLKIT_SECONDS: Final = "SAGEMAKER_MODEL_SERVER_TIMEOUT"
"""What AWS's own toolkits hand to their servers."""

STOPPABLE: Final = frozenset({"sync", "gevent", "eventlet"})
"""Workers whose heartbeat stops while a prediction is computed: always, or unless the computation lets others run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTimeout:
    """A limit that was found.

    Attributes:
        seconds: the limit.
        said_by: what sets it.
        certain: whether every request that takes longer is ended; else those that keep the worker from its heartbeat.
    """

    seconds: float
    said_by: str
    certain: bool = True


def timeout_of(processes: Iterable[str], environment: Mapping[str, str]) -> ServerTimeout | None:
    """The limit of the web server among these processes; None where none can be told."""
    for line in processes:
        words = line.split()
        kind = _server(words)
        if kind == "gunicorn":
            return _gunicorn(words, environment)
        if kind == "uwsgi":
            said = _option(words, ["--harakiri"])
            return ServerTimeout(seconds=float(said), said_by=f"uwsgi --harakiri {said}") if _positive(said) else None
    said = environment.get(TOOLKIT_SECONDS)
    return ServerTimeout(seconds=float(said), said_by=f"{TOOLKIT_SECONDS}={said}") if _positive(said) else None


def _server(words: Sequence[str]) -> str:
    """The program of a command line: of Python, the module or script that it runs.

    A line that a server has rewritten itself, such as ``gunicorn: worker [app]``, is another program: it tells nothing.
    """
    names = [PurePosixPath(word).name for word in words]
    if not names or not names[0].startswith("python"):
        return names[0] if names else ""
    return next((name for word, name in zip(words[1:], names[1:], strict=True) if not word.startswith("-")), "")


def _gunicorn(words: Sequence[str], environment: Mapping[str, str]) -> ServerTimeout | None:
    """Of its command line, which goes before the environment, which goes before its default."""
    try:
        more = shlex.split(environment.get(GUNICORN_ARGUMENTS, ""))
    except ValueError:
        return None
    all_words = [*more, *words]
    if _option(all_words, ["-c", "--config", "--paste", "--paster"]) is not None:
        return None
    kind = _option(all_words, ["-k", "--worker-class"]) or "sync"
    threads = _option(all_words, ["--threads"]) or "1"
    if kind not in STOPPABLE or (kind == "sync" and threads != "1"):
        return None
    said = _option(all_words, ["-t", "--timeout"])
    by = "gunicorn without --timeout" if said is None else f"gunicorn --timeout {said}"
    seconds = str(GUNICORN_SECONDS) if said is None else said
    return ServerTimeout(seconds=float(seconds), said_by=by, certain=kind == "sync") if _positive(seconds) else None


def _option(words: Sequence[str], names: Sequence[str]) -> str | None:
    """The last value of an option, in any of its spellings: ``--name value``, ``--name=value``, ``-nvalue``."""
    value = None
    for word, following in zip(words, [*words[1:], ""], strict=True):
        for name in names:
            if word == name:
                value = following
            elif word.startswith(f"{name}=" if name.startswith("--") else name):
                value = word[len(name) :].removeprefix("=")
    return value


def _positive(text: str | None) -> TypeGuard[str]:
    return text is not None and bool(re.fullmatch(r"\d+(\.\d+)?", text)) and float(text) > 0
