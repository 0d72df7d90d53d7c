"""CreateEndpoint, DescribeEndpoint, ListEndpoints, the two updates, DeleteEndpoint."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from emulator.model.message import Invocation

ACCOUNT = "arn:aws:sagemaker:us-east-1:123456789012:"
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
AT_ONCE = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
        "TerminationWaitInSeconds": 0,
    }
}
CANARY = {
    "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": {"Type": "CANARY", "WaitIntervalInSeconds": 0}},
}
ROLLING = {
    "RollingUpdatePolicy": {
        "MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 50},
        "WaitIntervalInSeconds": 0,
    }
}
WHY = " Why: it would change how the endpoint behaves, and ignoring it would mislead."


@pytest.fixture
def hosting(account: Any) -> Any:
    """An account with a model and a configuration of each image."""
    for image in ("good", "broken", "slow"):
        account.model(image, image)
        account.config(image, {"ModelName": image})
    return account


def test_endpoint_is_created_and_described(hosting: Any) -> None:
    """An endpoint in service is told with its variants, images, weights and counts, and with nothing else."""
    created = hosting.call("CreateEndpoint", EndpointName="Ep", EndpointConfigName="good")
    told = hosting.rest("Ep")
    resolved = told["ProductionVariants"][0]["DeployedImages"][0].pop("ResolutionTime")

    assert {"EndpointArn": f"{ACCOUNT}endpoint/ep"} == created
    assert START + timedelta(seconds=7) <= resolved
    assert {
        "EndpointName": "Ep",
        "EndpointArn": f"{ACCOUNT}endpoint/ep",
        "EndpointConfigName": "good",
        "EndpointStatus": "InService",
        "ProductionVariants": [
            {
                "VariantName": "v",
                "DeployedImages": [{"SpecifiedImage": "good", "ResolvedImage": "good@sha256:1"}],
                "CurrentWeight": 1.0,
                "DesiredWeight": 1.0,
                "CurrentInstanceCount": 1,
                "DesiredInstanceCount": 1,
            }
        ],
        "CreationTime": START + timedelta(seconds=7),
        "LastModifiedTime": told["LastModifiedTime"],
    } == told


def test_endpoint_that_is_starting_is_described(hosting: Any) -> None:
    """While Creating, a variant has a status, and what it will have is told apart from what it has."""
    hosting.call("CreateEndpoint", EndpointName="ep", EndpointConfigName="slow")
    told = hosting.call("DescribeEndpoint", EndpointName="ep")

    assert ("Creating", "slow") == (told["EndpointStatus"], told["EndpointConfigName"])
    assert [
        {
            "VariantName": "v",
            "CurrentWeight": 0.0,
            "DesiredWeight": 1.0,
            "CurrentInstanceCount": 0,
            "DesiredInstanceCount": 1,
            "VariantStatus": [{"Status": "Creating", "StartTime": START + timedelta(seconds=7)}],
        }
    ] == told["ProductionVariants"]


def test_endpoint_that_failed_says_why(hosting: Any) -> None:
    """A Failed endpoint has AWS's FailureReason, and can be deleted only (6.3)."""
    told = hosting.endpoint(config="broken")

    assert (
        "Failed",
        (
            "The primary container for production variant v did not pass the ping health check. "
            "Please check CloudWatch logs for this endpoint."
        ),
    ) == (told["EndpointStatus"], told["FailureReason"])
    assert f'ValidationException: Cannot update failed endpoint "{ACCOUNT}endpoint/ep".' == hosting.refused(
        "UpdateEndpoint", EndpointName="ep", EndpointConfigName="good"
    )


def test_endpoint_is_deleted(hosting: Any) -> None:
    """A deleted endpoint is not found, which is what boto3's waiter takes for success (6.5)."""
    hosting.endpoint("Ep", "good")
    hosting.call("DeleteEndpoint", EndpointName="Ep")
    assert hosting.plane.wait_for_change("Ep", 20)

    assert [f'ValidationException: Could not find endpoint "{ACCOUNT}endpoint/ep".'] * 3 == [
        hosting.refused("DescribeEndpoint", EndpointName="Ep"),
        hosting.refused("DeleteEndpoint", EndpointName="Ep"),
        hosting.refused("UpdateEndpoint", EndpointName="Ep", EndpointConfigName="good"),
    ]


def test_busy_endpoint_refuses_changes(hosting: Any) -> None:
    """While an endpoint is Creating it can be neither updated, scaled nor deleted (6.4)."""
    hosting.call("CreateEndpoint", EndpointName="Ep", EndpointConfigName="slow")
    scales = [{"VariantName": "v", "DesiredWeight": 2.0}]

    assert [f'ValidationException: Cannot update in-progress endpoint "{ACCOUNT}endpoint/ep".'] * 3 == [
        hosting.refused("DeleteEndpoint", EndpointName="Ep"),
        hosting.refused("UpdateEndpoint", EndpointName="Ep", EndpointConfigName="good"),
        hosting.refused("UpdateEndpointWeightsAndCapacities", EndpointName="Ep", DesiredWeightsAndCapacities=scales),
    ]


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (
            {"EndpointName": "EP", "EndpointConfigName": "good"},
            f'Cannot create already existing endpoint "{ACCOUNT}endpoint/ep".',
        ),
        (
            {"EndpointName": "other", "EndpointConfigName": "Gone"},
            f'Could not find endpoint configuration "{ACCOUNT}endpoint-config/gone".',
        ),
        (
            {"EndpointName": "a_b", "EndpointConfigName": "good"},
            (
                "1 validation error detected: Value 'a_b' at 'endpointName' failed to satisfy constraint: Member must "
                "satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
            ),
        ),
        (
            {"EndpointConfigName": "good"},
            (
                "1 validation error detected: Value null at 'endpointName' failed to satisfy constraint: "
                "Member must not be null"
            ),
        ),
    ],
    ids=["taken", "no config", "name", "no name"],
)
def test_endpoint_is_refused(hosting: Any, request_: dict[str, Any], text: str) -> None:
    """What AWS would refuse is refused in its words (6.1, 6.10)."""
    hosting.endpoint(config="good")

    assert f"ValidationException: {text}" == hosting.refused("CreateEndpoint", **request_)


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (CANARY, f"TrafficRoutingConfiguration.Type CANARY.{WHY} Fix: use ALL_AT_ONCE."),
        (ROLLING, f"DeploymentConfig.RollingUpdatePolicy.{WHY} Fix: leave it out to host the rest."),
        (
            {**AT_ONCE, "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}]}},
            f"DeploymentConfig.AutoRollbackConfiguration.{WHY} Fix: leave it out to host the rest.",
        ),
    ],
    ids=["canary", "rolling", "alarms"],
)
def test_deployment_that_is_not_emulated_is_refused(hosting: Any, config: dict[str, Any], text: str) -> None:
    """All traffic moves at once; who asks for another way is told."""
    hosting.endpoint(config="good")

    assert f"NotImplemented: byoc-emulator does not emulate {text}" == hosting.refused(
        "UpdateEndpoint", EndpointName="ep", EndpointConfigName="good", DeploymentConfig=config
    )


def test_deployment_at_once_is_repeated(hosting: Any) -> None:
    """A DeploymentConfig that is followed comes back as the last one, and can be retained."""
    hosting.endpoint(config="good")
    hosting.call("UpdateEndpoint", EndpointName="ep", EndpointConfigName="good", DeploymentConfig=AT_ONCE)
    first = hosting.rest()
    hosting.call("UpdateEndpoint", EndpointName="ep", EndpointConfigName="good", RetainDeploymentConfig=True)

    assert [AT_ONCE] * 2 == [each["LastDeploymentConfig"] for each in (first, hosting.rest())]


def test_update_goes_through_updating(hosting: Any) -> None:
    """While Updating, the configuration in service is told beside the one that is coming, and serves."""
    hosting.endpoint(config="good")
    hosting.call("UpdateEndpoint", EndpointName="ep", EndpointConfigName="slow")
    told = hosting.call("DescribeEndpoint", EndpointName="ep")
    pending = told["PendingDeploymentSummary"]

    assert ("Updating", "good", "slow") == (
        told["EndpointStatus"],
        told["EndpointConfigName"],
        pending["EndpointConfigName"],
    )
    assert [("v", 1.0, 1, "Creating")] == [
        (
            each["VariantName"],
            each["DesiredWeight"],
            each["DesiredInstanceCount"],
            each["VariantStatus"][0]["Status"],
        )
        for each in pending["ProductionVariants"]
    ]
    assert "4" == hosting.plane.registry.invoke("ep", Invocation(body=b"x")).text


def test_failed_update_is_rolled_back(hosting: Any) -> None:
    """An update that fails ends InService with the old configuration and a FailureReason (6.7)."""
    hosting.endpoint(config="good")
    hosting.call("UpdateEndpoint", EndpointName="ep", EndpointConfigName="broken")
    told = hosting.rest()

    assert ("InService", "good", True) == (
        told["EndpointStatus"],
        told["EndpointConfigName"],
        "did not pass the ping health check" in told["FailureReason"],
    )


def scaled(hosting: Any, *scales: dict[str, Any]) -> None:
    """Scale, and wait until it is done."""
    hosting.call("UpdateEndpointWeightsAndCapacities", EndpointName="ep", DesiredWeightsAndCapacities=list(scales))
    assert "InService" == hosting.rest()["EndpointStatus"]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, (1.0, 1)),
        ({"RetainAllVariantProperties": True}, (5.0, 3)),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
            },
            (1.0, 3),
        ),
    ],
    ids=["nothing", "all", "count"],
)
def test_update_may_keep_properties(hosting: Any, members: dict[str, Any], expected: tuple[float, int]) -> None:
    """Weights and counts that were changed are kept by an update that asks for it (6.8)."""
    hosting.endpoint(config="good")
    scaled(hosting, {"VariantName": "v", "DesiredWeight": 5.0, "DesiredInstanceCount": 3})
    hosting.call("UpdateEndpoint", EndpointName="ep", EndpointConfigName="good", **members)
    (variant,) = hosting.rest()["ProductionVariants"]

    assert expected == (variant["CurrentWeight"], variant["CurrentInstanceCount"])


def test_weights_move_traffic(hosting: Any) -> None:
    """After a change of weights, invocations go where the weight is."""
    hosting.config("two", {"ModelName": "good"}, {"ModelName": "good", "VariantName": "w", "InitialVariantWeight": 0})
    hosting.endpoint(config="two")
    scaled(hosting, {"VariantName": "v", "DesiredWeight": 0.0}, {"VariantName": "w", "DesiredWeight": 1.0})
    registry = hosting.plane.registry

    assert {"w"} == {registry.chain_for("ep").variant for _ in range(50)}


@pytest.mark.parametrize(
    ("scale", "text"),
    [
        (
            {"VariantName": "x", "DesiredWeight": 1.0},
            f'ValidationException: Could not find variant "x" of endpoint "{ACCOUNT}endpoint/ep".',
        ),
        (
            {"VariantName": "v", "DesiredInstanceCount": 0},
            (
                "NotImplemented: byoc-emulator does not emulate DesiredWeightAndCapacity.DesiredInstanceCount 0."
                f"{WHY} Fix: ask for 1 or more."
            ),
        ),
        (
            {"VariantName": "v", "ServerlessUpdateConfig": {"MaxConcurrency": 1}},
            (
                "NotImplemented: byoc-emulator does not emulate DesiredWeightAndCapacity.ServerlessUpdateConfig."
                f"{WHY} Fix: leave it out to host the rest."
            ),
        ),
    ],
    ids=["variant", "no instance", "serverless"],
)
def test_scale_is_refused(hosting: Any, scale: dict[str, Any], text: str) -> None:
    """What cannot be scaled is said, and the endpoint stays as it is."""
    hosting.endpoint(config="good")

    assert text == hosting.refused(
        "UpdateEndpointWeightsAndCapacities", EndpointName="ep", DesiredWeightsAndCapacities=[scale]
    )
    assert "InService" == hosting.call("DescribeEndpoint", EndpointName="ep")["EndpointStatus"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, ["c", "b", "a"]),
        ({"StatusEquals": "Failed"}, ["b"]),
        ({"SortBy": "Status", "SortOrder": "Ascending"}, ["b", "a", "c"]),
        ({"SortBy": "Name", "SortOrder": "Ascending"}, ["a", "b", "c"]),
        ({"LastModifiedTimeBefore": START}, []),
        ({"LastModifiedTimeAfter": START}, ["c", "b", "a"]),
    ],
    ids=["newest first", "failed", "by status", "by name", "before", "after"],
)
def test_endpoints_are_listed(hosting: Any, request_: dict[str, Any], expected: list[str]) -> None:
    """Endpoints are listed by status and times too."""
    for name, config in (("a", "good"), ("b", "broken"), ("c", "good")):
        hosting.endpoint(name, config)

    assert expected == [each["EndpointName"] for each in hosting.call("ListEndpoints", **request_)["Endpoints"]]
