"""The server's own timeout is shorter than SageMaker's.

What:
    The command lines in the container and its environment are read: gunicorn's ``--timeout`` (30 s unless told) of
    workers that take one request at a time, uwsgi's ``--harakiri``, ``SAGEMAKER_MODEL_SERVER_TIMEOUT``. Skipped where a
    configuration file may say otherwise. For gevent and eventlet it is a note: they are killed only while they compute.

Why it matters:
    A request may take 60 s, and this server ends it before: ``[CRITICAL] WORKER TIMEOUT`` in the log, "Amazon
    SageMaker could not get a response" or a 502 for the caller, and the worker loads its model anew.

How to fix:
    ``gunicorn --timeout 75``: longer than 60 s, so that it is never the server that gives up first.

Source:
    Hosting contract 3.2 (documented: 60 s), 11 item 9 (observed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.server_timeout import timeout_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

FOLDERS: Final = ("", "/app", "/code", "/opt/ml", "/opt/ml/code", "/opt/program", "/srv", "/usr/src/app", "/workspace")
"""Where a server may be started; gunicorn reads a file of this name there without being told."""

CONFIGURATION: Final = "gunicorn.conf.py"

CHANGED_TO: Final = re.compile(r"--chdir[= ](\S+)")


@check("INV019", severity="warning", stage="shared")
def server_timeout_too_short(subject: Subject, *, seconds: float = limits.INVOCATION_SECONDS) -> Iterator[Violation]:
    """Read the command lines."""
    processes = subject.shared.running.running.processes()
    found = timeout_of(processes, _environment(subject))
    folders = {*FOLDERS, subject.image.folder, *CHANGED_TO.findall("\n".join(processes))}
    if found is None or subject.files(f"{each.rstrip('/')}/{CONFIGURATION}" for each in folders):
        raise NotApplicable("no command line tells the server's timeout")
    if found.seconds < seconds:
        yield Violation(
            what=f"{found.said_by} ends requests after {found.seconds:g} s, SageMaker waits for {seconds:g} s.",
            facts=tuple(dict.fromkeys(line[:200] for line in processes if "gunicorn" in line or "uwsgi" in line)),
            severity=None if found.certain else "note",
        )


def _environment(subject: Subject) -> Mapping[str, str]:
    built = dict(each.split("=", 1) for each in subject.image.environment if "=" in each)
    return {**built, **subject.definition.environment}
