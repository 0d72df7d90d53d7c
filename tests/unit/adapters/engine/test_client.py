"""How clients reach the engine that was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import docker

from emulator.adapters.engine.client import connect, docker_environment
from emulator.model.engine import Engine

ENGINE = Engine(
    url="tcp://10.0.0.1:2376",
    found_by="DOCKER_HOST",
    kind="docker",
    version="20.10.24",
    api_version="1.41",
    rootless=False,
    local=False,
)


def test_environment_names_the_engine() -> None:
    """Without TLS the address is all a client needs."""
    assert {"DOCKER_HOST": "tcp://10.0.0.1:2376"} == docker_environment(ENGINE)


def test_environment_carries_tls() -> None:
    """Certificates and their verification are passed on."""
    engine = replace(ENGINE, cert_path="/certificates", tls_verify=True)

    assert {
        "DOCKER_HOST": "tcp://10.0.0.1:2376",
        "DOCKER_CERT_PATH": "/certificates",
        "DOCKER_TLS_VERIFY": "1",
    } == docker_environment(engine)


def test_docker_py_takes_the_environment(wooden_engine: Callable[..., Any]) -> None:
    """docker-py reaches the engine by this environment alone, whatever the process's own says."""
    wooden = wooden_engine()

    client = docker.from_env(environment=docker_environment(wooden.engine))
    version = client.version()["Version"]
    client.close()

    assert "20.10.24" == version


def test_client_asks_the_engine(wooden_engine: Callable[..., Any]) -> None:
    """A connected client talks to the engine it was made for."""
    client = connect(wooden_engine().engine)
    version = client.version()["Version"]
    client.close()

    assert "20.10.24" == version
