"""How docker-py and testcontainers reach the engine that was found: the only place that knows."""

from __future__ import annotations

import docker

from emulator.model.engine import Engine

REQUEST_SECONDS = 60.0


def docker_environment(engine: Engine) -> dict[str, str]:
    """The ``DOCKER_*`` variables that lead to this engine and to no other.

    For ``docker.from_env(environment=…)``, for testcontainers'
    ``docker_client_kw={"environment": …}``, and for child processes.
    """
    return docker_variables(engine.url, cert_path=engine.cert_path, tls_verify=engine.tls_verify)


def docker_variables(url: str, *, cert_path: str = "", tls_verify: bool = False) -> dict[str, str]:
    """The same for an address that is only being tried."""
    variables = {"DOCKER_HOST": url}
    if cert_path:
        variables["DOCKER_CERT_PATH"] = cert_path
    if tls_verify:
        variables["DOCKER_TLS_VERIFY"] = "1"
    return variables


def connect(engine: Engine, *, timeout: float = REQUEST_SECONDS) -> docker.DockerClient:
    """A docker-py client of this engine; close it after use."""
    return open_client(docker_environment(engine), api_version=engine.api_version, timeout=timeout)


def open_client(variables: dict[str, str], *, api_version: str, timeout: float) -> docker.DockerClient:
    """A docker-py client for these ``DOCKER_*`` variables; with its version given, it asks nothing yet."""
    over_ssh = variables["DOCKER_HOST"].startswith("ssh://")
    # docker-py takes fractions of a second, whatever its stubs say
    return docker.from_env(
        version=api_version,
        environment=variables,
        timeout=timeout,  # type: ignore[arg-type]
        use_ssh_client=over_ssh,
    )


def explained(error: Exception) -> str:
    """What the engine said, in one line; docker-py puts it behind the whole address of the question."""
    return " ".join(str(getattr(error, "explanation", None) or error).split())
