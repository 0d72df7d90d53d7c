"""One stop of a container as the platform stops it, with a request on its way; all checks of stops look at the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock
from typing import Final

from emulator.contract.check import NotApplicable
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Subject
from emulator.contract.trial import Trial, invocation
from emulator.model.finding import Probe
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import NoReply
from emulator.ports.raw import RawConnection

READING_SECONDS: Final = 0.1
"""For the first half of a request to be accepted and read before SIGTERM."""

REST_SECONDS: Final = 0.3
"""From SIGTERM to the second half."""

SHELLS: Final = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What happened from SIGTERM on.

    Attributes:
        launch: the ``docker run`` line.
        process: the command line of process 1.
        grace: seconds it had.
        seconds: until it ended, or until its grace was over.
        exit_code: None if it still ran then.
        before: the sample, answered before the stop; None where there is no sample.
        during: the same, half sent when SIGTERM came; None where ``before`` was not answered.
        log: its lines.
    """

    launch: str
    process: str
    grace: float
    seconds: float
    exit_code: int | None
    before: Probe | None
    during: Probe | None
    log: tuple[str, ...]

    @property
    def by_shell(self) -> bool:
        """Whether process 1 is a shell."""
        return is_shell(self.process)


def is_shell(command: str) -> bool:
    """Whether a command line is that of a shell, at its prompt or in a script."""
    words = command.split()
    return bool(words) and PurePosixPath(words[0].removeprefix("-")).name in SHELLS


def shell_form(entrypoint: tuple[str, ...]) -> bool:
    """Whether an entrypoint was written without brackets, which a check of the image reports."""
    return len(entrypoint) == 3 and is_shell(entrypoint[0]) and entrypoint[1] == "-c"


def stop_of(subject: Subject) -> Stop:
    """The stop of a container of its own, made once.

    Raises:
        NotApplicable: that container did not become healthy.
    """
    lock: Lock = subject.remembered.setdefault("stopping", Lock())
    with lock:
        if "stop" not in subject.remembered:
            subject.remembered["stop"] = _stopped(subject)
        stop: Stop = subject.remembered["stop"]
        return stop


def _stopped(subject: Subject) -> Stop:
    with subject.trial() as trial:
        if not trial.healthy:
            raise NotApplicable("it did not become healthy again")
        processes = trial.running.running.processes()
        request, before = _request(subject), None
        if request is not None:
            before = trial.ask(request)
        subject.bench.world.sender.close(trial.address)  # an idle connection of ours must not hold it up
        during, seconds, exit_code = _terminated(subject, trial, request if before and before.ok else None)
        return Stop(
            launch=docker_run(trial.launch, model_data=subject.model_data),
            process=processes[0] if processes else "",
            grace=subject.bench.rules.stop_seconds,
            seconds=seconds,
            exit_code=exit_code,
            before=before,
            during=during,
            log=trial.log(),
        )


def _request(subject: Subject) -> HttpRequest | None:
    sample = subject.sample
    return None if sample is None else invocation(sample.body, sample.content_type, accept=sample.accept)


def _terminated(subject: Subject, trial: Trial, request: HttpRequest | None) -> tuple[Probe | None, float, int | None]:
    clock, grace = subject.bench.world.clock, subject.bench.rules.stop_seconds
    if request is None:
        began = clock.now()
        trial.running.running.terminate()
        return None, *_ended(trial, began, grace)
    try:
        with trial.connection() as connection:
            head, rest = _halves(request)
            sent = clock.now()
            connection.send(head)
            subject.pause(READING_SECONDS)
            began = clock.now()
            trial.running.running.terminate()
            subject.pause(min(REST_SECONDS, grace))
            connection.send(rest)
            reply, failure = _answer(connection, grace)
            took = clock.now() - sent
    except NoReply as refused:
        raise NotApplicable(f"it accepts no connection: {refused}") from refused
    during = Probe(request=request, reply=reply, failure=failure, seconds=took, port=trial.port)
    return during, *_ended(trial, began, grace)


def _answer(connection: RawConnection, seconds: float) -> tuple[HttpReply | None, str]:
    try:
        return connection.reply(seconds), ""
    except NoReply as silence:
        return None, f"{silence.kind}: {silence}"


def _ended(trial: Trial, began: float, grace: float) -> tuple[float, int | None]:
    now = trial.world.clock.now
    exit_code = trial.running.running.wait(max(began + grace - now(), 0.0))
    return now() - began, exit_code


def _halves(request: HttpRequest) -> tuple[bytes, bytes]:
    """The head with half of the body, and the other half; the connection is not to be kept."""
    lines = [f"{request.method} {request.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    lines += [f"Content-Length: {len(request.body)}", "Connection: close", "", ""]
    half = len(request.body) // 2
    return "\r\n".join(lines).encode("latin-1") + request.body[:half], request.body[half:]
