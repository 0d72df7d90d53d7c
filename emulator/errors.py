"""What can go wrong, in two families that never mix.

::

    Problem                       what happened, why, and how to put it right
    ├── EmulatorError             we or our caller are wrong; AWS has no say in it
    │   ├── UsageError            an option, a file or an argument cannot be used
    │   ├── EngineUnavailable     no container engine answers, or it stopped answering
    │   ├── BuildFailed           an image could not be built or bootstrapped
    │   └── TrainingFailed        `docker run IMAGE train` did not end well
    └── ServiceFault              what AWS would answer: a correct result, with code and status
        ├── ValidationException   a control plane request breaks a rule of the API
        ├── ValidationError       the same of a runtime request
        ├── UnknownOperation      there is no operation of that name
        ├── NotEmulated           AWS does it, and byoc-emulator does not; the one answer that is not AWS's
        ├── ModelError            a container answered badly, late or not at all
        └── EndpointFailed        the endpoint would end as Failed, with this FailureReason
            ├── ArtifactRefused   the model data cannot be downloaded or extracted
            ├── ImageRefused      the image does not exist or cannot be started
            ├── ContainerExited   a container stopped before it answered /ping
            └── PingCheckFailed   no 200 from /ping inside the start-up window

A finding about an image is neither: it is data, and lives in the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus


class Problem(Exception):
    """The root: three facts, printed as three lines.

    Attributes:
        what: what happened, one sentence.
        why: the cause as far as it is known; empty when ``what`` says it all.
        fix: what the reader can do now; empty when nothing can be advised.
    """

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        self.what, self.why, self.fix = what, why, fix
        super().__init__(what)

    def __str__(self) -> str:
        lines = [self.what]
        if self.why:
            lines.append(f"why: {self.why}")
        if self.fix:
            lines.append(f"fix: {self.fix}")
        return "\n".join(lines)


class EmulatorError(Problem):
    """The harness, the machine or the caller is wrong; says nothing about the image."""


class UsageError(EmulatorError):
    """An option, a file or an argument cannot be used as given."""


class EngineUnavailable(EmulatorError):
    """No container engine answers, or the one in use stopped answering."""


class BuildFailed(EmulatorError):
    """An image could not be built, pulled or bootstrapped."""


class TrainingFailed(EmulatorError):
    """The ``train`` program of an image did not end well."""


class ServiceFault(Problem):
    """What AWS would answer.

    Attributes:
        code: the error code a client sees (``ValidationException`` …).
        http_status: the HTTP status of that answer.
    """

    code: str = "InternalFailure"
    http_status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def message(self) -> str:
        """AWS's text, as the client sees it."""
        return self.what


class ValidationException(ServiceFault):
    """A control plane request breaks a rule of the API; ``message`` is in AWS's words."""

    code = "ValidationException"
    http_status = HTTPStatus.BAD_REQUEST


class ValidationError(ServiceFault):
    """A runtime request breaks a rule of the API, or names an endpoint that cannot be invoked."""

    code = "ValidationError"
    http_status = HTTPStatus.BAD_REQUEST


class UnknownOperation(ServiceFault):
    """A request names an operation that the service does not have."""

    code = "UnknownOperationException"
    http_status = HTTPStatus.BAD_REQUEST


class NotEmulated(ServiceFault):
    """A sound request for what AWS does and byoc-emulator does not; SDKs do not repeat a request after 501."""

    code = "NotImplemented"
    http_status = HTTPStatus.NOT_IMPLEMENTED

    @property
    def message(self) -> str:
        """What, why and what to do, as AWS's manual cannot help the client."""
        return " ".join(filter(None, (self.what, self.why and f"Why: {self.why}.", self.fix and f"Fix: {self.fix}.")))


class ModelError(ServiceFault):
    """A container answered with a non-2xx status, too late, or not at all.

    Attributes:
        error_code: ``CLIENT_ERROR_FROM_MODEL`` or ``INTERNAL_FAILURE_FROM_MODEL``.
        original_status_code: the container's status; 0 where it gave none.
        original_message: the container's body as text, cut at the API's limit.
        log_stream_arn: the endpoint's log group.
        container: the ContainerHostname of the container that failed.
        trace: the hops made until then, newest last (``emulator.model.message.Trace``).

    Source: hosting contract 3.6, 3.8.
    """

    code = "ModelError"
    http_status = HTTPStatus.FAILED_DEPENDENCY

    def __init__(
        self,
        what: str,
        *,
        error_code: str,
        original_status_code: int,
        original_message: str,
        log_stream_arn: str,
        container: str,
        trace: object = None,
        why: str = "",
        fix: str = "",
    ) -> None:
        super().__init__(what, why=why, fix=fix)
        self.error_code = error_code
        self.original_status_code = original_status_code
        self.original_message = original_message
        self.log_stream_arn = log_stream_arn
        self.container = container
        self.trace = trace


class EndpointFailed(ServiceFault):
    """The endpoint would end with EndpointStatus ``Failed``.

    Attributes:
        failure_reason: AWS's FailureReason, as DescribeEndpoint would print it.

    ``what``/``why``/``fix`` say what AWS does not: which container, its exit
    code, its last log lines, and what to change.
    """

    code = "EndpointFailed"

    def __init__(self, what: str, *, failure_reason: str, why: str = "", fix: str = "") -> None:
        super().__init__(what, why=why, fix=fix)
        self.failure_reason = failure_reason

    @property
    def message(self) -> str:
        """The FailureReason."""
        return self.failure_reason

    def __str__(self) -> str:
        return f"{super().__str__()}\nFailureReason: {self.failure_reason}"


class ArtifactRefused(EndpointFailed):
    """The model data cannot be downloaded or extracted."""


class ImageRefused(EndpointFailed):
    """The image does not exist, or the engine cannot start it."""


class ContainerExited(EndpointFailed):
    """A container stopped before it answered ``GET /ping`` with 200.

    Attributes:
        container: its ContainerHostname.
        exit_code: what the process returned.
        log_tail: its last log lines, oldest first.
    """

    def __init__(
        self,
        what: str,
        *,
        failure_reason: str,
        container: str,
        exit_code: int,
        log_tail: Sequence[str],
        why: str = "",
        fix: str = "",
    ) -> None:
        super().__init__(what, failure_reason=failure_reason, why=why, fix=fix)
        self.container, self.exit_code, self.log_tail = container, exit_code, tuple(log_tail)

    def __str__(self) -> str:
        return f"{super().__str__()}{quoted(self.log_tail)}"


class PingCheckFailed(EndpointFailed):
    """No 200 from ``GET /ping`` inside the start-up window.

    Attributes:
        containers: the ContainerHostnames that failed the last check.
        log_tail: the last log lines of the first of them, oldest first.
    """

    def __init__(
        self,
        what: str,
        *,
        failure_reason: str,
        containers: Sequence[str],
        log_tail: Sequence[str],
        why: str = "",
        fix: str = "",
    ) -> None:
        super().__init__(what, failure_reason=failure_reason, why=why, fix=fix)
        self.containers, self.log_tail = tuple(containers), tuple(log_tail)

    def __str__(self) -> str:
        return f"{super().__str__()}{quoted(self.log_tail)}"


def quoted(log_tail: Sequence[str]) -> str:
    """Log lines as they are shown under an error; empty for no lines."""
    return "".join(f"\n  | {line}" for line in log_tail)
