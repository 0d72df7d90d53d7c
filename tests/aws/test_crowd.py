"""Many clients at once, and containers that die under them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import docker as docker_py
import pytest

from containers import abalone
from emulator.adapters.aws import LocalAws
from emulator.adapters.ownership import ROOT_LABEL
from tests.conftest import Published

if TYPE_CHECKING:
    from tests.aws.conftest import Hosted, Told
    from tests.conftest import Until

pytestmark = pytest.mark.engine

CLIENTS = 50
REQUESTS = 4


@pytest.fixture
def ours(cache: Path, docker: docker_py.DockerClient) -> Callable[[], list[Any]]:
    """The emulator's containers of these tests, newest first."""

    def containers() -> list[Any]:
        return list(docker.containers.list(filters={"label": f"{ROOT_LABEL}={(cache / 'root-id').read_text()}"}))

    return containers


def crowd(work: Callable[[int], list[Any]]) -> list[Any]:
    """What all clients got, who begin at once."""
    begin = Barrier(CLIENTS)

    def client(number: int) -> list[Any]:
        begin.wait(30)
        return work(number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [each for answers in pool.map(client, range(CLIENTS)) for each in answers]


def test_fifty_clients_of_the_pipeline_get_their_own_predictions(
    pipeline: str, published: Published, aws: LocalAws, runtime: Any
) -> None:
    """Each of 50 clients sends its own rows; every prediction is the one that its row gets alone."""
    rows = random.Random(7).sample(abalone.split().held_out, CLIENTS * REQUESTS)
    rows = [row.rpartition(",")[0] for row in rows]
    whole = runtime.invoke_endpoint(EndpointName=pipeline, Body="\n".join(rows), ContentType="text/csv")
    expected = json.loads(whole["Body"].read())["result"]
    clients = [aws.client("sagemaker-runtime") for _ in range(CLIENTS)]

    def work(number: int) -> list[Any]:
        mine = rows[number * REQUESTS : (number + 1) * REQUESTS]
        replies = [
            clients[number].invoke_endpoint(EndpointName=pipeline, Body=row, ContentType="text/csv") for row in mine
        ]
        return [json.loads(each["Body"].read())["result"] for each in replies]

    assert [[each] for each in expected] == crowd(work)


def test_fifty_clients_of_a_chain_get_their_own_attributes(hosted: Hosted, told: Told, runtime: Any) -> None:
    """Through two containers, body and custom attributes of a call stay together, and are nobody else's."""
    code = (
        "mine = headers['X-Amzn-SageMaker-Custom-Attributes']\n"
        "answer = body + b' ' + mine.encode()\n"
        "extra = {'X-Amzn-SageMaker-Custom-Attributes': mine}"
    )
    with hosted([told(INVOKED=code), told(INVOKED=code)]) as name:

        def work(number: int) -> list[Any]:
            answers = []
            for request in range(REQUESTS):
                mine = f"{number}-{request}"
                reply = runtime.invoke_endpoint(EndpointName=name, Body=mine, CustomAttributes=mine)
                answers.append((mine, reply["Body"].read().decode(), reply["CustomAttributes"]))
            return answers

        answers = crowd(work)

    assert CLIENTS * REQUESTS == len(answers)
    assert [] == [each for each in answers if each[1:] != (f"{each[0]} {each[0]} {each[0]}", each[0])]


def test_killed_container_fails_its_callers_and_comes_back(
    *, hosted: Hosted, told: Told, runtime: Any, sagemaker: Any, until: Until, ours: Callable[[], list[Any]]
) -> None:
    """docker kill in mid-call is a ModelError for those who wait, and a new container answers soon."""
    waiting = "print('waiting', flush=True); TOLD.wait(60)"

    def held(name: str) -> Any:
        with pytest.raises(runtime.exceptions.ModelError) as caught:
            runtime.invoke_endpoint(EndpointName=name, Body=waiting, ContentType="text/x-python")
        return caught.value.response

    def answers(name: str) -> bool:
        try:
            return bool(runtime.invoke_endpoint(EndpointName=name, Body=b"1")["Body"].read() == b"1")
        except botocore.exceptions.ClientError:
            return False

    others = {each.id for each in ours()}
    with hosted([told()]) as name, ThreadPoolExecutor(3) as pool:
        killed = next(each for each in ours() if each.id not in others)
        held_calls = [pool.submit(held, name) for _ in range(3)]
        until(lambda: killed.logs().count(b"waiting") == 3)
        killed.kill()
        failed = [each.result(timeout=30) for each in held_calls]
        until(lambda: answers(name), seconds=20)
        status = sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]
        fresh = [each for each in ours() if each.id not in others]

    assert [0, 0, 0] == [each["OriginalStatusCode"] for each in failed]
    assert all("could not get a response from the" in each["OriginalMessage"] for each in failed)
    assert "InService" == status
    assert 1 == len(fresh)
    assert killed.id != fresh[0].id


def test_killed_container_of_a_pipeline_takes_the_instance_with_it(
    *, hosted: Hosted, told: Told, runtime: Any, until: Until, ours: Callable[[], list[Any]]
) -> None:
    """The callers of the second container get a ModelError that names it, and both containers are replaced."""
    waiting = "print('waiting', flush=True); TOLD.wait(60)"
    others = {each.id for each in ours()}
    chain = [told(INVOKED="answer = body"), told(INVOKED=f"if body == b'hold':\n    {waiting}")]
    with hosted(chain) as name, ThreadPoolExecutor(1) as pool:
        before = [each for each in ours() if each.id not in others]
        held = pool.submit(runtime.invoke_endpoint, EndpointName=name, Body=b"hold")
        until(lambda: any(b"waiting" in each.logs() for each in before))
        next(each for each in before if b"waiting" in each.logs()).kill()
        with pytest.raises(runtime.exceptions.ModelError) as caught:
            held.result(timeout=30)

        def answered() -> bytes | None:
            try:
                return bytes(runtime.invoke_endpoint(EndpointName=name, Body=b"1")["Body"].read())
            except botocore.exceptions.ClientError:
                return None

        until(lambda: answered() == b"1", seconds=20)
        after = {each.id for each in ours()} - others

    assert "Received server error (0) from container-2 with message" in str(caught.value)
    assert 2 == len(after)
    assert not after & {each.id for each in before}
