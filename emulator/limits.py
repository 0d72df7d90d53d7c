"""Every number and fixed word the hosting platform promises, each with its source.

Graded as in the hosting contract the project follows: *documented* by AWS, seen
in AWS-owned *code*, *observed* in a real log, *inferred*, or *unknown* (then the
value is our stated default and :class:`emulator.model.rules.HostingRules` can
change it). DG is the SageMaker Developer Guide, API its reference, BC botocore's
``sagemaker`` model, BCR botocore's ``sagemaker-runtime`` model.
"""

from __future__ import annotations

from typing import Final

MEBIBYTE: Final = 1024 * 1024

# -- starting a container ---------------------------------------------------

SERVE: Final = "serve"
"""Replaces CMD: ``docker run IMAGE serve``. Documented: DG your-algorithms-inference-code."""

TRAIN: Final = "train"
"""The same for training jobs. Documented: DG your-algorithms-training-algo-dockerfile."""

PORT: Final = 8080
"""Where a single container listens. Documented: DG your-algorithms-inference-code."""

CHANNELS: Final = "/opt/ml/input/data"
"""Training data, a folder for each channel. Documented: DG your-algorithms-training-algo-running-container."""

TRAINING_CONFIG: Final = "/opt/ml/input/config"
"""Holds hyperparameters.json. Documented: DG your-algorithms-training-algo-running-container."""

MODEL_DIR: Final = "/opt/ml/model"
"""Where the model data is mounted, read-only. Documented: DG your-algorithms-inference-code."""

STOP_SECONDS: Final = 30.0
"""From SIGTERM to SIGKILL. Documented: DG your-algorithms-inference-code."""

SHARED_MEMORY_SHARE: Final = 0.5
"""/dev/shm may take this share of the instance's memory. Documented: DG triton."""

HOST_HEADER: Final = "model.aws.local:8080"
"""The Host a container is asked for. Observed: ping and invocation logs, 2019 to 2022."""

HOSTNAME: Final = "model.aws.local"
"""The container's own host name. Observed: environment dump of a real container, pytorch/serve#1028."""

USER_AGENT: Final = "AHC/2.0"
"""The platform's client. Observed: access logs of real containers, 2019 to 2022."""

# -- several containers on one instance ---------------------------------------

CONTAINERS: Final = 15
"""Most containers in one pipeline. BC: ContainerDefinitionList max; documented: DG inference-pipelines."""

BIND_TO_PORT: Final = "SAGEMAKER_BIND_TO_PORT"
"""Names the port a container of a pipeline must listen on. Documented: DG multi-container-troubleshooting."""

SAFE_PORT_RANGE: Final = "SAGEMAKER_SAFE_PORT_RANGE"
"""Names the ports a container may use besides. Documented: DG multi-container-troubleshooting."""

BIND_TO_PORT_LABEL: Final = "com.amazonaws.sagemaker.capabilities.accept-bind-to-port"
"""The image label that promises it. Documented: DG multi-container-troubleshooting."""

FIRST_BIND_PORT: Final = 24001
"""Ours: the first container of a pipeline listens here, the next on the next port. Real numbers unknown."""

FIRST_SAFE_PORT: Final = 25000
"""Start of the first safe range. Observed: ``25000-25999`` in 2021, pytorch/serve#1028."""

SAFE_PORTS: Final = 500
"""Ours: ports per container, so that 15 disjoint ranges end below the ephemeral ports (32768)."""

# -- environment ---------------------------------------------------------------

ENVIRONMENT_ENTRIES: Final = 100
"""BC: EnvironmentMap max; the 16 of older texts is outdated."""

ENVIRONMENT_KEY_LENGTH: Final = 1024
"""Characters. BC: EnvironmentKey max."""

ENVIRONMENT_VALUE_LENGTH: Final = 1024
"""Characters. BC: EnvironmentValue max."""

ENVIRONMENT_BYTES: Final = 32 * 1024
"""Keys and values together, per container and per CreateModel. Documented: API ContainerDefinition."""

ENVIRONMENT_KEY_PATTERN: Final = "[a-zA-Z_][a-zA-Z0-9_]*"
"""BC: EnvironmentKey pattern."""

# -- names -----------------------------------------------------------------------

NAME_LENGTH: Final = 63
"""Characters of a ContainerHostname, EndpointName, VariantName. BC: their max."""

IMAGE_LENGTH: Final = 255
"""Characters. BC: ContainerImage max."""

IMAGE_PATTERN: Final = r"[\S]+"
"""BC: ContainerImage pattern."""

IMAGE_BYTES: Final = 10_737_418_240
"""Largest image of a serverless endpoint, unpacked. Documented: DG serverless-endpoints; observed: a FailureReason."""

MANIFEST_MEDIA_TYPE: Final = "application/vnd.docker.distribution.manifest.v2+json"
"""The kind of manifest that CreateModel takes. Observed: refusals of others, 2025; whether they go on is unknown."""

CONTAINER_HOSTNAME_PATTERN: Final = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
"""BC: ContainerHostname pattern."""

ENDPOINT_NAME_PATTERN: Final = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
"""BC: EndpointName pattern."""

FAILURE_REASON_LENGTH: Final = 1024
"""Characters. BC: FailureReason max."""

TAGS: Final = 50
"""On one resource. BC: TagList max; that it holds for all calls together is documented: API Tag."""

MAX_RESULTS: Final = 10
"""Entries of a list where the request names no number. Documented: API ListEndpoints."""

PRODUCTION_VARIANT: Final = "AllTraffic"
"""The variant name the SDK gives, and ours where the caller names none. Code: sagemaker-python-sdk."""

# -- model data --------------------------------------------------------------------

MODEL_DATA_URL_LENGTH: Final = 1024
"""Characters. BC: Url max and S3ModelUri max."""

ARCHIVE_SUFFIX: Final = ".tar.gz"
"""What ModelDataUrl must end in, otherwise it is not downloaded. Documented: DG deploy-model-troubleshoot."""

SERVERLESS_DISK_BYTES: Final = 5 * 1024 * MEBIBYTE
"""The whole disk of a serverless endpoint. Documented: DG serverless-endpoints."""

VOLUME_BYTES: Final = 30 * 1024 * MEBIBYTE
"""An instance's volume where VolumeSizeInGB asks for no other. Documented: DG batch-transform; inferred: endpoints."""

FILE_NAME_BYTES: Final = 255
"""Longest name an object of an uncompressed source may yield. Documented: API S3ModelDataSource."""

# -- ping ----------------------------------------------------------------------------

PING: Final = "/ping"
"""Documented: DG your-algorithms-inference-code."""

PING_SECONDS: Final = 2.0
"""One attempt answered later counts as none. Documented: DG your-algorithms-inference-code."""

PING_INTERVAL_SECONDS: Final = 5.0
"""Between pings of a container in service. Observed: exact timestamps, 2019 to 2022."""

STARTUP_SECONDS: Final = 480.0
"""Window for the first 200. Documented: DG your-algorithms-inference-code (240 until 2023)."""

STARTUP_SECONDS_MIN: Final = 60.0
"""BC: ProductionVariantContainerStartupHealthCheckTimeoutInSeconds min."""

STARTUP_SECONDS_MAX: Final = 3600.0
"""BC: ProductionVariantContainerStartupHealthCheckTimeoutInSeconds max."""

SERVERLESS_STARTUP_SECONDS: Final = 180.0
"""Window for the model's download and the first 200 of a serverless endpoint. Documented: DG serverless-endpoints."""

# -- invocations -----------------------------------------------------------------------

INVOCATIONS: Final = "/invocations"
"""Documented: DG your-algorithms-inference-code."""

ACCEPT_CONNECTION_SECONDS: Final = 0.25
"""A container must accept the connection in this time. Documented: DG your-algorithms-inference-code."""

INVOCATION_SECONDS: Final = 60.0
"""For the reply, over the whole chain. Documented: DG your-algorithms-inference-code; chain scope inferred."""

STREAM_SECONDS: Final = 480.0
"""For a streamed reply, to its end. Documented: DG your-algorithms-inference-code."""

PAYLOAD_BYTES: Final = 6_291_456
"""Request and reply, each. BCR: BodyBlob max; the 25 MB of a newer FAQ page is a setting."""

SERVERLESS_PAYLOAD_BYTES: Final = 4 * MEBIBYTE
"""The same of a serverless endpoint. Documented: DG serverless-endpoints."""

PAYLOAD_BETWEEN_BYTES: Final = 5 * MEBIBYTE
"""From one container of a pipeline to the next. Documented: DG inference-pipeline-troubleshoot."""

ORIGINAL_MESSAGE_LENGTH: Final = 2048
"""Characters of OriginalMessage and Message. BCR: shape max; the real cut is unknown."""

HEADER_LENGTH: Final = 1024
"""Characters of Content-Type, Accept and custom attributes. BCR: Header and CustomAttributesHeader max."""

# -- multi-model endpoints ---------------------------------------------------------------------

MULTI_MODEL_LABEL: Final = "com.amazonaws.sagemaker.capabilities.multi-models"
"""The image label that promises it. Documented: DG build-multi-model-build-container."""

MULTI_MODEL: Final = "SAGEMAKER_MULTI_MODEL"
"""``true`` in a container that is to load many models. Documented: DG build-multi-model-build-container."""

MODELS: Final = "/models"
"""Where such a container lists, loads and unloads them. Documented: DG mms-container-apis."""

# -- the gateway's own ------------------------------------------------------------------------

REQUEST_HEAD_BYTES: Final = 65_536
"""Ours: request line and headers together; AWS's own limit is unknown."""

REQUEST_HEAD_SECONDS: Final = 20.0
"""Ours: for a request's headers to arrive; AWS's own limit is unknown."""

REQUEST_BODY_SECONDS: Final = 60.0
"""Ours: for a request's body to arrive; AWS's own limit is unknown."""

KEEP_ALIVE_SECONDS: Final = 75
"""Ours: a client may leave its connection idle for so long; more than boto3 pools and nginx do."""
