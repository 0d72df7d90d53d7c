"""Invocations of real chains: the two images on real rows, and tiny containers where a case is needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import docker as docker_py
import pytest

from containers import abalone
from emulator.errors import ModelError, ValidationError
from emulator.hosting.endpoint import Endpoint
from emulator.limits import CONTAINERS, PAYLOAD_BETWEEN_BYTES, PAYLOAD_BYTES
from emulator.model.event import ContainerStarted, Event, InService

if TYPE_CHECKING:
    from tests.conftest import Until
    from tests.containers.conftest import Hosted, Told

pytestmark = pytest.mark.engine

REVEAL = "answer = [headers.get('Content-Type'), headers.get('Accept'), body.decode()]"

SEE = (
    "See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group="
    "/aws/sagemaker/Endpoints/{name} in account 123456789012 for more information."
)
NO_RESPONSE = (
    "Amazon SageMaker could not get a response from the {name} endpoint. This can occur when CPU or memory utilization "
    "is high. To check your utilization, see Amazon CloudWatch. To fix this problem, use an instance type with more "
    "CPU capacity or memory."
)
TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container {container}. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)


def refused(endpoint: Endpoint, body: bytes | str, **headers: str) -> ModelError:
    """The ModelError that an invocation ends with."""
    with pytest.raises(ModelError) as caught:
        endpoint.invoke(body, **headers)
    return caught.value


def test_chain_predicts_what_its_containers_predict_one_after_the_other(
    pipeline: Endpoint, featurizer: Endpoint, predictor: Endpoint, rows: abalone.Split
) -> None:
    """On 200 held-out rows the pipeline's numbers are those of the two containers called by hand."""
    body = "\n".join(rows.held_out[:200])
    features = featurizer.invoke(body, content_type="text/csv")
    by_hand = predictor.invoke(features.body, content_type=features.content_type).json()

    chained = pipeline.invoke(body, content_type="text/csv")

    assert by_hand == chained.json()
    assert 200 == len(chained.json()["result"])
    assert "application/json" == chained.content_type


def test_trace_has_a_hop_for_each_container(pipeline: Endpoint, rows: abalone.Split) -> None:
    """The trace names each container in order, with what it was sent and what it answered, and its time."""
    trace = pipeline.invoke(rows.held_out[0], content_type="text/csv; charset=utf-8").trace
    hops = [
        (hop.container, hop.request.headers["Content-Type"], hop.reply and (hop.reply.status, hop.reply.content_type))
        for hop in trace
    ]

    assert [
        ("container-1", "text/csv; charset=utf-8", (200, "text/csv")),
        ("container-2", "text/csv", (200, "application/json")),
    ] == hops
    assert all(0 < hop.seconds < 60 for hop in trace)
    assert trace == pipeline.trace


def test_refusal_of_the_first_container_names_it_and_its_row(pipeline: Endpoint, rows: abalone.Split) -> None:
    """A malformed row is refused with 400 by container-1, which says which; container-2 is not called."""
    malformed = rows.held_out[1].replace(",", ",x", 1)

    error = refused(pipeline, f"{rows.held_out[0]}\n{malformed}", content_type="text/csv")

    field = malformed.split(",")[1]
    sentence = f"row 2, column 'length': '{field}' is not a number"
    assert (
        f'Received client error (400) from container-1 with message "{sentence}". {SEE.format(name=pipeline.name)}'
    ) == error.message
    assert ("container-1", 400, sentence, "CLIENT_ERROR_FROM_MODEL") == (
        error.container,
        error.original_status_code,
        error.original_message,
        error.error_code,
    )
    assert ["container-1"] == [hop.container for hop in pipeline.trace]


def test_type_of_a_reply_is_the_type_of_the_next_request(hosted: Hosted, told: Told) -> None:
    """Content-Type goes on verbatim, with its parameters; the client's Accept reaches the last container alone."""
    first = told(
        INVOKED="content_type, answer = 'Text/CSV;  charset=utf-8; x=\"1\"', str(headers.get('Accept')).encode()"
    )
    with hosted(first, told(INVOKED=REVEAL)) as endpoint:
        seen = endpoint.invoke("1", content_type="application/json", accept="text/plain").json()

    assert ['Text/CSV;  charset=utf-8; x="1"', "text/plain", "None"] == seen


def test_fifteen_containers_work_in_a_row(hosted: Hosted, told: Told) -> None:
    """As many containers as AWS allows start side by side and pass a body on in order."""
    append = "content_type, answer = 'text/plain', body + os.environ['LETTER'].encode()"
    letters = "abcdefghijklmnopqrstuvwxyz"[:CONTAINERS]
    events: list[Event] = []

    with hosted(*(told(INVOKED=append, LETTER=letter) for letter in letters), emit=events.append) as endpoint:
        reply = endpoint.invoke("", content_type="text/plain")
    started = [event.subject for event in events if isinstance(event, ContainerStarted)]

    assert letters == reply.text
    assert {f"container-{place}" for place in range(1, CONTAINERS + 1)} == set(started)
    assert [f"container-{place}" for place in range(1, CONTAINERS + 1)] == [hop.container for hop in reply.trace]
    assert any(isinstance(event, InService) for event in events)


def test_largest_body_goes_both_ways(obedient: Endpoint) -> None:
    """A request and a reply may have 6,291,456 bytes each."""
    body = b"x" * PAYLOAD_BYTES

    reply = obedient.invoke(body, content_type="application/octet-stream")

    assert body == reply.body


def test_larger_request_is_refused_before_any_container(obedient: Endpoint) -> None:
    """One byte more is refused by the endpoint itself."""
    with pytest.raises(ValidationError) as caught:
        obedient.invoke(b"x" * (PAYLOAD_BYTES + 1))

    assert f"Request of 6291457 bytes to endpoint {obedient.name} has oversize body." == caught.value.message


def test_larger_reply_is_refused(obedient: Endpoint) -> None:
    """A reply of one byte more fails in the container's name."""
    error = refused(obedient, f"answer = b'x' * {PAYLOAD_BYTES + 1}", content_type="text/x-python")

    assert (
        "Received server error (500) from primary and could not load the entire response body. "
        + SEE.format(name=obedient.name)
    ) == error.message


@pytest.mark.parametrize("surplus", [0, 1])
def test_body_between_containers_is_limited(surplus: int, hosted: Hosted, told: Told) -> None:
    """5 MB pass from one container to the next; one byte more gives the documented text, and the next is not called."""
    size = PAYLOAD_BETWEEN_BYTES + surplus
    with hosted(told(INVOKED=f"answer = b'x' * {size}"), told(INVOKED="answer = len(body)")) as endpoint:
        outcome = refused(endpoint, b"1").message if surplus else endpoint.invoke(b"1").json()
        called = [hop.container for hop in endpoint.trace]

    expected = (
        "Received response from container-1 with status code 200. However, the request payload from container-1 to "
        f"container-2 is 5242881 bytes, which has exceeded the maximum limit of 5 MB. {SEE.format(name=endpoint.name)}"
    )
    assert outcome == (expected if surplus else PAYLOAD_BETWEEN_BYTES)
    assert called == (["container-1"] if surplus else ["container-1", "container-2"])


def test_chain_has_one_deadline(hosted: Hosted, told: Told) -> None:
    """The time of an invocation is that of the whole chain: what the first container took, the second has not."""
    slow = told(INVOKED="time.sleep(0.7)")
    with hosted(slow, slow, rules={"invocation_seconds": 1.0}) as endpoint:
        began = monotonic()
        error = refused(endpoint, b"1")
        seconds = monotonic() - began
        later = endpoint.containers[1].running.wait(0)

    text = TIMED_OUT.format(container="container-2")
    assert (
        f'Received server error (0) from container-2 with message "{text}". {SEE.format(name=endpoint.name)}'
    ) == error.message
    assert 0 == error.original_status_code
    assert seconds < 1.35
    assert later is None


@pytest.mark.parametrize("killed", [1, 2])
def test_container_killed_during_an_invocation(
    killed: int, hosted: Hosted, told: Told, docker: docker_py.DockerClient, until: Until
) -> None:
    """A container that dies under a request gives ModelError without a status, in AWS's words, and its name."""
    busy = told(INVOKED="print('busy', flush=True); time.sleep(600)")
    with hosted(*([told()] * (killed - 1)), busy, told()) as endpoint:
        victim = docker.containers.get(endpoint.containers[killed - 1].running.container_id)

        def kill_when_busy() -> None:
            until(lambda: b"busy" in victim.logs())
            victim.kill()

        killer = Thread(target=kill_when_busy)
        killer.start()
        error = refused(endpoint, b"1")
        killer.join()

    text = NO_RESPONSE.format(name=endpoint.name)
    assert (
        f'Received server error (0) from container-{killed} with message "{text}". {SEE.format(name=endpoint.name)}'
    ) == error.message
    assert (0, "INTERNAL_FAILURE_FROM_MODEL") == (error.original_status_code, error.error_code)
    assert f"container-{killed}" == error.container


@pytest.mark.parametrize(("status", "side"), [(404, "client"), (302, "server"), (503, "server")])
def test_status_of_a_container_is_told(status: int, side: str, obedient: Endpoint) -> None:
    """Any status but 2xx is a ModelError with that status and the body, redirects included."""
    code = f"status, extra, answer = {status}, {{'Location': '/'}}, b'not today'"

    error = refused(obedient, code, content_type="text/x-python")

    assert error.message.startswith(f'Received {side} error ({status}) from primary with message "not today". See ')
    assert (status, "not today") == (error.original_status_code, error.original_message)


def test_headers_of_the_platform_reach_the_container(obedient: Endpoint, ask: Callable[..., Any]) -> None:
    """A container is asked as the platform asks, and sees the custom attributes and nothing of the client's own."""
    seen = dict(ask(obedient, "answer = list(headers.items())"))
    seen.pop("Content-Length")

    assert {"Host": "model.aws.local:8080", "User-Agent": "AHC/2.0", "Content-Type": "text/x-python"} == seen


def test_custom_attributes_go_in_and_out(hosted: Hosted, told: Told) -> None:
    """Custom attributes reach every container, and those of the last one come back."""
    name = "X-Amzn-SageMaker-Custom-Attributes"
    speaking = f"answer, extra = json.loads(body or '[]') + [headers[{name!r}]], {{{name!r}: 'heard'}}"
    with hosted(told(INVOKED=speaking), told(INVOKED=speaking)) as endpoint:
        reply = endpoint.invoke("", custom_attributes="c=1")

    assert ["c=1", "c=1"] == json.loads(reply.body)
    assert "heard" == reply.custom_attributes
