"""Why a container did not become healthy: one cause, so that one check reports it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from shutil import copytree
from typing import Final, Literal, TypeAlias

from emulator import limits
from emulator.contract.subject import Subject
from emulator.contract.trial import Trial
from emulator.model.launch import ImageFile

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

READ_ONLY: Final = re.compile(r"read-only file system|Errno 30|EROFS", re.IGNORECASE)
NO_CREDENTIALS: Final = re.compile(r"NoCredentials|Unable to locate credentials|CredentialsError", re.IGNORECASE)
OTHER_PROCESSOR: Final = re.compile(r"exec format error", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeProgram:
    """What ``docker run IMAGE serve`` would run where the image has no ENTRYPOINT.

    Attributes:
        found: the file, links followed; None where PATH has none.
        looked_at: the places of PATH.
    """

    found: ImageFile | None
    looked_at: tuple[str, ...]

    @property
    def executable(self) -> bool:
        """Whether anybody may execute it."""
        return self.found is not None and bool(self.found.mode & 0o111)

    @property
    def interpreter(self) -> str:
        """What its ``#!`` line names, a carriage return included; empty for a binary."""
        head = b"" if self.found is None else self.found.head
        return head.split(b"\n", 1)[0][2:].decode(errors="replace") if head.startswith(b"#!") else ""

    @property
    def usable(self) -> bool:
        """Whether the kernel can start it, as far as the file itself tells."""
        return self.executable and not self.interpreter.endswith("\r")


def serve_program(subject: Subject) -> ServeProgram | None:
    """The program called serve; None where an ENTRYPOINT is started instead."""
    if subject.image.entrypoint:
        return None
    path = next(
        (each.removeprefix("PATH=") for each in subject.image.environment if each.startswith("PATH=")),
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    )
    places = tuple(str(PurePosixPath(folder) / limits.SERVE) for folder in path.split(":") if folder)
    found = next(iter(subject.files(places).values()), None)
    for _ in range(5):
        if found is None or not found.link:
            break
        target = str(PurePosixPath(found.path).parent / found.link)
        found = subject.files([target]).get(target)
    return ServeProgram(found=found, looked_at=places)


def cause_of(subject: Subject) -> Cause:
    """Why the shared start did not become healthy; starts it again with one thing changed where that tells."""
    if "cause" not in subject.remembered:
        subject.remembered["cause"] = _found(subject, subject.shared)
    cause: Cause = subject.remembered["cause"]
    return cause


def _found(subject: Subject, trial: Trial) -> Cause:
    if trial.healthy:
        return ""
    program = serve_program(subject)
    if program is not None and not program.usable:
        return "serve"
    log = "\n".join((*trial.log(), trial.refused))
    if OTHER_PROCESSOR.search(log):
        return "architecture"
    ended = trial.refused or trial.exit_code is not None
    folder = subject.folder
    if folder is not None and (ended or READ_ONLY.search(log)) and _healthy_where_writable(subject, folder):
        return "model-folder"
    if (ended or NO_CREDENTIALS.search(log)) and _healthy_with_credentials(subject):
        return "credentials"
    return "exit" if ended else _unanswered(trial)


def _unanswered(trial: Trial) -> Cause:
    """Of one that runs."""
    if trial.outcome.isdigit():
        return "redirect" if trial.outcome.startswith("3") else "status"
    kind = trial.outcome.partition(":")[0]
    if kind in ("timeout", "malformed", "closed"):
        return "slow" if kind == "timeout" else "malformed"
    sockets = trial.running.running.listening()
    if not sockets:
        return "silent"
    inside = [each for each in sockets if each.port == trial.port and ip_address(each.host).is_loopback]
    return "loopback" if inside else "port"


def _healthy_where_writable(subject: Subject, folder: Path) -> bool:
    copy = copytree(folder, subject.bench.world.store.lay_out({}), dirs_exist_ok=True)
    for each in (copy, *copy.rglob("*")):
        each.chmod(0o777)
    with subject.trial(model=copy, read_only=False) as again:
        return again.healthy


def _healthy_with_credentials(subject: Subject) -> bool:
    with subject.trial(environment=FAKE_CREDENTIALS) as again:
        return again.healthy
