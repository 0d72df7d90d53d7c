"""A container engine that answered, and the places that did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EngineKind = Literal["docker", "podman"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One place looked at, and why it did not serve.

    Attributes:
        where: how the place came to be looked at (``DOCKER_HOST``, ``Podman (rootless)`` …).
        url: the address that was asked; empty when the place names none.
        outcome: the reason in the reader's words.
    """

    where: str
    url: str
    outcome: str

    def __str__(self) -> str:
        return f"{self.where} {self.url}: {self.outcome}" if self.url else f"{self.where}: {self.outcome}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A Docker-compatible engine that answered.

    Attributes:
        url: its address, as ``DOCKER_HOST`` would carry it.
        found_by: the place it was found at.
        kind: whose engine it is.
        version: the engine's own version.
        api_version: the newest Docker API version it speaks.
        rootless: it runs without root's rights.
        local: ports it publishes are reachable on this machine's loopback.
        cert_path: directory with ca.pem, cert.pem and key.pem; empty without TLS.
        tls_verify: the engine's certificate is checked against ca.pem.
        passed_over: places looked at before this one, which did not serve.
    """

    url: str
    found_by: str
    kind: EngineKind
    version: str
    api_version: str
    rootless: bool
    local: bool
    cert_path: str = ""
    tls_verify: bool = False
    passed_over: tuple[Attempt, ...] = ()
