"""A runtime request's headers against botocore's shapes."""

from __future__ import annotations

import pytest

from emulator.errors import ValidationError
from emulator.model.message import Invocation
from emulator.wire.runtime_request import HeaderNotSupported, parse
from emulator.wire.service_model import service_model

INVOKE, STREAM = "InvokeEndpoint", "InvokeEndpointWithResponseStream"


def refusal(*headers: tuple[bytes, bytes], operation: str = INVOKE, name: str = "iris") -> str:
    """What is said to these headers."""
    with pytest.raises(ValidationError) as caught:
        parse(operation, name, headers)
    return caught.value.message


def test_every_header_of_the_shape_is_known() -> None:
    """Each member that botocore sends as a header is read, or refused as not supported."""
    shape = service_model("sagemaker-runtime").operation_model(INVOKE).input_shape
    for name, member in shape.members.items():
        if member.serialization.get("location") != "header":
            continue
        header = (member.serialization["name"].lower().encode(), b"a")
        if name in ("TargetModel", "InferenceComponentName", "EnableExplanations"):
            assert refusal(header)
        else:
            assert {name: "a"} == parse(INVOKE, "iris", [header]).members


def test_members_make_the_invocation() -> None:
    """What goes to the containers is taken from the headers, the rest is the gateway's."""
    request = parse(
        INVOKE,
        "iris",
        [
            (b"content-type", b"text/csv"),
            (b"accept", b"a/b"),
            (b"x-amzn-sagemaker-custom-attributes", b"c"),
            (b"x-amzn-sagemaker-inference-id", b"i"),
            (b"x-amzn-sagemaker-session-id", b"NEW_SESSION"),
            (b"x-amzn-sagemaker-target-variant", b"v"),
            (b"user-agent", b"x"),
        ],
    )

    assert "v" == request.members["TargetVariant"]
    assert Invocation(
        body=b"1",
        content_type="text/csv",
        accept="a/b",
        custom_attributes="c",
        inference_id="i",
        session_id="NEW_SESSION",
    ) == request.invocation(b"1")


def test_header_that_comes_twice_is_a_list() -> None:
    """Two headers of one name mean the same as one with a comma."""
    assert {"Accept": "a/b, c/d"} == parse(INVOKE, "iris", [(b"accept", b"a/b"), (b"accept", b"c/d")]).members


def test_accept_of_a_stream_has_its_own_header() -> None:
    """For the streaming operation Accept travels in a header of SageMaker's (9.1)."""
    headers = [(b"accept", b"event/stream"), (b"x-amzn-sagemaker-accept", b"a/b")]

    assert {"Accept": "a/b"} == parse(STREAM, "iris", headers).members


@pytest.mark.parametrize(
    ("header", "value", "said"),
    [
        (b"accept", b"\xe9", "Value '\u00e9' at 'accept' failed to satisfy constraint: Member must satisfy"),
        (b"content-type", b"a" * 1025, "at 'contentType' failed to satisfy constraint: Member must have length less"),
        (b"x-amzn-sagemaker-inference-id", b"", "Member must have length greater than or equal to 1"),
        (b"x-amzn-sagemaker-inference-id", b" a", r"satisfy regular expression pattern: \A\S[\p{Print}]*\z"),
        (b"x-amzn-sagemaker-session-id", b"a_b", "at 'sessionId' failed to satisfy constraint"),
        (b"x-amzn-sagemaker-target-variant", b"-a", "at 'targetVariant' failed to satisfy constraint"),
    ],
    ids=["not ASCII", "long", "empty", "begins with a space", "session", "variant"],
)
def test_value_is_held_against_its_shape(header: bytes, value: bytes, said: str) -> None:
    """Length and pattern count, in AWS's words, also where the pattern is in Java's."""
    assert said in refusal((header, value))


def test_endpoint_name_is_held_against_its_shape() -> None:
    """A name that no endpoint can have is refused as such."""
    assert "at 'endpointName' failed to satisfy constraint" in refusal(name="a/b")


def test_refusal_names_its_rule() -> None:
    """A header for endpoints of another kind has AWS's error code (3.10)."""
    with pytest.raises(HeaderNotSupported) as caught:
        parse(INVOKE, "iris", [(b"x-amzn-sagemaker-target-model", b"m")])

    assert "TARGET_MODEL_HEADER_NOT_SUPPORTED" == caught.value.error_code
