"""What a base image is made of, and the hash by which an existing one is recognised."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from emulator.errors import UsageError

Mode = Literal["auto", "pull", "bootstrap"]
Origin = Literal["pulled", "bootstrapped"]

REPOSITORY = "byoc-base"
LAYOUT = 1
"""Counted up when the way images are made changes, so that existing ones are made anew."""

RECIPE_LABEL = "byoc.base.recipe"
ORIGIN_LABEL = "byoc.base.origin"
REFERENCE_LABEL = "byoc.base.reference"
CA_PATH = "/etc/ssl/certs/ca-certificates.crt"
CA_VARIABLES = ("PIP_CERT", "SSL_CERT_FILE")
ADDED_CA_PATH = "/usr/local/share/ca-certificates/byoc-host.crt"
"""A second copy: `update-ca-certificates` writes CA_PATH anew from what lies here."""

SUITE_PYTHON: Mapping[str, str] = {"bullseye": "3.9", "bookworm": "3.11", "trixie": "3.13"}
"""The python3 of each Debian release, from its release notes; a bootstrap checks it again in the image."""

_REFERENCE = re.compile(r"debian:(?P<suite>[a-z]+)(-slim)?|python:(?P<python>\d+\.\d+)(-slim)?-(?P<py_suite>[a-z]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A public image name we know how to make.

    Attributes:
        name: as it was given, and as a registry knows it.
        suite: the Debian release.
        python: the Python version asked for; empty for plain Debian.
    """

    name: str
    suite: str
    python: str = ""

    @property
    def packages(self) -> tuple[str, ...]:
        """What a bootstrap adds to the smallest Debian."""
        return ("python3", "python3-venv") if self.python else ()

    def tag(self, repository: str = REPOSITORY) -> str:
        """The local name of the result."""
        return f"{repository}/python:{self.python}-{self.suite}" if self.python else f"{repository}/debian:{self.suite}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides what is in the image; equal recipes make equal images."""

    origin: Origin
    reference: str
    ca_sha256: str
    packages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    apt_options: tuple[str, ...] = ()
    layout: int = LAYOUT

    @property
    def digest(self) -> str:
        """The hash kept in the image's label."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    @property
    def labels(self) -> dict[str, str]:
        """What is written on the image."""
        return {RECIPE_LABEL: self.digest, ORIGIN_LABEL: self.origin, REFERENCE_LABEL: self.reference}

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the image: where pip and OpenSSL find the bundle, if there is one."""
        return dict.fromkeys(CA_VARIABLES, CA_PATH) if self.ca_sha256 else {}

    @property
    def instructions(self) -> tuple[str, ...]:
        """Environment and labels as Dockerfile lines, one of each kind: every line is a layer."""
        kinds = (("ENV", self.variables), ("LABEL", self.labels))
        return tuple(
            f"{kind} " + " ".join(f"{name}={json.dumps(value)}" for name, value in pairs.items())
            for kind, pairs in kinds
            if pairs
        )


def parse_reference(text: str) -> Reference:
    """The reference of that name.

    Raises:
        UsageError: it is not one of the names a base image can be made for.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise UsageError(
            f"{text!r} is not a base image that can be made here.",
            why="known are debian:SUITE, debian:SUITE-slim, python:X.Y-SUITE and python:X.Y-slim-SUITE",
            fix="give such a name with a Debian release, for example python:3.11-slim-bookworm",
        )
    return Reference(name=text, suite=match["suite"] or match["py_suite"], python=match["python"] or "")
