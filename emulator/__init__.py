"""byoc-emulator: Amazon SageMaker hosting on this machine, for the images you bring.

>>> from emulator import endpoint
>>> with endpoint("my-image:dev", model_data_url="model.tar.gz") as ep:  # doctest: +SKIP
...     print(ep.invoke("1,2,3", content_type="text/csv").text)

The floors of this house; imports go down only, and ``tests/shape`` holds them to it::

    7  faces     cli | pytest_plugin | __init__         what people and programs touch
    6  wiring    settings, assemble, local, verdict,    reads the environment, picks the adapters
                 regression, difference, grid
    5  searches  compare | fuzz                         for what breaks, and for what has changed
    4  tools     contract | server | strategies         the rules, AWS's addresses, rows like the sample's
    3  halves    hosting | adapters | testing           the platform, the real world, the wooden world
    2  text      wire | render                          AWS's words and headers, reports
    1  meaning   model, ports                           values, and the doors to the world
    0  words     errors, limits                         what can go wrong, every number with its source
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.assemble import base_image, endpoint, session, stub_aws
    from emulator.errors import EmulatorError, EndpointFailed, ModelError, ServiceFault
    from emulator.local import local_aws, push
    from emulator.model.hosting import ContainerDefinition, Model, ModelData
    from emulator.model.message import Invocation, Reply, Trace
    from emulator.model.rules import HostingRules
    from emulator.sdk import no_blind_wait
    from emulator.settings import Settings

_HOMES = {
    "ContainerDefinition": "emulator.model.hosting",
    "EmulatorError": "emulator.errors",
    "EndpointFailed": "emulator.errors",
    "HostingRules": "emulator.model.rules",
    "Invocation": "emulator.model.message",
    "Model": "emulator.model.hosting",
    "ModelData": "emulator.model.hosting",
    "ModelError": "emulator.errors",
    "Reply": "emulator.model.message",
    "ServiceFault": "emulator.errors",
    "Settings": "emulator.settings",
    "Trace": "emulator.model.message",
    "base_image": "emulator.assemble",
    "endpoint": "emulator.assemble",
    "local_aws": "emulator.local",
    "no_blind_wait": "emulator.sdk",
    "push": "emulator.local",
    "session": "emulator.assemble",
    "stub_aws": "emulator.assemble",
}

__all__ = [
    "ContainerDefinition",
    "EmulatorError",
    "EndpointFailed",
    "HostingRules",
    "Invocation",
    "Model",
    "ModelData",
    "ModelError",
    "Reply",
    "ServiceFault",
    "Settings",
    "Trace",
    "base_image",
    "endpoint",
    "local_aws",
    "no_blind_wait",
    "push",
    "session",
    "stub_aws",
]


def __getattr__(name: str) -> Any:
    # Lazily, as importing the package must cost nothing where it is only installed.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
