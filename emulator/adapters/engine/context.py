"""The Docker CLI's contexts, read from its own files.

docker-py reads contexts too, but takes their directory from the environment
of the process; here the environment is an argument.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a context's engine listens; ``host`` is empty when ``trouble`` says why it is not known."""

    name: str
    host: str = ""
    cert_path: str = ""
    tls_verify: bool = False
    trouble: str = ""


def current_context(environ: Mapping[str, str]) -> str:
    """The context chosen with ``docker context use``; ``default`` when none was."""
    try:
        config = json.loads((config_directory(environ) / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return DEFAULT
    name = config.get("currentContext") if isinstance(config, dict) else None
    return name if isinstance(name, str) and name else DEFAULT


def read_context(name: str, environ: Mapping[str, str]) -> Context:
    """The context of that name, or one whose ``trouble`` tells why it cannot be used."""
    contexts = config_directory(environ) / "contexts"
    identity = hashlib.sha256(name.encode()).hexdigest()
    meta = contexts / "meta" / identity / "meta.json"
    try:
        endpoint = json.loads(meta.read_text("utf-8"))["Endpoints"]["docker"]
        host = str(endpoint["Host"])
    except FileNotFoundError:
        return Context(name=name, trouble=f"there is no context of this name ({meta} does not exist)")
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Context(name=name, trouble=f"{meta} cannot be read: {error!r}")
    certificates = contexts / "tls" / identity / "docker"
    if not certificates.is_dir():
        return Context(name=name, host=host)
    return Context(
        name=name, host=host, cert_path=str(certificates), tls_verify=not endpoint.get("SkipTLSVerify", False)
    )


def config_directory(environ: Mapping[str, str]) -> Path:
    """Where the Docker CLI keeps its files."""
    given = environ.get("DOCKER_CONFIG")
    return Path(given) if given else home(environ) / ".docker"


def home(environ: Mapping[str, str]) -> Path:
    """The user's home directory."""
    given = environ.get("HOME")
    return Path(given) if given else Path.home()
