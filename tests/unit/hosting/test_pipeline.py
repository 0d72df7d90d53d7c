"""One invocation through a chain: what each container sees, and what the client gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from emulator.assemble import wooden_session
from emulator.errors import ModelError, ValidationError
from emulator.hosting.endpoint import Endpoint
from emulator.model.event import Event, HopFinished
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.message import HttpRequest
from emulator.model.rules import HostingRules
from emulator.testing import DROPPED, Answer, Raw, Script, ScriptedRuntime

PAYLOAD = 6_291_456
BETWEEN = 5 * 1024 * 1024


@contextmanager
def chain(*scripts: Script, rules: HostingRules | None = None) -> Iterator[tuple[Endpoint, ScriptedRuntime]]:
    """An endpoint of these scripts in a row, and the runtime they run on."""
    runtime = ScriptedRuntime({f"image-{n}": script for n, script in enumerate(scripts, start=1)})
    model = Model(containers=tuple(ContainerDefinition(name) for name in runtime.images))
    with wooden_session(runtime, rules=rules) as session, session.endpoint(model, name="iris") as endpoint:
        yield endpoint, runtime


def marks(mark: str) -> Script:
    """A container that adds a mark to what it gets."""
    return Script(invocations=lambda request: Answer(body=request.body + mark.encode()))


def headers_of(runtime: ScriptedRuntime, name: str) -> list[str | None]:
    """One header, as each container of the chain got it with its first invocation."""
    return [each.invocations[0].headers.get(name) for each in runtime.containers]


def failure_of(endpoint: Endpoint, body: bytes = b"1") -> ModelError:
    """The ModelError that an invocation ends with."""
    with pytest.raises(ModelError) as caught:
        endpoint.invoke(body)
    return caught.value


@pytest.mark.parametrize("count", [1, 2, 15])
def test_body_passes_all_containers_in_order(count: int) -> None:
    """Each container gets what the one before it answered, and the client what the last one did (4.2)."""
    with chain(*[marks(f"{n:x}") for n in range(1, count + 1)]) as (endpoint, _):
        reply = endpoint.invoke(b"0", content_type="text/csv")

    assert "0123456789abcdef"[: count + 1] == reply.text
    assert count == len(reply.trace)


def test_content_type_goes_on_verbatim() -> None:
    """The type a container answers with, parameters included, is the type the next one is sent (4.3)."""
    kinds = ("text/csv; charset=utf-8", 'Application/JSON;  profile="a;b"', "text/html")
    scripts = [Script(invocations=Answer(headers={"Content-Type": kind})) for kind in kinds]
    with chain(*scripts) as (endpoint, runtime):
        reply = endpoint.invoke(b"1", content_type="text/csv")

        assert ["text/csv", *kinds[:2]] == headers_of(runtime, "Content-Type")
        assert kinds[2] == reply.content_type


@pytest.mark.parametrize(
    ("rules", "accepts"),
    [
        (HostingRules(), [None, None, "application/json"]),
        (HostingRules(intermediate_accept="*/*"), ["*/*", "*/*", "application/json"]),
    ],
    ids=["none", "*/*"],
)
def test_accept_goes_to_the_last_only(rules: HostingRules, accepts: list[str | None]) -> None:
    """Containers before the last see no Accept, or by rule `*/*`; the last one sees the client's (4.4)."""
    with chain(Script(), Script(), Script(), rules=rules) as (endpoint, runtime):
        endpoint.invoke(b"1", accept="application/json")

        assert accepts == headers_of(runtime, "Accept")


@pytest.mark.parametrize(("attributes_to", "second"), [("all", "a=1"), ("first", None)])
def test_attributes_reach(attributes_to: str, second: str | None) -> None:
    """Custom attributes reach every container, or by rule the first one only (4.5)."""
    rules = HostingRules(attributes_to=attributes_to)  # type: ignore[arg-type]
    with chain(Script(), Script(), rules=rules) as (endpoint, runtime):
        endpoint.invoke(b"1", custom_attributes="a=1")

        assert ["a=1", second] == headers_of(runtime, "X-Amzn-SageMaker-Custom-Attributes")


def test_container_sees_exactly_these_headers() -> None:
    """On the wire are the platform's headers, the client's and the length, and nothing that a library adds."""
    with chain(Script()) as (endpoint, runtime):
        endpoint.invoke("1,2", content_type="text/csv")

        assert {
            "Host": "model.aws.local:8080",
            "User-Agent": "AHC/2.0",
            "Content-Type": "text/csv",
            "Content-Length": "3",
        } == runtime.containers[0].invocations[0].headers


def test_reply_has_the_containers_own_words() -> None:
    """The client gets body and type unmodified, and custom attributes if the container sets them (3.17)."""
    answer = Answer(
        status=201,
        headers={"Content-Type": "a/b", "X-Amzn-SageMaker-Custom-Attributes": "c", "X-Own": "d"},
        body=bytes(range(256)),
    )
    with chain(Script(invocations=answer)) as (endpoint, _):
        reply = endpoint.invoke(b"1")

    assert (bytes(range(256)), "a/b", "c", "AllTraffic") == (
        reply.body,
        reply.content_type,
        reply.custom_attributes,
        reply.invoked_production_variant,
    )


@pytest.mark.parametrize("script", [Script(invocations=Answer(status=204)), Script()], ids=["204", "empty 200"])
def test_empty_reply_is_a_reply(script: Script) -> None:
    """A 2xx without a body is passed on as an empty body (3.19)."""
    with chain(script, marks("!")) as (endpoint, _):
        assert "!" == endpoint.invoke(b"1").text


def test_largest_request_is_accepted() -> None:
    """A request of exactly 6,291,456 bytes reaches the container whole (3.12)."""
    with chain(Script(invocations=lambda request: Answer(body=str(len(request.body)).encode()))) as (endpoint, _):
        assert str(PAYLOAD) == endpoint.invoke(b"x" * PAYLOAD).text


def test_larger_request_is_refused() -> None:
    """One byte more is refused before any container sees it (3.12)."""
    with chain(Script()) as (endpoint, runtime):
        with pytest.raises(ValidationError) as caught:
            endpoint.invoke(b"x" * (PAYLOAD + 1))

        assert (
            "Request of 6291457 bytes to endpoint iris has oversize body.\n"
            "why: a request may have 6291456 bytes\n"
            "fix: send fewer rows at once, or raise payload_bytes if your account's limit is higher"
        ) == str(caught.value)
        assert [] == runtime.containers[0].invocations


def test_largest_reply_is_accepted() -> None:
    """A reply of exactly 6,291,456 bytes reaches the client whole (3.12)."""
    with chain(Script(invocations=Answer(body=b"x" * PAYLOAD))) as (endpoint, _):
        assert PAYLOAD == len(endpoint.invoke(b"1").body)


def test_larger_reply_is_an_error() -> None:
    """One byte more is a ModelError that says why (3.7, 3.12)."""
    with chain(Script(invocations=Answer(body=b"x" * (PAYLOAD + 1)))) as (endpoint, _):
        error = failure_of(endpoint)

    assert error.message.startswith(
        "Received server error (500) from primary and could not load the entire response body. See https://"
    )
    assert "its reply is larger than 6291456 bytes, or the connection closed before its end" == error.why


def test_largest_hop_is_accepted() -> None:
    """Exactly 5 MB pass from one container to the next (4.6)."""
    counts = Script(invocations=lambda request: Answer(body=str(len(request.body)).encode()))
    with chain(Script(invocations=Answer(body=b"x" * BETWEEN)), counts) as (endpoint, _):
        assert str(BETWEEN) == endpoint.invoke(b"1").text


def test_larger_hop_is_an_error() -> None:
    """One byte more is AWS's documented refusal, and the next container is not called (4.6)."""
    with chain(Script(invocations=Answer(body=b"x" * (BETWEEN + 1))), Script()) as (endpoint, runtime):
        error = failure_of(endpoint)

        assert (
            "Received response from container-1 with status code 200. However, the request payload from container-1 "
            "to container-2 is 5242881 bytes, which has exceeded the maximum limit of 5 MB."
        ) == error.original_message
        assert [] == runtime.containers[1].invocations


@pytest.mark.parametrize(
    ("status", "code", "side"),
    [
        (400, "CLIENT_ERROR_FROM_MODEL", "client"),
        (499, "CLIENT_ERROR_FROM_MODEL", "client"),
        (500, "INTERNAL_FAILURE_FROM_MODEL", "server"),
        (503, "INTERNAL_FAILURE_FROM_MODEL", "server"),
        (302, "INTERNAL_FAILURE_FROM_MODEL", "server"),
        (304, "INTERNAL_FAILURE_FROM_MODEL", "server"),
    ],
)
def test_status_other_than_2xx_names_its_container(status: int, code: str, side: str) -> None:
    """A container's bad status is a ModelError from it, and later containers are not called (3.6, 4.7)."""
    body = b"" if status == 304 else b"no"
    bad = Script(invocations=Answer(status=status, body=body, headers={"Location": "/elsewhere"}))
    with chain(marks("a"), bad, marks("c")) as (endpoint, runtime):
        error = failure_of(endpoint)

        assert (code, status, body.decode(), "container-2") == (
            error.error_code,
            error.original_status_code,
            error.original_message,
            error.container,
        )
        assert error.message.startswith(
            f'Received {side} error ({status}) from container-2 with message "{body.decode()}".'
        )
        assert [1, 1, 0] == [len(each.invocations) for each in runtime.containers]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (DROPPED, "closed the connection without a complete reply"),
        (Raw(pieces=[b"SSH-2.0-OpenSSH_9.2\r\n"]), "did not answer in HTTP"),
        (Raw(pieces=[b"HTTP/1.1 abc\r\n\r\n"]), "did not answer in HTTP"),
    ],
    ids=["dropped", "not HTTP", "no status"],
)
def test_no_reply_is_a_server_error_without_status(act: Raw, why: str) -> None:
    """A broken connection and garbage are status 0 in AWS's words; the cause is told beside (3.4)."""
    with chain(Script(invocations=act)) as (endpoint, _):
        error = failure_of(endpoint)

    assert (0, "INTERNAL_FAILURE_FROM_MODEL") == (error.original_status_code, error.error_code)
    assert error.original_message.startswith("Amazon SageMaker could not get a response from the iris endpoint. ")
    assert why in error.why


def test_closed_port_is_a_server_error_without_status() -> None:
    """A container that listens no more after its ping is status 0 (3.4)."""
    with chain(Script()) as (endpoint, runtime):
        runtime.containers[0].stop_listening()
        error = failure_of(endpoint)

    assert 0 == error.original_status_code
    assert "nothing listens on 127.0.0.1:" in error.why


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n9\r\nhal"],
    ],
    ids=["length", "chunked"],
)
def test_partial_reply_is_an_error(pieces: list[bytes]) -> None:
    """A 2xx whose body ends early cannot be loaded, however its length was given (3.7)."""
    with chain(Script(invocations=Raw(pieces=pieces))) as (endpoint, _):
        error = failure_of(endpoint)

    assert "and could not load the entire response body." in error.message
    assert 500 == error.original_status_code


def test_time_is_for_the_whole_chain() -> None:
    """Two containers share one deadline; the one in which it passes is named (3.3, 4.8)."""
    slow = Script(invocations=Answer(delay=0.15))
    with chain(slow, slow, Script(), rules=HostingRules(invocation_seconds=0.25)) as (endpoint, runtime):
        error = failure_of(endpoint)

        assert ("container-2", 0) == (error.container, error.original_status_code)
        assert error.original_message.startswith(
            "Your invocation timed out while waiting for a response from container container-2. "
        )
        assert [] == runtime.containers[2].invocations


def test_slow_container_lives_on() -> None:
    """A timeout does not end the container: the next invocation is answered (3.3)."""
    script = Script(invocations=(Answer(delay=0.2), Answer(body=b"2")))
    with chain(script, rules=HostingRules(invocation_seconds=0.1)) as (endpoint, _):
        failure_of(endpoint)

        assert "2" == endpoint.invoke(b"1").text


def test_trace_tells_every_hop() -> None:
    """The trace has what each container was sent and answered, one line a hop."""
    with chain(marks("a"), marks("b")) as (endpoint, _):
        trace = endpoint.invoke(b"1", content_type="text/csv").trace

    assert [("container-1", b"1", b"1a"), ("container-2", b"1a", b"1ab")] == [
        (hop.container, hop.request.body, hop.reply.body if hop.reply else None) for hop in trace
    ]
    assert str(trace).startswith("container-1: text/csv, 1 B -> 200 no type, 2 B in ")
    assert endpoint.trace is trace


def test_failed_invocation_has_a_trace_too() -> None:
    """An error carries the hops until then, the failing one last; the endpoint keeps them."""
    with chain(marks("a"), Script(invocations=DROPPED)) as (endpoint, _):
        error = failure_of(endpoint)

        assert error.trace is endpoint.trace
        assert [True, False] == [hop.reply is not None for hop in endpoint.trace]
        assert "closed the connection" in str(endpoint.trace)


def test_hops_are_announced() -> None:
    """Whoever listens hears of each hop."""
    heard: list[Event] = []
    model = Model(containers=(ContainerDefinition("a"),) * 2)
    with wooden_session({"a": Script()}, emit=heard.append) as session, session.endpoint(model) as endpoint:
        endpoint.invoke(b"1")

    assert ["container-1", "container-2"] == [each.subject for each in heard if isinstance(each, HopFinished)]


def test_text_is_sent_as_utf_8() -> None:
    """A body given as text is sent as UTF-8."""
    seen: list[HttpRequest] = []

    def remember(request: HttpRequest) -> Answer:
        seen.append(request)
        return Answer()

    with chain(Script(invocations=remember)) as (endpoint, _):
        endpoint.invoke("\u00e9")

    assert ["\u00e9".encode()] == [each.body for each in seen]
