"""An endpoint's whole life, told by boto3: created, waited for, invoked, updated, rolled back, weighed, deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import pytest

from emulator.adapters.aws import LocalAws
from tests.conftest import ROLE, ROW, Published

if TYPE_CHECKING:
    from tests.aws.conftest import Configured, Hosted, Told
    from tests.conftest import Until

pytestmark = pytest.mark.engine

VARIANT = {"VariantName": "AllTraffic", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
CLIENTS = 4


@contextmanager
def counted(client: Any, operation: str) -> Iterator[list[str]]:
    """Grows by one with every such request that a client sends."""
    sent: list[str] = []

    def note(**_: Any) -> None:
        sent.append(operation)

    event = f"before-send.sagemaker.{operation}"
    client.meta.events.register(event, note)
    try:
        yield sent
    finally:
        client.meta.events.unregister(event, note)


@contextmanager
def invoking(runtime: Any, name: str) -> Iterator[list[Any]]:
    """All that clients are answered, who invoke an endpoint again and again until the ``with`` ends."""
    enough = Event()
    answers: list[Any] = []

    def client() -> None:
        while not enough.is_set():
            try:
                answers.append(runtime.invoke_endpoint(EndpointName=name, Body=b"")["Body"].read())
            except botocore.exceptions.ClientError as failed:
                answers.append(failed)

    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(client) for _ in range(CLIENTS)]
        try:
            yield answers
        finally:
            enough.set()
    for each in clients:
        each.result()


def test_published_example_by_boto3(published: Published, sagemaker: Any, runtime: Any) -> None:
    """Two containers become a model, a configuration and an endpoint, predict a raw row, and are gone when deleted."""
    sagemaker.create_model(ModelName="abalone", ExecutionRoleArn=ROLE, Containers=published.containers)
    variant = {**VARIANT, "ModelName": "abalone"}
    sagemaker.create_endpoint_config(EndpointConfigName="abalone", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="abalone", EndpointConfigName="abalone")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="abalone")
    reply = runtime.invoke_endpoint(EndpointName="abalone", Body=ROW, ContentType="text/csv", Accept="application/json")
    sagemaker.delete_endpoint(EndpointName="abalone")
    sagemaker.delete_endpoint_config(EndpointConfigName="abalone")
    sagemaker.delete_model(ModelName="abalone")
    sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="abalone")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        sagemaker.describe_endpoint(EndpointName="abalone")

    assert {"result": [published.expected]} == json.loads(reply["Body"].read())
    assert ("application/json", "AllTraffic") == (reply["ContentType"], reply["InvokedProductionVariant"])
    arn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/abalone"
    assert f'Could not find endpoint "{arn}".' == caught.value.response["Error"]["Message"]


def test_waiters_look_once(aws: LocalAws, configured: Configured, told: Told) -> None:
    """The long poll answers when there is news, so that no waiter gets to its sleep of 30 s."""
    client = aws.client("sagemaker")
    client.create_endpoint(EndpointName="waited-for", EndpointConfigName=configured([told()]))
    with counted(client, "DescribeEndpoint") as created:
        client.get_waiter("endpoint_in_service").wait(EndpointName="waited-for")
    client.delete_endpoint(EndpointName="waited-for")
    with counted(client, "DescribeEndpoint") as deleted:
        client.get_waiter("endpoint_deleted").wait(EndpointName="waited-for")

    assert 1 == len(created)
    assert 1 == len(deleted)


def test_headers_go_there_and_back(obedient: str, runtime: Any) -> None:
    """The container sees the attributes, types and inference id of the call, and its own attributes come back."""
    code = (
        "seen = {name: headers.get(name) for name in ('Accept', 'X-Amzn-SageMaker-Custom-Attributes', "
        "'X-Amzn-SageMaker-Inference-Id')}\n"
        "answer, extra = seen, {'X-Amzn-SageMaker-Custom-Attributes': 'trace=2', 'X-Private': 'no'}"
    )
    reply = runtime.invoke_endpoint(
        EndpointName=obedient,
        Body=code,
        ContentType="text/x-python",
        Accept="a/b",
        CustomAttributes="trace=1",
        InferenceId="one",
    )

    seen = ("Accept", "X-Amzn-SageMaker-Custom-Attributes", "X-Amzn-SageMaker-Inference-Id")
    assert dict(zip(seen, ("a/b", "trace=1", "one"), strict=True)) == json.loads(reply["Body"].read())
    assert ("application/json", "trace=2") == (reply["ContentType"], reply["CustomAttributes"])
    assert "x-private" not in reply["ResponseMetadata"]["HTTPHeaders"]


def test_session_is_opened_used_and_closed(hosted: Hosted, told: Told, runtime: Any) -> None:
    """A session that the container opens and closes comes back as NewSessionId and ClosedSessionId."""
    code = (
        "asked = headers['X-Amzn-SageMaker-Session-Id']\n"
        "told = '42; Expires=2030-01-01T00:00:00Z'\n"
        "name = 'Session-Id' if asked == 'NEW_SESSION' else 'Closed-Session-Id'\n"
        "extra = {'X-Amzn-SageMaker-' + name: told if asked == 'NEW_SESSION' else asked}"
    )
    with hosted([told(INVOKED=code)]) as name:
        opened = runtime.invoke_endpoint(EndpointName=name, Body=b"", SessionId="NEW_SESSION")
        closed = runtime.invoke_endpoint(EndpointName=name, Body=b"", SessionId="42")

    assert "42; Expires=2030-01-01T00:00:00Z" == opened["NewSessionId"]
    assert "42" == closed["ClosedSessionId"]


def test_update_loses_no_call(
    *, hosted: Hosted, configured: Configured, told: Told, sagemaker: Any, runtime: Any, until: Until
) -> None:
    """While four clients keep invoking, an update replaces the containers: every call is answered, old, then new."""
    with hosted([told(INVOKED="answer = b'old'")]) as name:
        new = configured([told(INVOKED="answer = b'new'")])
        with invoking(runtime, name) as answers:
            until(lambda: b"old" in answers)
            sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=new)
            during = sagemaker.list_endpoints(NameContains=name)["Endpoints"][0]["EndpointStatus"]
            sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
            after = len(answers)
            until(lambda: len(answers) > after + 2 * CLIENTS)
        described = sagemaker.describe_endpoint(EndpointName=name)

    assert "Updating" == during
    assert {b"old", b"new"} == set(answers)
    assert {b"new"} == set(answers[after + CLIENTS :])
    assert new == described["EndpointConfigName"]


def test_failing_update_rolls_back(
    *, hosted: Hosted, configured: Configured, told: Told, sagemaker: Any, runtime: Any, until: Until
) -> None:
    """An update whose container dies ends InService with the old configuration, which never stopped serving."""
    with hosted([told(INVOKED="answer = b'old'")]) as name:
        old = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
        broken = configured([told(BEFORE="sys.exit('no weights')")])
        with invoking(runtime, name) as answers:
            until(lambda: answers)
            sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=broken)
            sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
        described = sagemaker.describe_endpoint(EndpointName=name)

    assert {b"old"} == set(answers)
    assert ("InService", old) == (described["EndpointStatus"], described["EndpointConfigName"])
    reason = "The primary container for production variant variant-1 did not pass the ping health check."
    assert described["FailureReason"].startswith(reason)


def test_weights_share_traffic(hosted: Hosted, told: Told, sagemaker: Any, runtime: Any) -> None:
    """Variants get traffic by weight, new weights take effect on the same containers, TargetVariant overrides both."""
    one, two = ([told(INVOKED=f"answer = b'{each} %d' % os.getpid()")] for each in ("one", "two"))

    def told_by(name: str, **target: str) -> set[tuple[str, str]]:
        replies = [runtime.invoke_endpoint(EndpointName=name, Body=b"", **target) for _ in range(10)]
        return {(each["InvokedProductionVariant"], each["Body"].read().decode()[:3]) for each in replies}

    with hosted((one, 1.0), (two, 0.0)) as name:
        before = told_by(name)
        targeted = told_by(name, TargetVariant="variant-2")
        weights = [
            {"VariantName": "variant-1", "DesiredWeight": 0.0},
            {"VariantName": "variant-2", "DesiredWeight": 3.0},
        ]
        sagemaker.update_endpoint_weights_and_capacities(EndpointName=name, DesiredWeightsAndCapacities=weights)
        sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
        after = told_by(name)
        variants = sagemaker.describe_endpoint(EndpointName=name)["ProductionVariants"]

    assert {("variant-1", "one")} == before
    assert {("variant-2", "two")} == targeted == after
    assert [0.0, 3.0] == [each["CurrentWeight"] for each in variants]


def test_failed_endpoint_says_why_and_can_only_be_deleted(
    hosted: Hosted, told: Told, sagemaker: Any, runtime: Any
) -> None:
    """The waiter gives up at once on a container that ends, with FailureReason; update is refused, delete is not."""
    with hosted([told(BEFORE="sys.exit(3)")], wait=False) as name:
        with pytest.raises(botocore.exceptions.WaiterError) as caught:
            sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
        described = sagemaker.describe_endpoint(EndpointName=name)
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=described["EndpointConfigName"])
        sagemaker.delete_endpoint(EndpointName=name)
        sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=name)

    assert "Waiter encountered a terminal failure state" in str(caught.value)
    assert "Failed" == described["EndpointStatus"]
    assert "did not pass the ping health check" in described["FailureReason"]
    assert f'Cannot update failed endpoint "{described["EndpointArn"]}".' in str(refused.value)
