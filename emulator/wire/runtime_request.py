"""The headers of a runtime request, held against botocore's shapes of the operation, in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from emulator.errors import ValidationError
from emulator.model.constraint import at_most, failure, matching, refusal
from emulator.model.message import Invocation
from emulator.wire.service_model import service_model

SERVICE: Final = "sagemaker-runtime"

JAVA = ((r"\p{ASCII}", r"[\x00-\x7f]"), (r"\p{Print}", r"\x20-\x7e"), (r"\z", r"\Z"))
"""What AWS's patterns say in Java's words, and Python in its own."""


class HeaderNotSupported(ValidationError):
    """A header that only endpoints of another kind take.

    Attributes:
        error_code: in the answer beside the message.
    """

    def __init__(self, error_code: str, what: str) -> None:
        super().__init__(what)
        self.error_code = error_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One member of a request."""

    name: str
    least: int
    most: int
    pattern: str
    form: re.Pattern[str]

    def failures(self, value: str) -> list[str]:
        """What is wrong with a value; almost always nothing."""
        found = []
        if not self.form.fullmatch(value):
            found.append(failure(self.name, matching(self.pattern), value=value))
        if len(value) > self.most:
            found.append(failure(self.name, at_most(self.most), value=value))
        if len(value) < self.least:
            found.append(failure(self.name, f"have length greater than or equal to {self.least}", value=value))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeRequest:
    """What a request asks for, apart from its body; the members that are there, by AWS's names."""

    endpoint_name: str
    members: Mapping[str, str]

    def invocation(self, body: bytes) -> Invocation:
        """What goes to the containers."""
        member = self.members.get
        return Invocation(
            body=body,
            content_type=member("ContentType"),
            accept=member("Accept"),
            custom_attributes=member("CustomAttributes"),
            inference_id=member("InferenceId"),
            session_id=member("SessionId"),
        )


def parse(operation: str, endpoint_name: str, headers: Iterable[tuple[bytes, bytes]]) -> RuntimeRequest:
    """The request of an operation; headers that it does not know are passed over (hosting contract 3.14).

    Args:
        operation: such as ``InvokeEndpoint``.
        endpoint_name: from the path.
        headers: names in lower case.

    Raises:
        ValidationError: a value breaks the limits of its shape; names each.
    """
    name, known = _parameters(operation)
    members: dict[str, str] = {}
    failures = name.failures(endpoint_name)
    for header, raw in headers:
        if (found := known.get(header)) is not None:
            member, parameter = found
            value = raw.decode("latin-1")
            members[member] = f"{members[member]}, {value}" if member in members else value
            failures += parameter.failures(members[member])
    if failures:
        raise ValidationError(refusal(*failures).message)
    _require_plain_model(endpoint_name, members)
    return RuntimeRequest(endpoint_name=endpoint_name, members=members)


def _require_plain_model(endpoint: str, members: Mapping[str, str]) -> None:
    """Refuse what only endpoints of other kinds take (3.10; the last two texts are not confirmed)."""
    if "TargetModel" in members:
        raise HeaderNotSupported(
            "TARGET_MODEL_HEADER_NOT_SUPPORTED",
            f"Endpoint {endpoint} is not a multi-model endpoint and does not support target model header.",
        )
    if "InferenceComponentName" in members:
        raise HeaderNotSupported(
            "INFERENCE_COMPONENT_NAME_NOT_ALLOWED",
            "Inference Component Name header is not allowed for endpoints to which you dont plan to deploy inference "
            "components.",
        )
    if "EnableExplanations" in members:
        raise HeaderNotSupported(
            "ENABLE_EXPLANATIONS_HEADER_NOT_SUPPORTED",
            f"Endpoint {endpoint} has no explainer and does not support enable explanations header.",
        )


@cache
def _parameters(operation: str) -> tuple[Parameter, dict[bytes, tuple[str, Parameter]]]:
    """The EndpointName, and all other members by header name."""
    shape = service_model(SERVICE).operation_model(operation).input_shape
    by_header = {
        member.serialization["name"].lower().encode(): (name, _parameter(name, member.metadata))
        for name, member in shape.members.items()
        if member.serialization.get("location") == "header" and member.type_name == "string"
    }
    return _parameter("EndpointName", shape.members["EndpointName"].metadata), by_header


def _parameter(name: str, facts: Mapping[str, object]) -> Parameter:
    pattern = form = str(facts.get("pattern", ".*"))
    for java, python in JAVA:
        form = form.replace(java, python)
    return Parameter(
        name=name[:1].lower() + name[1:],
        least=int(str(facts.get("min", 0))),
        most=int(str(facts.get("max", 1 << 20))),
        pattern=pattern,
        form=re.compile(form, re.DOTALL),
    )
