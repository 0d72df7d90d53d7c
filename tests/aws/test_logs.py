"""Container output in CloudWatch Logs, where AWS's tools look for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from emulator.adapters.aws import LocalAws

if TYPE_CHECKING:
    from tests.aws.conftest import Hosted, Told
    from tests.conftest import Until

pytestmark = pytest.mark.engine

INSTANCE = r"variant-1/i-[0-9a-f]{17}"


class Logs:
    """The log group of an endpoint, through boto3."""

    def __init__(self, client: Any, endpoint: str) -> None:
        self._client, self._group = client, f"/aws/sagemaker/Endpoints/{endpoint}"

    def groups(self) -> list[str]:
        """The group, if it is there."""
        found = self._client.describe_log_groups(logGroupNamePrefix=self._group)["logGroups"]
        return [each["logGroupName"] for each in found if each["logGroupName"] == self._group]

    def streams(self) -> list[str]:
        """The names of its streams."""
        if not self.groups():
            return []
        found = self._client.describe_log_streams(logGroupName=self._group)["logStreams"]
        return sorted(each["logStreamName"] for each in found)

    def lines(self, **filters: Any) -> list[str]:
        """Its events."""
        if not self.groups():
            return []
        found = self._client.filter_log_events(logGroupName=self._group, **filters)["events"]
        return [each["message"] for each in found]


@pytest.fixture(scope="module")
def client(aws: LocalAws) -> Any:
    """boto3's client of CloudWatch Logs."""
    return aws.client("logs")


def test_both_outputs_of_a_lone_container(hosted: Hosted, told: Told, runtime: Any, client: Any, until: Until) -> None:
    """Standard output and standard error are in the instance's one stream, in order, from the start on."""
    code = "print('out 1', flush=True); print('err 2', file=sys.stderr, flush=True); print('out 3', flush=True)"
    with hosted([told()]) as name:
        logs = Logs(client, name)
        runtime.invoke_endpoint(EndpointName=name, Body=code, ContentType="text/x-python")
        until(lambda: "out 3" in logs.lines())
        lines, streams, found = logs.lines(), logs.streams(), logs.lines(filterPattern="err")

    assert "arguments: []" == lines[0]
    assert {"out 1", "err 2", "out 3"} <= set(lines)
    assert len(streams) == 1
    assert re.fullmatch(INSTANCE, streams[0])
    assert ["err 2"] == found


def test_each_container_of_a_pipeline_has_a_stream(hosted: Hosted, told: Told, client: Any, until: Until) -> None:
    """The streams of one instance end in the containers' names, and each has the lines of its own container."""
    containers = [told(hostname=each, BEFORE=f"print('I am {each}', flush=True)") for each in ("left", "right")]
    with hosted(containers) as name:
        logs = Logs(client, name)
        until(lambda: {"I am left", "I am right"} <= set(logs.lines()))
        streams = logs.streams()
        right = logs.lines(logStreamNames=[streams[1]])

    instance = streams[0].rpartition("/")[0]
    assert re.fullmatch(INSTANCE, instance)
    assert [f"{instance}/left", f"{instance}/right"] == streams
    assert "I am right" == right[0]
    assert "I am left" not in right


def test_nameless_containers_are_numbered(pipeline: str, client: Any, until: Until) -> None:
    """Without hostnames the streams end in container-1 and container-2; the real servers write to theirs."""
    logs = Logs(client, pipeline)
    until(lambda: len(logs.streams()) == 2)

    assert ["container-1", "container-2"] == [each.rpartition("/")[2] for each in logs.streams()]


def test_container_that_failed_to_start_has_a_log(
    hosted: Hosted, told: Told, sagemaker: Any, client: Any, until: Until
) -> None:
    """FailureReason sends people to CloudWatch, and there are the container's last words, also after deletion."""
    with hosted([told(BEFORE="sys.exit('no weights in /opt/ml/model')")], wait=False) as name:
        logs = Logs(client, name)
        until(lambda: "Failed" == sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"])
        sagemaker.delete_endpoint(EndpointName=name)
        sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=name)
        until(logs.lines)

    assert ["no weights in /opt/ml/model"] == logs.lines()


def test_flood_of_lines_is_complete(hosted: Hosted, told: Told, runtime: Any, client: Any, until: Until) -> None:
    """Three thousand lines at once arrive all, once each, and in order."""
    code = "print('\\n'.join('line %04d' % n for n in range(3000)), flush=True)"
    with hosted([told()]) as name:
        runtime.invoke_endpoint(EndpointName=name, Body=code, ContentType="text/x-python")
        logs, group = Logs(client, name), f"/aws/sagemaker/Endpoints/{name}"

        def lines() -> list[str]:
            pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
            return [each["message"] for page in pages for each in page["events"] if each["message"].startswith("line")]

        until(logs.groups)
        until(lambda: len(lines()) >= 3000)
        got = lines()

    assert [f"line {number:04d}" for number in range(3000)] == got
