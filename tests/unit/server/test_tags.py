"""AddTags, ListTags, DeleteTags."""

from __future__ import annotations

from typing import Any

import pytest

ARN = "arn:aws:sagemaker:us-east-1:123456789012:model/model"


def pairs(**tags: str) -> list[dict[str, str]]:
    """Tags in AWS's words."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.fixture
def tagged(account: Any) -> Any:
    """An account with a model that has a tag."""
    account.model(Tags=pairs(team="a"))
    return account


def test_tags_of_a_new_resource_are_listed(tagged: Any) -> None:
    """Tags given at creation are the resource's first."""
    assert {"Tags": pairs(team="a")} == tagged.call("ListTags", ResourceArn=ARN)


def test_tags_are_added_over_old_ones(tagged: Any) -> None:
    """A tag of the same key is replaced; the answer is all there are."""
    assert {"Tags": pairs(team="b", stage="dev")} == tagged.call(
        "AddTags", ResourceArn=ARN, Tags=pairs(team="b", stage="dev")
    )


def test_tags_are_deleted(tagged: Any) -> None:
    """Named keys go; keys that are not there are passed over."""
    tagged.call("AddTags", ResourceArn=ARN, Tags=pairs(stage="dev"))
    tagged.call("DeleteTags", ResourceArn=ARN, TagKeys=["team", "other"])

    assert {"Tags": pairs(stage="dev")} == tagged.call("ListTags", ResourceArn=ARN)


def test_configs_and_endpoints_have_tags_too(tagged: Any) -> None:
    """Every kind of resource can be tagged, under its ARN."""
    tagged.config(Tags=pairs(a="1"))
    tagged.endpoint(Tags=pairs(b="2"))
    base = ARN.removesuffix("model/model")

    assert [pairs(a="1"), pairs(b="2")] == [
        tagged.call("ListTags", ResourceArn=base + name)["Tags"] for name in ("endpoint-config/config", "endpoint/ep")
    ]


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        (pairs(**{f"k{n}": "" for n in range(50)}), "A resource can have 50 tags at most, not 51."),
        (pairs(**{"aws:x": "1"}), "Tag key aws:x begins with aws:, which is reserved."),
        (pairs(a="1") * 2, "Tag key a is used more than once."),
        (
            pairs(**{"": "1"}),
            (
                "1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: "
                "Member must have length greater than or equal to 1"
            ),
        ),
    ],
    ids=["too many", "reserved", "twice", "empty"],
)
def test_tags_are_refused(tagged: Any, tags: list[dict[str, str]], text: str) -> None:
    """Tags that a resource cannot have are refused, and none of them is kept."""
    assert f"ValidationException: {text}" == tagged.refused("AddTags", ResourceArn=ARN, Tags=tags)
    assert {"Tags": pairs(team="a")} == tagged.call("ListTags", ResourceArn=ARN)


def test_unknown_resource_is_not_found(tagged: Any) -> None:
    """What does not exist has no tags."""
    gone = f"{ARN}-gone"

    assert [f'ValidationException: Could not find resource "{gone}".'] * 3 == [
        tagged.refused("ListTags", ResourceArn=gone),
        tagged.refused("AddTags", ResourceArn=gone, Tags=pairs(a="1")),
        tagged.refused("DeleteTags", ResourceArn=gone, TagKeys=["a"]),
    ]
