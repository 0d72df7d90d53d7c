"""The Docker CLI's contexts, from files as it writes them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from emulator.adapters.engine.context import current_context, read_context


def write_context(config: Path, name: str, endpoint: dict[str, object], *, tls: bool = False) -> Path:
    """A context's files; answers where its certificates lie."""
    identity = hashlib.sha256(name.encode()).hexdigest()
    meta = config / "contexts/meta" / identity / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}))
    certificates = config / "contexts/tls" / identity / "docker"
    if tls:
        certificates.mkdir(parents=True)
    return certificates


def test_current_context_is_the_one_in_use(tmp_path: Path) -> None:
    """The context chosen with `docker context use` is read from DOCKER_CONFIG."""
    (tmp_path / "config.json").write_text('{"currentContext": "far"}')

    assert "far" == current_context({"DOCKER_CONFIG": str(tmp_path)})


def test_unreadable_configuration_means_default(tmp_path: Path) -> None:
    """Without a usable configuration file the context is the default one."""
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text("not json")

    assert "default" == current_context({"HOME": str(tmp_path)})


def test_context_with_certificates_uses_tls(tmp_path: Path) -> None:
    """A context's certificates are used and the engine is verified unless it says otherwise."""
    certificates = write_context(tmp_path, "far", {"Host": "tcp://10.0.0.1:2376", "SkipTLSVerify": False}, tls=True)

    context = read_context("far", {"DOCKER_CONFIG": str(tmp_path)})

    assert ("tcp://10.0.0.1:2376", str(certificates), True) == (context.host, context.cert_path, context.tls_verify)


def test_unknown_context_says_so(tmp_path: Path) -> None:
    """A context that does not exist is told by its missing file."""
    assert "no context of this name" in read_context("far", {"HOME": str(tmp_path)}).trouble


def test_broken_context_says_so(tmp_path: Path) -> None:
    """A context without a Docker endpoint cannot be read."""
    identity = hashlib.sha256(b"far").hexdigest()
    meta = tmp_path / "contexts/meta" / identity / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text('{"Endpoints": {}}')

    assert "cannot be read" in read_context("far", {"DOCKER_CONFIG": str(tmp_path)}).trouble
