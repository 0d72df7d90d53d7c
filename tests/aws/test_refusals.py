"""What boto3 shows when a container, or AWS, says no."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import pytest

from emulator.adapters.aws import LocalAws
from tests.conftest import ROLE, ROW, Published

if TYPE_CHECKING:
    from tests.aws.conftest import Hosted, Told

pytestmark = pytest.mark.engine

CODE = "text/x-python"


def refusal(client: Any, operation: str, **members: Any) -> dict[str, Any]:
    """The answer of an operation that is refused."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        getattr(client, operation)(**members)
    answer: dict[str, Any] = caught.value.response
    return answer


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(415, "CLIENT_ERROR_FROM_MODEL", "client"), (503, "INTERNAL_FAILURE_FROM_MODEL", "server")],
)
def test_model_error_has_every_member(obedient: str, aws: LocalAws, status: int, code: str, kind: str) -> None:
    """A container's refusal is boto3's own ModelError, a 424 sent once, and its body has the ErrorCode boto3 drops."""
    runtime, bodies = aws.client("sagemaker-runtime"), []
    runtime.meta.events.register(
        "response-received.sagemaker-runtime", lambda response_dict, **_: bodies.append(response_dict["body"])
    )
    with pytest.raises(runtime.exceptions.ModelError) as caught:
        runtime.invoke_endpoint(
            EndpointName=obedient, Body=f"status, answer = {status}, b'row 1: \"x\"'", ContentType=CODE
        )
    answer = caught.value.response

    assert (status, 'row 1: "x"') == (answer["OriginalStatusCode"], answer["OriginalMessage"])
    group = f"/aws/sagemaker/Endpoints/{obedient}"
    assert f"arn:aws:logs:us-east-1:123456789012:log-group:{group}" == answer["LogStreamArn"]
    assert ("ModelError", 424) == (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"])
    assert (
        f'Received {kind} error ({status}) from primary with message "row 1: "x"". See https://us-east-1.'
        in (answer["Error"]["Message"])
    )
    assert group in answer["Error"]["Message"]
    assert [code] == [json.loads(each)["ErrorCode"] for each in bodies]


def test_model_error_names_the_second_container(pipeline: str, runtime: Any) -> None:
    """In a pipeline ModelError tells whose answer it was: here the featurizer does not take the type."""
    answer = refusal(runtime, "invoke_endpoint", EndpointName=pipeline, Body=ROW, ContentType="image/png")

    assert "Received client error (415) from container-1 with message" in answer["Error"]["Message"]


def test_unknown_endpoint_is_not_found(runtime: Any, pipeline: str) -> None:
    """InvokeEndpoint of a name nobody has, or of one in another case of letters, is a ValidationError."""
    for name in ("nobody", pipeline.upper()):
        answer = refusal(runtime, "invoke_endpoint", EndpointName=name, Body=b"1")

        assert {"Code": "ValidationError", "Message": f"Endpoint {name} of account 123456789012 not found."} == (
            answer["Error"]
        )


def test_endpoint_that_is_being_created_is_not_found_and_not_changed(
    hosted: Hosted, told: Told, sagemaker: Any, runtime: Any
) -> None:
    """Until its first healthy ping an endpoint is Creating, cannot be invoked, and cannot be updated or deleted."""
    with hosted([told(PING="status = 200 if TOLD.is_set() else 503")], wait=False) as name:
        invoked = refusal(runtime, "invoke_endpoint", EndpointName=name, Body=b"1")
        deleted = refusal(sagemaker, "delete_endpoint", EndpointName=name)
        listed = sagemaker.list_endpoints(NameContains=name)["Endpoints"][0]

    assert f"Endpoint {name} of account 123456789012 not found." == invoked["Error"]["Message"]
    assert f'Cannot update in-progress endpoint "{listed["EndpointArn"]}".' == deleted["Error"]["Message"]
    assert "Creating" == listed["EndpointStatus"]


def test_direct_mode_invokes_the_one_that_is_named(hosted: Hosted, told: Told, runtime: Any) -> None:
    """In mode Direct each container is invoked by its hostname; without one, or with an unknown one, none is."""
    containers = [told(hostname=each, INVOKED=f"answer = b'{each}'") for each in ("left", "right")]
    with hosted(containers, mode="Direct") as name:
        ask = {"EndpointName": name, "Body": b""}
        said = [
            runtime.invoke_endpoint(**ask, TargetContainerHostname=each)["Body"].read() for each in ("left", "right")
        ]
        nameless = refusal(runtime, "invoke_endpoint", **ask)
        unknown = refusal(runtime, "invoke_endpoint", **ask, TargetContainerHostname="middle")

    assert [b"left", b"right"] == said
    assert "ValidationError" == nameless["Error"]["Code"] == unknown["Error"]["Code"]


def test_serial_endpoint_takes_no_container_hostname(obedient: str, runtime: Any) -> None:
    """TargetContainerHostname is refused where the mode is not Direct."""
    answer = refusal(runtime, "invoke_endpoint", EndpointName=obedient, Body=b"", TargetContainerHostname="primary")

    assert "ValidationError" == answer["Error"]["Code"]


def test_body_over_the_limit_is_refused(obedient: str, runtime: Any) -> None:
    """6,291,456 bytes go there and back, one more does not."""
    most = bytes(6_291_456)
    reply = runtime.invoke_endpoint(EndpointName=obedient, Body=most)["Body"].read()
    answer = refusal(runtime, "invoke_endpoint", EndpointName=obedient, Body=most + b"1")

    assert most == reply
    assert "ValidationError" == answer["Error"]["Code"]
    assert "oversize body" in answer["Error"]["Message"]


def test_model_without_its_data_is_refused(published: Published, sagemaker: Any) -> None:
    """CreateModel looks for the model data, as AWS does, and keeps nothing when there is none."""
    container = {"Image": published.predictor_image, "ModelDataUrl": "s3://nowhere/model.tar.gz"}

    answer = refusal(sagemaker, "create_model", ModelName="no-data", ExecutionRoleArn=ROLE, PrimaryContainer=container)

    message = "Could not find model data at s3://nowhere/model.tar.gz."
    assert {"Code": "ValidationException", "Message": message} == answer["Error"]
    assert [] == sagemaker.list_models(NameContains="no-data")["Models"]


@pytest.mark.parametrize(
    ("service", "operation", "members"),
    [
        ("sagemaker", "list_notebook_instances", {}),
        ("sagemaker-runtime", "invoke_endpoint_async", {"EndpointName": "a", "InputLocation": "s3://a/b"}),
    ],
)
def test_what_is_not_emulated_is_said(aws: LocalAws, service: str, operation: str, members: dict[str, str]) -> None:
    """An operation that is not here is an error that names it, never made-up data."""
    answer = refusal(aws.client(service), operation, **members)

    assert "byoc-emulator does not emulate" in answer["Error"]["Message"]
    assert 200 != answer["ResponseMetadata"]["HTTPStatusCode"]


def test_other_services_answer_at_the_same_address(aws: LocalAws) -> None:
    """STS and IAM are there, of the same account and region."""
    identity = aws.client("sts").get_caller_identity()
    role = aws.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps({}))

    assert "123456789012" == identity["Account"]
    assert "arn:aws:iam::123456789012:role/any" == role["Role"]["Arn"]
