"""Who reaches whom: published ports, chains in one network, and network isolation."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import docker as docker_py
import pytest

from emulator.hosting.session import Session

if TYPE_CHECKING:
    from tests.containers.conftest import Hosted, Told

pytestmark = pytest.mark.engine

OUTSIDE = "('192.0.2.1', 80)"
"""Nobody's address, RFC 5737."""

NO_ANSWER = {"ENETUNREACH", "timed out"}
"""Newer engines leave out the route, older ones drop what takes it."""

CALL_OUT = f"""
try:
    answer = socket.create_connection({OUTSIDE}, timeout=0.3).close()
except OSError as refused:
    answer = errno.errorcode.get(refused.errno, str(refused))
"""

PING_NEIGHBOUR = """
neighbour = socket.create_connection(('127.0.0.1', 24001))
neighbour.sendall(b'GET /ping HTTP/1.0' + bytes((13, 10, 13, 10)))
answer = neighbour.recv(99).decode().splitlines()[0]
"""

APPEND = "answer = body + b'{}'"


def appending(told: Told, *letters: str) -> list[Any]:
    """A container for each letter, which it appends to what it gets."""
    return [told(INVOKED=APPEND.format(letter)) for letter in letters]


def networks(docker: docker_py.DockerClient, container_id: str) -> list[dict[str, Any]]:
    """The networks that a container is in, as the engine describes them."""
    attached = docker.containers.get(container_id).attrs["NetworkSettings"]["Networks"]
    return [docker.networks.get(name).attrs for name in attached]


def test_containers_of_a_chain_reach_each_other(hosted: Hosted, told: Told) -> None:
    """The second container finds the first one on localhost, at its port."""
    with hosted(told(), told(INVOKED=PING_NEIGHBOUR)) as endpoint:
        reply = endpoint.invoke("anything")

    assert "HTTP/1.1 200 OK" == reply.json()


def test_published_port_is_on_loopback_alone(
    published: Session, hosted: Hosted, told: Told, docker: docker_py.DockerClient
) -> None:
    """Where a port must be published it is a free one of 127.0.0.1, and invocations go through it."""
    with hosted(told(), on=published) as endpoint:
        reply = endpoint.invoke("hello", content_type="text/plain")
        (container,) = endpoint.containers
        bound = docker.containers.get(container.running.container_id).attrs["NetworkSettings"]["Ports"]

    assert "hello" == reply.text
    assert {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(container.address.port)}]} == bound


def test_chain_is_published_as_a_whole(published: Session, hosted: Hosted, told: Told) -> None:
    """The first container publishes the ports of all, as the others have no network of their own."""
    with hosted(*appending(told, "a", "b", "c"), on=published) as endpoint:
        reply = endpoint.invoke("", content_type="text/plain")
        hosts = {each.address.host for each in endpoint.containers}
        ports = {each.address.port for each in endpoint.containers}

    assert "abc" == reply.text
    assert ({"127.0.0.1"}, 3) == (hosts, len(ports))


def test_isolated_container_answers_and_has_no_route_out(
    hosted: Hosted, told: Told, ask: Callable[..., Any], docker: docker_py.DockerClient
) -> None:
    """With network isolation a lone container is pinged and invoked, and cannot call out."""
    with hosted(told(), isolated=True) as endpoint:
        called = ask(endpoint, CALL_OUT)
        (network,) = networks(docker, endpoint.containers[0].running.container_id)

    # The engine's word counts: on a machine without a network of its own nobody could call out.
    assert called in NO_ANSWER
    assert network["Internal"] or "127.0.0.1" == endpoint.containers[0].address.host


def test_isolated_chain_answers_and_has_no_route_out(hosted: Hosted, told: Told) -> None:
    """And so it is for a chain, every container of it."""
    collect = f"{CALL_OUT}\nanswer = json.loads(body) + [answer]"
    with hosted(*(told(INVOKED=collect) for _ in range(3)), isolated=True) as endpoint:
        called = endpoint.invoke(json.dumps([]), content_type="application/json").json()

    assert len(called) == 3
    assert set(called) <= NO_ANSWER


@pytest.mark.parametrize("length", [1, 2])
def test_isolated_and_published_container_answers_and_nothing_comes_back_from_outside(
    length: int, published: Session, hosted: Hosted, told: Told, docker: docker_py.DockerClient
) -> None:
    """Where ports must be published, isolation is a bridge that nobody translates for: answers have no way back."""
    letters = "ab"[:length]
    with hosted(*appending(told, *letters), on=published, isolated=True) as endpoint:
        reply = endpoint.invoke("", content_type="text/plain")
        (network,) = networks(docker, endpoint.containers[0].running.container_id)

    assert letters == reply.text
    assert {"com.docker.network.bridge.enable_ip_masquerade": "false"} == network["Options"]


def test_container_that_is_not_isolated_has_a_route(
    hosted: Hosted, told: Told, ask: Callable[..., Any], docker: docker_py.DockerClient
) -> None:
    """Without isolation there is a default route; what the tests above see is not the machine's own lack of one."""
    with hosted(told()) as endpoint:
        routes = ask(endpoint, "answer = [line.split()[1] for line in open('/proc/net/route')][1:]")

    assert "00000000" in routes
