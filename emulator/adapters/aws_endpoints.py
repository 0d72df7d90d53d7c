"""Endpoints that run elsewhere, on AWS or behind an emulator's address, through boto3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, NoReturn

from botocore import exceptions
from botocore.parsers import ResponseParserError

from emulator import limits
from emulator.adapters.aws import REFUSED, connect
from emulator.errors import ModelError, Problem, ServiceFault, UsageError
from emulator.model.message import Invocation, Reply
from emulator.model.recording import Stage
from emulator.ports.endpoints import EndpointClient
from emulator.wire.log_stream import log_group

READ_SECONDS: Final = 70.0
"""A container has 60 (hosting contract 3.3), and AWS is to say that they are over, not this client."""

NO_CREDENTIALS: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Codes that say who asks, not what. Source: API Reference, Common Error Types."""

UNREACHABLE: Final = (
    exceptions.HTTPClientError,  # refused, timed out, no TLS, no proxy
    exceptions.ConnectionError,
    exceptions.UnknownEndpointError,
)


class AwsEndpoints:
    """Invokes and describes endpoints.

    Args:
        endpoint_url: address of an emulator; None is AWS.
        region: None leaves it to boto3's own chain.
        credentials: as for :func:`emulator.adapters.aws.connect`; empty leaves them to boto3's own chain.
    """

    def __init__(
        self, *, endpoint_url: str | None, region: str | None, credentials: Mapping[str, str] | None = None
    ) -> None:
        self._url, self._region, self._credentials = endpoint_url, region, credentials

    def invoke(self, endpoint: str, invocation: Invocation) -> Reply:
        """InvokeEndpoint.

        Raises:
            ModelError: a container failed.
            UsageError: no such endpoint, no usable credentials, or nothing answers at that address.
            ServiceFault: AWS refuses the request otherwise.
        """
        given = {
            "ContentType": invocation.content_type,
            "Accept": invocation.accept,
            "CustomAttributes": invocation.custom_attributes,
            "InferenceId": invocation.inference_id,
            "SessionId": invocation.session_id,
        }
        with self._refusals(endpoint):
            answer = self._runtime.invoke_endpoint(
                EndpointName=endpoint,
                Body=invocation.body,
                **{name: value for name, value in given.items() if value is not None},
            )
            return Reply(
                body=answer["Body"].read(),
                content_type=answer.get("ContentType") or None,
                invoked_production_variant=answer.get("InvokedProductionVariant", ""),
                custom_attributes=answer.get("CustomAttributes"),
                new_session_id=answer.get("NewSessionId"),
                closed_session_id=answer.get("ClosedSessionId"),
            )

    def stages(self, endpoint: str) -> tuple[Stage, ...]:
        """The containers of its first variant, from three Describe calls; empty where one of them is refused."""
        try:
            described = self._control.describe_endpoint(EndpointName=endpoint)
            config = self._control.describe_endpoint_config(EndpointConfigName=described["EndpointConfigName"])
            model = self._control.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
            containers = model.get("Containers") or [model["PrimaryContainer"]]
            deployed = described["ProductionVariants"][0].get("DeployedImages") or ()
        except (
            *REFUSED,
            ResponseParserError,
            KeyError,
            IndexError,
            UsageError,
        ):  # an inference component has no model in its variant
            return ()
        digests = {each.get("SpecifiedImage", ""): _digest(each.get("ResolvedImage", "")) for each in deployed}
        return tuple(
            Stage(
                name=each.get("ContainerHostname") or (f"container-{number}" if "Containers" in model else "primary"),
                image=each.get("Image", ""),
                image_id=digests.get(each.get("Image", ""), ""),
            )
            for number, each in enumerate(containers, start=1)
        )

    def log(self, endpoint: str) -> Mapping[str, Sequence[str]]:
        """The first lines of its newest log streams, by container; a lone one is called ``""``."""
        lines: dict[str, list[str]] = {}
        try:
            logs, group = self._client("logs"), log_group(endpoint)
            streams = logs.describe_log_streams(
                logGroupName=group, orderBy="LastEventTime", descending=True, limit=limits.CONTAINERS
            )["logStreams"]
            for each in streams:
                stream = each["logStreamName"]
                page = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
                container = "".join(stream.split("/")[2:3])  # VARIANT/INSTANCE, or VARIANT/INSTANCE/CONTAINER
                lines.setdefault(container, []).extend(event["message"] for event in page["events"])
        except (*REFUSED, ResponseParserError, KeyError, UsageError):
            return {}
        return lines

    @cached_property
    def _runtime(self) -> Any:
        return self._client("sagemaker-runtime")

    @cached_property
    def _control(self) -> Any:
        return self._client("sagemaker")

    def _client(self, service: str) -> Any:
        try:
            return connect(
                service,
                endpoint_url=self._url,
                region=self._region,
                credentials=self._credentials,
                read_seconds=READ_SECONDS,
            )
        except (exceptions.BotoCoreError, ValueError) as refused:  # ValueError: an address that is none
            raise self._usage("AWS cannot be asked.", refused) from refused

    @contextmanager
    def _refusals(self, endpoint: str) -> Iterator[None]:
        """Turn botocore's exceptions into ours."""
        where = self._url or f"AWS, region {self._region or 'of your configuration'}"
        try:
            yield
        except exceptions.ClientError as refused:
            _refuse(refused, endpoint=endpoint, where=where)
        except UNREACHABLE as refused:
            raise UsageError(
                f"{where} does not answer.",
                why=str(refused),
                fix="correct --endpoint-url, AWS_ENDPOINT_URL or --region, or start it: byoc serve",
            ) from refused
        except ResponseParserError as refused:
            raise _no_aws(where, str(refused)) from refused
        except exceptions.BotoCoreError as refused:
            raise self._usage(f"{endpoint} cannot be invoked.", refused) from refused

    @staticmethod
    def _usage(what: str, refused: Exception) -> UsageError:
        fix = "give --region, or set AWS_REGION" if isinstance(refused, exceptions.NoRegionError) else ""
        if isinstance(refused, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
            fix = "log in (aws configure, aws sso login), or give --endpoint-url for an emulator's endpoint"
        return UsageError(what, why=str(refused), fix=fix or "see aws configure list")


def _refuse(refused: exceptions.ClientError, *, endpoint: str, where: str) -> NoReturn:
    answer = refused.response
    code, message = answer["Error"].get("Code", ""), answer["Error"].get("Message", "")
    if code == "ModelError":
        raise _model_error(answer, message) from refused
    if code in NO_CREDENTIALS:
        fix = "log in as somebody who may call sagemaker:InvokeEndpoint"
        raise UsageError(f"{where} does not let you invoke {endpoint}.", why=f"{code}: {message}", fix=fix) from refused
    if code in {"ValidationError", "ValidationException"} and "not found" in message:
        fix = "see aws sagemaker list-endpoints"
        raise UsageError(f"There is no endpoint {endpoint} at {where}.", why=message, fix=fix) from refused
    if code.isdigit():  # botocore's stand-in for the code that the answer has not
        raise _no_aws(where, f"it answers {code} {message}") from refused
    raise _fault(answer, code, message) from refused


def _no_aws(where: str, why: str) -> UsageError:
    fix = "correct --endpoint-url or AWS_ENDPOINT_URL"
    return UsageError(f"{where} does not answer as SageMaker does.", why=why, fix=fix)


def _model_error(answer: Mapping[str, Any], message: str) -> Problem:
    status = answer.get("OriginalStatusCode", 0)
    return ModelError(
        message,
        error_code="CLIENT_ERROR_FROM_MODEL" if 400 <= status < 500 else "INTERNAL_FAILURE_FROM_MODEL",
        original_status_code=status,
        original_message=answer.get("OriginalMessage", ""),
        log_stream_arn=answer.get("LogStreamArn", ""),
        container="",
    )


def _fault(answer: Mapping[str, Any], code: str, message: str) -> ServiceFault:
    fault = ServiceFault(message or "AWS refused the request without a word.")
    fault.code = code or ServiceFault.code
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status in {each.value for each in HTTPStatus}:
        fault.http_status = HTTPStatus(status)
    return fault


def _digest(resolved: str) -> str:
    """Of ``REPOSITORY@sha256:…``; empty for another address."""
    return resolved.partition("@")[2]


_fits: type[EndpointClient] = AwsEndpoints
