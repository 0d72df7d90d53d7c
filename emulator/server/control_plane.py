"""The control plane of SageMaker hosting, without sockets: an operation's name and request to its result."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from emulator.errors import EmulatorError, NotEmulated, ServiceFault, UnknownOperation, UsageError
from emulator.hosting.registry import Registry
from emulator.server.operations import OPERATIONS
from emulator.server.refusal import BadRequest
from emulator.wire.service_model import require_input, service_model, without_nulls

SERVICE: Final = "sagemaker"


class ControlPlane:
    """Answers operations on one account; safe to use from many threads.

    Attributes:
        registry: the account, for the runtime to invoke.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The result of an operation: set members only, times as aware datetimes.

        Args:
            operation: as botocore spells it, such as ``CreateModel``.
            request: AWS's members; None counts as left out, times may be seconds since 1970.

        Raises:
            ServiceFault: the answer is an error; always one of this family.
        """
        if operation not in service_model(SERVICE).operation_names:
            raise UnknownOperation(f"The operation {operation} is not known.")
        if operation not in OPERATIONS:
            raise NotEmulated(
                f"byoc-emulator does not emulate {operation}.",
                why="it hosts models, and does nothing else of SageMaker",
                fix=f"it answers {', '.join(OPERATIONS)}",
            )
        try:
            # Whoever sent it may change it later; what is kept here may not.
            given = deepcopy(without_nulls(request))
            require_input(SERVICE, operation, given)
        except RecursionError as deep:
            raise BadRequest("SerializationException", "The request is nested too deeply.") from deep
        try:
            return deepcopy(OPERATIONS[operation](self.registry, given))
        except UsageError as unable:
            raise NotEmulated(unable.what, why=unable.why, fix=unable.fix) from unable
        except EmulatorError as broken:
            raise ServiceFault(broken.what, why=broken.why, fix=broken.fix) from broken

    def wait_for_change(self, endpoint_name: str, seconds: float) -> bool:
        """Wait until a busy endpoint has another status or is gone, at most so long; whether it has come to rest."""
        endpoint = self.registry.endpoints.find(endpoint_name)
        return endpoint is None or endpoint.wait_for_change(seconds)
