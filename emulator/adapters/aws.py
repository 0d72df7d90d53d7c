"""AWS, real or stubbed, through boto3: clients, and model data from S3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from emulator.ports import ModelDataMissing

REFUSED = (ClientError, BotoCoreError)
"""What a client raises when AWS, or its stand-in, says no or cannot be reached."""


def connect(
    service: str,
    *,
    endpoint_url: str | None,
    region: str | None,
    credentials: Mapping[str, str] | None = None,
    read_seconds: float = 60.0,
) -> Any:
    """A boto3 client that gives up soon.

    Args:
        service: ``s3``, ``ecr``, ``logs`` …
        endpoint_url: address of a stand-in; None is AWS.
        region: of the client; None leaves it to boto3's own chain.
        credentials: ``aws_access_key_id`` and so on; empty leaves it to boto3's own chain.
        read_seconds: so long it waits for an answer, or for more of it.
    """
    config = Config(
        connect_timeout=5,
        read_timeout=read_seconds,
        retries={"total_max_attempts": 2},
        s3={"addressing_style": "path"},
    )
    return boto3.session.Session().client(
        service, endpoint_url=endpoint_url, region_name=region, config=config, **dict(credentials or {})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAws:
    """A stand-in for AWS that is up: where it is, and how a program gets there.

    Attributes:
        url: its address, for ``AWS_ENDPOINT_URL``.
        region: of clients; it answers for all.
    """

    url: str
    region: str

    @property
    def environment(self) -> dict[str, str]:
        """All that an SDK needs to find it; the credentials are dummies, as any will do."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "byoc",
            "AWS_SECRET_ACCESS_KEY": "byoc",
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self, service: str) -> Any:
        """A boto3 client of it: ``sagemaker``, ``sagemaker-runtime``, ``s3`` and so on."""
        credentials = {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc"}
        return connect(service, endpoint_url=self.url, region=self.region, credentials=credentials)


class Bucket:
    """Reads objects of S3; takes what :func:`connect` takes."""

    def __init__(self, *, endpoint_url: str | None, region: str, credentials: Mapping[str, str] | None = None) -> None:
        self._client = connect("s3", endpoint_url=endpoint_url, region=region, credentials=credentials)

    def download(self, bucket: str, key: str, target: Path) -> None:
        """Write one object to ``target``.

        Raises:
            ModelDataMissing: it does not exist, or may not be read.
        """
        try:
            self._client.download_file(bucket, key, str(target))
        except REFUSED as refused:
            raise ModelDataMissing(f"s3://{bucket}/{key}: {refused}") from refused

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        """The keys below a prefix, in S3's order.

        Raises:
            ModelDataMissing: the bucket does not exist, or may not be listed.
        """
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for entry in page.get("Contents", ()):
                    yield entry["Key"]
        except REFUSED as refused:
            raise ModelDataMissing(f"s3://{bucket}/{prefix}: {refused}") from refused
