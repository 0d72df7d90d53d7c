"""CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

ACCOUNT = "arn:aws:sagemaker:us-east-1:123456789012:"
ARN = f"{ACCOUNT}endpoint-config/"
VARIANT = {"VariantName": "v", "ModelName": "model", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
VPC = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
CAPTURE = {
    "InitialSamplingPercentage": 10,
    "DestinationS3Uri": "s3://b",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}
WHY = " Why: it would change how the endpoint behaves, and ignoring it would mislead."
REST = " Fix: leave it out to host the rest."
FAILED = "failed to satisfy constraint: Member must"


def config_with(*variants: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A request with these changes to the usual variant."""
    given = [{**VARIANT, **each} for each in variants or ({},)]
    return {"EndpointConfigName": "Config", "ProductionVariants": given, **members}


def without(*names: str) -> dict[str, Any]:
    """A request whose variant lacks these members."""
    return config_with(dict.fromkeys(names))


def test_config_is_created_and_described(account: Any) -> None:
    """DescribeEndpointConfig repeats the request, with AWS's default weight, the ARN and the time."""
    account.model()
    request = config_with({"VolumeSizeInGB": 5}, KmsKeyId="key", ExecutionRoleArn=ROLE, VpcConfig=VPC)
    created = account.call("CreateEndpointConfig", **request, Tags=[{"Key": "a", "Value": "b"}])

    assert {"EndpointConfigArn": f"{ARN}config"} == created
    assert {
        **request,
        "ProductionVariants": [{**VARIANT, "VolumeSizeInGB": 5, "InitialVariantWeight": 1.0}],
        "EndpointConfigArn": f"{ARN}config",
        "CreationTime": datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=2),
    } == account.call("DescribeEndpointConfig", EndpointConfigName="Config")


@pytest.mark.parametrize(
    "request_",
    [
        config_with({"RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"}, "EnableSSMAccess": True}),
        config_with({"ContainerStartupHealthCheckTimeoutInSeconds": 60, "ModelDataDownloadTimeoutInSeconds": 60}),
        config_with({"InitialVariantWeight": 0}, {"VariantName": "w", "InitialVariantWeight": 0.5}),
        config_with(DataCaptureConfig={**CAPTURE, "EnableCapture": False}),
        config_with(EnableNetworkIsolation=True),
    ],
    ids=["of instances", "time limits", "weights", "no capture", "isolation"],
)
def test_harmless_member_is_accepted(account: Any, request_: dict[str, Any]) -> None:
    """What means nothing on one machine, or is done, is accepted and repeated."""
    account.model()
    account.call("CreateEndpointConfig", **request_)
    told = account.call("DescribeEndpointConfig", EndpointConfigName="Config")

    assert [{"InitialVariantWeight": 1.0, **each} for each in request_["ProductionVariants"]] == told[
        "ProductionVariants"
    ]
    assert {name: told[name] for name in request_ if name != "ProductionVariants"} == {
        name: value for name, value in request_.items() if name != "ProductionVariants"
    }


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (config_with({"ModelName": "Gone"}), f'Could not find model "{ACCOUNT}model/gone".'),
        (config_with({}, {}), "VariantName v is used by more than one variant; it must be unique."),
        (
            without("InstanceType", "InitialInstanceCount"),
            (
                "2 validation errors detected: "
                f"Value null at 'productionVariants.1.member.initialInstanceCount' {FAILED} not be null; "
                f"Value null at 'productionVariants.1.member.instanceType' {FAILED} not be null"
            ),
        ),
        (
            config_with({"InitialVariantWeight": -1.0}),
            (
                "1 validation error detected: "
                f"Value '-1.0' at 'productionVariants.1.member.initialVariantWeight' {FAILED} "
                "have value greater than or equal to 0"
            ),
        ),
        (
            config_with(*({"VariantName": f"v{number}"} for number in range(11))),
            f"1 validation error detected: Value at 'productionVariants' {FAILED} have length less than or equal to 10",
        ),
        (
            config_with({"ContainerStartupHealthCheckTimeoutInSeconds": 59}),
            (
                "1 validation error detected: Value '59' at "
                f"'productionVariants.1.member.containerStartupHealthCheckTimeoutInSeconds' {FAILED} "
                "have value greater than or equal to 60"
            ),
        ),
    ],
    ids=["model", "name twice", "no instance", "weight", "eleven", "window"],
)
def test_config_is_refused(account: Any, request_: dict[str, Any], text: str) -> None:
    """What AWS would refuse is refused in its words, and not kept."""
    account.model()

    assert f"ValidationException: {text}" == account.refused("CreateEndpointConfig", **request_)
    assert {"EndpointConfigs": []} == account.call("ListEndpointConfigs")


def test_instance_type_is_one_of_aws(account: Any) -> None:
    """An instance type that AWS does not have is refused with those it has."""
    account.model()
    said = account.refused("CreateEndpointConfig", **config_with({"InstanceType": "local"}))

    assert said.startswith(
        "ValidationException: 1 validation error detected: Value 'local' at 'productionVariants.1.member.instanceType' "
        f"{FAILED} satisfy enum value set: [ml."
    )


@pytest.mark.parametrize(
    ("request_", "member", "fix"),
    [
        (
            config_with(AsyncInferenceConfig={"OutputConfig": {}}),
            "CreateEndpointConfig.AsyncInferenceConfig",
            REST,
        ),
        (
            config_with(DataCaptureConfig=CAPTURE),
            "CreateEndpointConfig.DataCaptureConfig",
            " Fix: set EnableCapture to false, or leave it out.",
        ),
        (
            config_with(ShadowProductionVariants=[{**VARIANT, "VariantName": "s"}]),
            "CreateEndpointConfig.ShadowProductionVariants",
            REST,
        ),
        (
            config_with({"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1}}),
            "ProductionVariant.ServerlessConfig",
            REST,
        ),
        (
            config_with({"ManagedInstanceScaling": {"Status": "ENABLED"}}),
            "ProductionVariant.ManagedInstanceScaling",
            REST,
        ),
        (
            config_with({"CoreDumpConfig": {"DestinationS3Uri": "s3://b"}}),
            "ProductionVariant.CoreDumpConfig",
            REST,
        ),
        (
            without("ModelName"),
            "ProductionVariants without ModelName (inference components)",
            " Fix: name a model.",
        ),
    ],
    ids=["async", "capture", "shadow", "serverless", "scaling", "core dump", "components"],
)
def test_what_is_not_emulated_is_refused(account: Any, request_: dict[str, Any], member: str, fix: str) -> None:
    """What would change how the endpoint behaves is never silently ignored."""
    account.model()

    assert f"NotImplemented: byoc-emulator does not emulate {member}.{WHY}{fix}" == account.refused(
        "CreateEndpointConfig", **request_
    )


def test_name_is_taken_once(account: Any) -> None:
    """The same name is refused, with the ARN."""
    account.model()
    account.config("Config")

    assert (
        f'ValidationException: Cannot create already existing endpoint configuration "{ARN}config".'
    ) == account.refused("CreateEndpointConfig", **config_with())


def test_deleted_config_is_not_found(account: Any) -> None:
    """What was deleted is gone for all operations that name it."""
    account.model()
    account.config("Config")
    account.call("DeleteEndpointConfig", EndpointConfigName="Config")

    assert [f'ValidationException: Could not find endpoint configuration "{ARN}config".'] * 2 == [
        account.refused(operation, EndpointConfigName="Config")
        for operation in ("DescribeEndpointConfig", "DeleteEndpointConfig")
    ]


def test_configs_are_listed(account: Any) -> None:
    """A list tells names, ARNs and times, newest first."""
    account.model()
    account.config("one")
    account.config("two")
    answer = account.call("ListEndpointConfigs", MaxResults=1)

    assert [("two", f"{ARN}two")] == [
        (each["EndpointConfigName"], each["EndpointConfigArn"]) for each in answer["EndpointConfigs"]
    ]
    assert ["one"] == [
        each["EndpointConfigName"]
        for each in account.call("ListEndpointConfigs", NextToken=answer["NextToken"])["EndpointConfigs"]
    ]
