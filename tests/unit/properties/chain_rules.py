"""The rules of a chain of containers, to be read beside sections 3 and 4 of the hosting contract.

They import nothing of the emulator. What AWS leaves open is a member of :class:`Choices`, or said where it is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from zlib import crc32

MEGABYTE = 1024 * 1024
ENDPOINT, REGION, ACCOUNT = "iris", "us-east-1", "123456789012"
GROUP = f"/aws/sagemaker/Endpoints/{ENDPOINT}"
SEE = (
    f" See https://{REGION}.console.aws.amazon.com/cloudwatch/home?region={REGION}#logEventViewer:group={GROUP}"
    f" in account {ACCOUNT} for more information."
)
MESSAGE_LENGTH = 2048
WITHOUT_BODY = (204, 304)

How: TypeAlias = Literal["replies", "breaks off in its body", "breaks off in its head", "drops", "babbles", "exits"]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What one container does with every request.

    Attributes:
        how: whether a reply comes, and how far.
        content_type: None for a reply without.
        attributes: custom attributes that it sets.
        size: bytes of its body, made of ``filler`` again and again.
        framing: how the client knows where the body ends.
        interim: the status of a reply of no account that goes before.
        delay: share of the chain's time that it takes.
    """

    how: How = "replies"
    status: int = 200
    content_type: str | None = None
    attributes: str | None = None
    size: int = 0
    filler: bytes = b"x"
    framing: Literal["length", "chunks", "close"] = "length"
    interim: int | None = None
    delay: float = 0.0

    @property
    def body(self) -> bytes:
        """What it has to say."""
        empty = self.status in WITHOUT_BODY
        return b"" if empty else (self.filler * (self.size // len(self.filler) + 1))[: self.size]


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a client sends; None is a header not sent."""

    body: bytes = b""
    content_type: str | None = None
    accept: str | None = None
    attributes: str | None = None
    inference_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What AWS leaves open, and the names of the containers where they are given."""

    intermediate_accept: Literal["none", "*/*"] = "none"
    attributes_to: Literal["all", "first"] = "all"
    absent_content_type: Literal["none", "application/octet-stream"] = "none"
    single_name: Literal["primary", "model"] = "primary"
    hostnames: bool = False
    payload: int = 6_291_456
    between: int = 5 * MEGABYTE


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The client gets 200 (3.17).

    Attributes:
        body: as :func:`brief` has it.
    """

    body: str
    content_type: str | None
    attributes: str | None


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The client gets 424 ModelError (3.6, 3.8)."""

    container: str
    code: str
    status: int
    original_message: str
    message: str
    log_stream_arn: str = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}"


Told: TypeAlias = Answered | Failed | Literal["oversize", "refused"]
Seen: TypeAlias = tuple[dict[str, str], str]
"""Headers and body, as a container got them; the body as :func:`brief` has it."""


def brief(body: bytes) -> str:
    """A body as it is compared, and shown when it differs."""
    return repr(body) if len(body) <= 64 else f"{body[:8]!r}… {len(body)} bytes, CRC {crc32(body):08x}"


def name_of(number: int, count: int, choices: Choices) -> str:
    """A container's name in messages (3.5, 4.11); numbers begin with 1."""
    if choices.hostnames:
        return f"host-{number}"
    return choices.single_name if count == 1 else f"container-{number}"


def passage(stages: Sequence[Stage], call: Call, choices: Choices) -> tuple[Told, list[Seen]]:
    """What the client is told, and what each container that is called at all is sent, in order."""
    if len(call.body) > choices.payload:  # 3.12
        return "oversize", []
    seen: list[Seen] = []
    body, spent = call.body, 0.0
    kind = call.content_type or (None if choices.absent_content_type == "none" else choices.absent_content_type)
    for number, stage in enumerate(stages, start=1):
        headers = {"Content-Type": kind, "Accept": _accept(number == len(stages), call, choices)}
        if number == 1 or choices.attributes_to == "all":  # 4.5
            headers["X-Amzn-SageMaker-Custom-Attributes"] = call.attributes
            headers["X-Amzn-SageMaker-Inference-Id"] = call.inference_id
        platform = {"Host": "model.aws.local:8080", "User-Agent": "AHC/2.0", "Content-Length": str(len(body))}
        seen.append(
            ({**{name: value for name, value in headers.items() if value is not None}, **platform}, brief(body))
        )
        spent += stage.delay
        if failed := _failure(number, stages, spent, choices):
            return failed, seen  # later containers are not called (4.7)
        body, kind = stage.body, stage.content_type  # verbatim (4.2, 4.3)
    return Answered(body=brief(body), content_type=kind, attributes=stages[-1].attributes), seen


def _accept(last: bool, call: Call, choices: Choices) -> str | None:
    """The client's goes to the last container only (4.4)."""
    if last:
        return call.accept
    return None if choices.intermediate_accept == "none" else choices.intermediate_accept


def _failure(number: int, stages: Sequence[Stage], spent: float, choices: Choices) -> Failed | None:
    stage, name = stages[number - 1], name_of(number, len(stages), choices)
    if spent > 1:  # the time is for the whole chain (4.8)
        text = f"Your invocation timed out while waiting for a response from container {name}. Review the latency "
        text += "metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
        return _unanswered(name, text)  # 3.3
    if stage.how not in ("replies", "breaks off in its body"):  # 3.4
        text = f"Amazon SageMaker could not get a response from the {ENDPOINT} endpoint. This can occur when CPU or "
        text += "memory utilization is high. To check your utilization, see Amazon CloudWatch. To fix this problem, "
        text += "use an instance type with more CPU capacity or memory."
        return _unanswered(name, text)
    # Nothing is read beyond what a client may get; a size is known from what was read, or was announced.
    whole = len(stage.body) <= choices.payload and (stage.how == "replies" or stage.status in WITHOUT_BODY)
    if not 200 <= stage.status < 300:
        return _refused(name, stage, whole)
    if number < len(stages) and len(stage.body) > choices.between:
        size = len(stage.body) if stage.framing == "length" else min(len(stage.body), choices.payload)
        text = f"Received response from {name} with status code {stage.status}. However, the request payload from "
        text += f"{name} to {name_of(number + 1, len(stages), choices)} is {size} bytes, which has exceeded the "
        text += f"maximum limit of {choices.between // MEGABYTE} MB."
        return _failed(name, text, status=stage.status, original=text)  # 4.6
    if not whole:
        text = f"Received server error (500) from {name} and could not load the entire response body."
        return _failed(name, text, status=500, original="")  # 3.7; that nothing of it is told is inferred
    return None


def _refused(name: str, stage: Stage, whole: bool) -> Failed:
    """Any status but 2xx, 3xx too (3.6); a text is cut at the 2048 characters of the API (3.7)."""
    client = 400 <= stage.status < 500
    original = stage.body.decode(errors="replace")[:MESSAGE_LENGTH]
    text = f"Received {'client' if client else 'server'} error ({stage.status}) from {name} "
    text += f'with message "{original}".' if whole else "and could not load the entire response body."
    return _failed(name, text, status=stage.status, original=original, client=client)


def _unanswered(name: str, text: str) -> Failed:
    return _failed(name, f'Received server error (0) from {name} with message "{text}".', status=0, original=text)


def _failed(name: str, text: str, *, status: int, original: str, client: bool = False) -> Failed:
    code = "CLIENT_ERROR_FROM_MODEL" if client else "INTERNAL_FAILURE_FROM_MODEL"
    return Failed(container=name, code=code, status=status, original_message=original, message=text + SEE)
