"""S3 through boto3: model data from a bucket, real or stubbed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from emulator.ports import ModelDataMissing


class Bucket:
    """Reads objects of S3.

    Args:
        endpoint_url: address of an S3 that is not AWS's own; None is AWS.
        region: of the client.
        credentials: ``aws_access_key_id`` and so on; empty leaves it to boto3's own chain.
    """

    def __init__(
        self, *, endpoint_url: str | None, region: str, credentials: Mapping[str, str] | None = None
    ) -> None:
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url,
            region_name=region,
            config=Config(connect_timeout=5, retries={"total_max_attempts": 2}, s3={"addressing_style": "path"}),
            **dict(credentials or {}),
        )

    def download(self, bucket: str, key: str, target: Path) -> None:
        """Write one object to ``target``.

        Raises:
            ModelDataMissing: it does not exist, or may not be read.
        """
        try:
            self._client.download_file(bucket, key, str(target))
        except (ClientError, BotoCoreError) as refused:
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
        except (ClientError, BotoCoreError) as refused:
            raise ModelDataMissing(f"s3://{bucket}/{prefix}: {refused}") from refused
