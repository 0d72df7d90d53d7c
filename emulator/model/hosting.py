"""What is hosted: containers with their model data, one alone or several in a row."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

from emulator import limits
from emulator.errors import ValidationException
from emulator.model.constraint import at_most, failure, map_failure, matching, refusal, require_length, require_pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose AWS the emulator pretends to be; appears in ARNs and messages only."""

    region: str = "us-east-1"
    account_id: str = "123456789012"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelData:
    """Where the files for ``/opt/ml/model`` come from.

    Attributes:
        uri: ``s3://bucket/key``, or an archive or folder on this machine; a folder is
            mounted as it is, whatever the two other members say.
        data_type: ``S3Object`` (one object) or ``S3Prefix`` (all below a prefix).
        compression: ``Gzip`` (a gzip tar that is extracted) or ``None`` (as it is).

    Source: API S3ModelDataSource; hosting contract 1.13, 1.18.
    """

    uri: str
    data_type: Literal["S3Object", "S3Prefix"] = "S3Object"
    compression: Literal["Gzip", "None"] = "Gzip"

    def __post_init__(self) -> None:
        require_length(self.uri, "modelDataUrl", limits.MODEL_DATA_URL_LENGTH)
        if self.compression == "Gzip" and self.data_type == "S3Prefix":
            raise ValidationException("CompressionType Gzip can only be used with S3DataType S3Object.")
        if self.on_s3 and self.data_type == "S3Prefix" and not self.uri.endswith("/"):
            raise ValidationException(f"The S3Uri {self.uri} of S3DataType S3Prefix must end with a forward slash.")

    @property
    def on_s3(self) -> bool:
        """Whether the files are in S3 rather than on this machine."""
        return self.uri.startswith("s3://")


@dataclass(frozen=True, slots=True)
class ContainerDefinition:
    """One container of a model, in the words of CreateModel.

    Attributes:
        image: a local image name, or an ECR URI.
        model_data_url: ``s3://…/model.tar.gz``, a local ``model.tar.gz``, or a folder
            (given by its path); None for an image that brings its model.
        model_data_source: the same said at length; excludes ``model_data_url``.
        environment: variables for the container; platform variables win over them.
        container_hostname: its name in messages and for direct invocation.

    Raises:
        ValidationException: a value breaks the limits of CreateModel (hosting
            contract 1.24, 1.29, 4.11).
    """

    image: str
    _: KW_ONLY
    model_data_url: str | os.PathLike[str] | None = None
    model_data_source: ModelData | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    container_hostname: str | None = None

    def __post_init__(self) -> None:
        require_length(self.image, "image", limits.IMAGE_LENGTH)
        require_pattern(self.image, "image", limits.IMAGE_PATTERN)
        if self.model_data_url is not None and self.model_data_source is not None:
            raise ValidationException("ModelDataUrl and ModelDataSource cannot both be specified.")
        if self.container_hostname is not None:
            _require_name(self.container_hostname, "containerHostname", limits.CONTAINER_HOSTNAME_PATTERN)
        object.__setattr__(self, "environment", dict(self.environment))
        _require_environment(self.environment)

    @property
    def model_data(self) -> ModelData | None:
        """Where the model comes from, however it was said; None for an image that brings it."""
        if self.model_data_url is None:
            return self.model_data_source
        return ModelData(uri=os.fspath(self.model_data_url))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What CreateModel takes: one container, or 2 to 15 in a row.

    Attributes:
        containers: in the order in which a request passes through them.
        enable_network_isolation: no route out of the containers.
        primary: whether it was given as PrimaryContainer (a name is then ignored).
        mode: ``Serial`` (a request passes through all containers) or ``Direct`` (each
            request names the one container it is for).

    Raises:
        ValidationException: too many or no containers, names given to some only or
            twice, no names in mode Direct, or more than 32 KB of environment (hosting
            contract 1.29, 4.1, 4.11, 4.12).
    """

    containers: tuple[ContainerDefinition, ...]
    enable_network_isolation: bool = False
    primary: bool = False
    mode: Literal["Serial", "Direct"] = "Serial"

    def __post_init__(self) -> None:
        count = len(self.containers)
        if not count:
            raise ValidationException("Either PrimaryContainer or Containers must be specified.")
        if count > limits.CONTAINERS:
            raise refusal(failure("containers", at_most(limits.CONTAINERS)))
        given = [each.container_hostname for each in self.containers if each.container_hostname is not None]
        if given and len(given) != count:
            raise ValidationException("If a ContainerHostname is given for one container, all must have one.")
        if self.mode == "Direct" and (self.primary or not given):
            raise ValidationException(
                "Containers, each with a ContainerHostname, must be specified for InferenceExecutionConfig.Mode Direct."
            )
        if len(set(given)) != len(given):
            twice = next(name for name in given if given.count(name) > 1)
            raise ValidationException(
                f"ContainerHostname {twice} is used by more than one container; it must be unique."
            )
        if sum(_environment_bytes(each.environment) for each in self.containers) > limits.ENVIRONMENT_BYTES:
            raise _environment_too_large("the containers of this model")

    def hostnames(self, *, single: str) -> tuple[str, ...]:
        """Names of the containers in messages: given, ``container-1`` to ``container-n``, ``single`` for a lone one."""
        if self.primary or (not self.several and self.containers[0].container_hostname is None):
            return (single,)
        return tuple(each.container_hostname or f"container-{n}" for n, each in enumerate(self.containers, start=1))

    @property
    def several(self) -> bool:
        """Whether containers share an instance, so that each needs a port of its own."""
        return len(self.containers) > 1

    @property
    def serial(self) -> bool:
        """Whether it is a pipeline of several containers."""
        return self.several and self.mode == "Serial"


def require_endpoint_name(name: str) -> None:
    """Refuse an endpoint name that CreateEndpoint would refuse.

    Raises:
        ValidationException: in AWS's words (hosting contract 6.1).
    """
    _require_name(name, "endpointName", limits.ENDPOINT_NAME_PATTERN)


def _require_name(name: str, member: str, pattern: str) -> None:
    require_length(name, member, limits.NAME_LENGTH)
    require_pattern(name, member, pattern)


def _require_environment(environment: Mapping[str, str]) -> None:
    if len(environment) > limits.ENVIRONMENT_ENTRIES:
        raise refusal(failure("environment", at_most(limits.ENVIRONMENT_ENTRIES)))
    for key, value in environment.items():
        if len(key) > limits.ENVIRONMENT_KEY_LENGTH:
            raise refusal(map_failure("environment", "keys", at_most(limits.ENVIRONMENT_KEY_LENGTH)))
        if not re.fullmatch(limits.ENVIRONMENT_KEY_PATTERN, key):
            raise refusal(map_failure("environment", "keys", matching(limits.ENVIRONMENT_KEY_PATTERN)))
        if len(value) > limits.ENVIRONMENT_VALUE_LENGTH:
            raise refusal(map_failure("environment", "values", at_most(limits.ENVIRONMENT_VALUE_LENGTH)))
    if _environment_bytes(environment) > limits.ENVIRONMENT_BYTES:
        raise _environment_too_large("a container")


def _environment_bytes(environment: Mapping[str, str]) -> int:
    return sum(len(key.encode()) + len(value.encode()) for key, value in environment.items())


def _environment_too_large(whose: str) -> ValidationException:
    return ValidationException(
        f"The total size of the keys and values of the Environment of {whose} must not exceed 32 KB."
    )
