"""CreateModel, DescribeModel, ListModels, DeleteModel."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model/"
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
URL = "s3://bucket/model.tar.gz"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
PIPELINE = [{"Image": "good", "ContainerHostname": "one"}, {"Image": "good", "ContainerHostname": "two"}]
WHY = (
    " Why: it would change how the model is hosted, and ignoring it would mislead. Fix: leave it out to host the rest."
)


def test_model_is_created_and_described(account: Any) -> None:
    """DescribeModel repeats the request, with AWS's defaults, an ARN in lower case and the time."""
    members = {
        "PrimaryContainer": {"Image": "good", "ModelDataUrl": URL, "Environment": {"A": "1"}},
        "ExecutionRoleArn": ROLE,
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    }
    created = account.call("CreateModel", ModelName="My-Model", Tags=[{"Key": "a", "Value": "b"}], **members)

    assert {"ModelArn": f"{ARN}my-model"} == created
    assert {
        **members,
        "ModelName": "My-Model",
        "PrimaryContainer": {**members["PrimaryContainer"], "Mode": "SingleModel"},  # type: ignore[dict-item]
        "EnableNetworkIsolation": False,
        "CreationTime": START + timedelta(seconds=1),
        "ModelArn": f"{ARN}my-model",
    } == account.call("DescribeModel", ModelName="My-Model")


def test_pipeline_is_described_in_order(account: Any) -> None:
    """Containers and their mode come back as they were given."""
    account.call("CreateModel", ModelName="m", Containers=PIPELINE, InferenceExecutionConfig={"Mode": "Direct"})
    told = account.call("DescribeModel", ModelName="m")

    assert [{**each, "Mode": "SingleModel"} for each in PIPELINE] == told["Containers"]
    assert {"Mode": "Direct"} == told["InferenceExecutionConfig"]


@pytest.mark.parametrize(
    "container",
    [
        {"ModelDataUrl": URL},
        {
            "ModelDataSource": {
                "S3DataSource": {"S3Uri": "s3://bucket/model/", "S3DataType": "S3Prefix", "CompressionType": "None"}
            }
        },
        {"ImageConfig": {"RepositoryAccessMode": "Platform"}},
        {"ModelDataUrl": None, "Environment": None},
    ],
    ids=["archive", "prefix", "image config", "nulls"],
)
def test_sound_container_is_accepted(account: Any, container: dict[str, Any]) -> None:
    """What can be hosted is accepted, and described without what was null."""
    account.call("CreateModel", ModelName="m", PrimaryContainer={"Image": "good", **container})
    given = {name: value for name, value in container.items() if value is not None}

    assert {"Image": "good", "Mode": "SingleModel", **given} == account.call("DescribeModel", ModelName="m")[
        "PrimaryContainer"
    ]


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (
            {"PrimaryContainer": {"Image": "gone:1"}},
            "ValidationException: Requested image gone:1 not found.",
        ),
        (
            {"PrimaryContainer": {"Image": "good", "ModelDataUrl": "s3://bucket/gone.tar.gz"}},
            "ValidationException: Could not find model data at s3://bucket/gone.tar.gz.",
        ),
        (
            {},
            "ValidationException: Either PrimaryContainer or Containers must be specified.",
        ),
        (
            {"PrimaryContainer": {"Image": "good"}, "Containers": PIPELINE},
            "ValidationException: PrimaryContainer and Containers cannot both be specified.",
        ),
        (
            {"Containers": [PIPELINE[0], {"Image": "good"}]},
            "ValidationException: If a ContainerHostname is given for one container, all must have one.",
        ),
        (
            {"Containers": [{"Image": "good"}] * 2, "InferenceExecutionConfig": {"Mode": "Direct"}},
            (
                "ValidationException: Containers, each with a ContainerHostname, must be specified for "
                "InferenceExecutionConfig.Mode Direct."
            ),
        ),
        (
            {"PrimaryContainer": {"Image": "good"}, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]},
            "ValidationException: Tag key a is used more than once.",
        ),
        (
            {"ModelName": "a-", "PrimaryContainer": {"Image": "good"}},
            (
                "ValidationException: 1 validation error detected: Value 'a-' at 'modelName' failed to satisfy "
                r"constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?"
            ),
        ),
        (
            {"PrimaryContainer": {"Image": "good", "Mode": "MultiModel"}},
            "NotImplemented: ContainerDefinition.Mode MultiModel is not emulated. Fix: host one of its models alone.",
        ),
        (
            {"PrimaryContainer": {"Image": "good", "ModelPackageName": "p"}},
            f"NotImplemented: ContainerDefinition.ModelPackageName is not emulated.{WHY}",
        ),
    ],
    ids=[
        *("no image", "no data", "nothing", "both", "some names", "direct without names", "tag twice", "name"),
        *("multi-model", "package"),
    ],
)
def test_model_is_refused(account: Any, request_: dict[str, Any], text: str) -> None:
    """What AWS would refuse is refused in its words; what we do not do is said in ours; nothing is kept."""
    assert text == account.refused("CreateModel", **{"ModelName": "m", **request_})
    assert {"Models": []} == account.call("ListModels")


def test_name_is_taken_once(account: Any) -> None:
    """The same name is refused, with the ARN."""
    account.model("Iris")

    assert f'ValidationException: Cannot create already existing model "{ARN}iris".' == account.refused(
        "CreateModel", ModelName="Iris", PrimaryContainer={"Image": "good"}
    )


def test_deleted_model_is_not_found(account: Any) -> None:
    """What was deleted is gone for all operations that name it."""
    account.model("Iris")
    account.call("DeleteModel", ModelName="Iris")

    assert [f'ValidationException: Could not find model "{ARN}iris".'] * 2 == [
        account.refused(operation, ModelName="Iris") for operation in ("DescribeModel", "DeleteModel")
    ]


def test_what_was_sent_can_change_later(account: Any) -> None:
    """A request that its sender changes afterwards, or an answer that is changed, does not touch what is kept."""
    container = {"Image": "good", "Environment": {"A": "1"}}
    account.call("CreateModel", ModelName="m", PrimaryContainer=container)
    container["Environment"]["A"] = "2"  # type: ignore[index]
    account.call("DescribeModel", ModelName="m")["PrimaryContainer"]["Environment"]["A"] = "3"

    assert {"A": "1"} == account.call("DescribeModel", ModelName="m")["PrimaryContainer"]["Environment"]


def names(answer: dict[str, Any]) -> list[str]:
    """The names in a page."""
    return [each["ModelName"] for each in answer["Models"]]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, ["c", "B", "a"]),
        ({"SortOrder": "Ascending"}, ["a", "B", "c"]),
        ({"SortBy": "Name", "SortOrder": "Ascending"}, ["B", "a", "c"]),
        ({"NameContains": "b"}, ["B"]),
        ({"CreationTimeAfter": START + timedelta(seconds=1)}, ["c", "B"]),
        ({"CreationTimeBefore": (START + timedelta(seconds=3)).timestamp()}, ["B", "a"]),
        ({"CreationTimeBefore": "2026-01-01T00:00:02Z"}, ["a"]),
        ({"MaxResults": 2}, ["c", "B"]),
    ],
    ids=["newest first", "oldest first", "by name", "part of a name", "after", "seconds", "text", "page"],
)
def test_models_are_listed(account: Any, request_: dict[str, Any], expected: list[str]) -> None:
    """Lists are filtered, sorted and cut; the newest comes first by default."""
    for name in ("a", "B", "c"):
        account.model(name)

    assert expected == names(account.call("ListModels", **request_))


@pytest.mark.parametrize("order", ["Ascending", "Descending"])
def test_pages_fit_together(account: Any, order: str) -> None:
    """Page after page gives everything once, ten at a time by default, also while models come and go."""
    for number in range(25):
        account.model(f"m{number:02}")
    seen: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        answer = account.call("ListModels", SortBy="Name", SortOrder=order, **token)
        seen.append(names(answer))
        if "NextToken" not in answer:
            break
        account.call("DeleteModel", ModelName=seen[-1][-1])
        token = {"NextToken": answer["NextToken"]}

    assert [10, 10, 5] == [len(each) for each in seen]
    everything = [name for each in seen for name in each]
    assert sorted(everything, reverse=order == "Descending") == everything


def test_time_that_is_none_is_refused(account: Any) -> None:
    """A filter by a time that cannot be read is refused."""
    assert (
        "ValidationException: 1 validation error detected: Value 'soon' at 'creationTimeAfter' failed to satisfy "
        "constraint: Member must be a timestamp"
    ) == account.refused("ListModels", CreationTimeAfter="soon")


@pytest.mark.parametrize("token", ["nonsense", "e30=", "WzEsMl0="], ids=["no base64", "no list", "no texts"])
def test_foreign_token_is_refused(account: Any, token: str) -> None:
    """A NextToken that no list gave is refused."""
    assert "ValidationException: Invalid NextToken." == account.refused("ListModels", NextToken=token)
