"""Why a container did not become healthy: one cause, so that one check reports it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from shutil import copytree
from typing import Any, Final, Literal, TypeAlias

from emulator.contract.processor import foreign
from emulator.contract.program import program_of
from emulator.contract.subject import Subject
from emulator.contract.trial import Trial
from emulator.hosting.diagnosis import EXEC_FORMAT
from emulator.model.launch import Address

Cause: TypeAlias = Literal[
    "",  # it is healthy
    "serve",  # the image has no usable program; a check of the image says so
    "architecture",  # made for another processor; a check of the image says so
    "model-folder",  # it is healthy where /opt/ml/model can be written to
    "credentials",  # it is healthy where it is given credentials
    "exit",  # it ends, or cannot be started
    "redirect",  # pings are redirected
    "status",  # pings get another status than 200
    "slow",  # pings get no answer in time
    "malformed",  # pings get no HTTP
    "loopback",  # it listens on the loopback only
    "port",  # it listens on another port
    "silent",  # it listens nowhere
]

FAKE_CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
"""The keys of AWS's own manuals."""

CURE_SECONDS: Final = 60.0
"""A start with one thing changed gets so long."""

READ_ONLY: Final = re.compile(r"read-only file system|Errno 30|EROFS", re.IGNORECASE)
NO_CREDENTIALS: Final = re.compile(r"NoCredentials|Unable to locate credentials|CredentialsError", re.IGNORECASE)


def cause_of(subject: Subject) -> Cause:
    """Why the shared start did not become healthy; starts it again with one thing changed where that tells."""
    if "cause" not in subject.remembered:
        subject.remembered["cause"] = _found(subject, subject.shared)
    cause: Cause = subject.remembered["cause"]
    return cause


def sockets_of(trial: Trial) -> tuple[Address, ...]:
    """Those that listen in it, as far as that can be found out."""
    if trial.hosted is None or trial.exit_code is not None:
        return ()
    return trial.hosted.running.listening() or ()


def _found(subject: Subject, trial: Trial) -> Cause:
    if trial.healthy:
        return ""
    program = program_of(subject)
    if program is not None and not program.usable:
        return "serve"
    log = trial.words
    if EXEC_FORMAT.search(log) and foreign(subject):
        return "architecture"
    ended = bool(trial.refused) or trial.exit_code is not None
    if _writing_cures(subject, ended=ended, hint=bool(READ_ONLY.search(log))):
        return "model-folder"
    hint = bool(NO_CREDENTIALS.search(log))
    if (ended or hint) and _cured(subject, sure=hint, environment=FAKE_CREDENTIALS):
        return "credentials"
    return "exit" if ended else _unanswered(trial)


def _unanswered(trial: Trial) -> Cause:
    """Of one that runs."""
    if trial.outcome.isdigit():
        return "redirect" if trial.outcome.startswith("3") else "status"
    kind = trial.outcome.partition(":")[0]
    if kind in ("timeout", "malformed"):
        return "slow" if kind == "timeout" else "malformed"
    sockets = trial.running.running.listening()
    reachable = any(each.port == trial.port and not ip_address(each.host).is_loopback for each in sockets or ())
    if kind == "closed" and (sockets is None or reachable):
        return "malformed"  # otherwise it was the engine that accepted and found nobody inside
    if not sockets:
        return "silent"
    return "loopback" if any(each.port == trial.port for each in sockets) else "port"


def _cured(subject: Subject, *, sure: bool, **changed: Any) -> bool:
    """Whether it becomes healthy with one thing changed, and not without: some starts fail only sometimes."""
    seconds = min(CURE_SECONDS, subject.startup_seconds)
    with subject.trial(seconds=seconds, **changed) as again:
        if not again.healthy:
            return False
    if sure:
        return True
    with subject.trial(seconds=seconds) as once_more:
        return not once_more.healthy


def _writing_cures(subject: Subject, *, ended: bool, hint: bool) -> bool:
    if subject.folder is None or not (ended or hint):
        return False
    copy = copytree(subject.folder, subject.bench.world.store.lay_out({}), dirs_exist_ok=True)
    for each in (copy, *copy.rglob("*")):
        each.chmod(0o777)
    return _cured(subject, sure=hint, model=copy, read_only=False)
