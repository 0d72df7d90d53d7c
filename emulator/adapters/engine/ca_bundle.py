"""The certificates that go into a base image, for builds behind a proxy that re-signs TLS."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.errors import UsageError

VARIABLES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
DEBIAN_PLACE = "etc/ssl/certs/ca-certificates.crt"
AUTO, NONE = "auto", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaBundle:
    """A file of certificates, read once."""

    path: Path
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash that goes into the recipe."""
        return hashlib.sha256(self.content).hexdigest()


def find_ca_bundle(wanted: str, environ: Mapping[str, str], *, root: Path = Path("/")) -> CaBundle | None:
    """The bundle to lay into images.

    Args:
        wanted: a path; ``none``; or ``auto`` for the file that PIP_CERT,
            SSL_CERT_FILE or REQUESTS_CA_BUNDLE names, else Debian's place.
        environ: the environment variables to go by.
        root: the directory under which Debian's place lies.

    Raises:
        UsageError: the file named cannot be read or holds no certificate.
    """
    if wanted == NONE:
        return None
    if wanted != AUTO:
        return _read(Path(wanted), "--ca-bundle")
    for variable in VARIABLES:
        # requests takes a directory too; images take a file
        if environ.get(variable) and not Path(environ[variable]).is_dir():
            return _read(Path(environ[variable]), variable)
    usual = root / DEBIAN_PLACE
    return _read(usual, "the system") if usual.exists() else None


def _read(path: Path, named_by: str) -> CaBundle:
    fix = f"correct {named_by}, or give --ca-bundle none to build without"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"The CA bundle {path} cannot be read.", why=f"{error.strerror}", fix=fix) from error
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise UsageError(f"The CA bundle {path} holds no certificate.", why="it is no PEM file", fix=fix)
    return CaBundle(path=path.absolute(), content=content)
