"""Which places are asked, and in which order."""

from __future__ import annotations

from pathlib import Path

from emulator.adapters.engine.places import chosen_by, places


def test_named_host_is_the_only_place() -> None:
    """DOCKER_HOST leaves no other place to ask, not even DOCKER_CONTEXT."""
    environ = {"DOCKER_HOST": "tcp://engine:2375", "DOCKER_CONTEXT": "far", "HOME": "/nowhere"}

    assert ["tcp://engine:2375"] == [place.url for place in places(environ)]


def test_tls_variables_belong_to_a_named_host() -> None:
    """DOCKER_TLS_VERIFY without DOCKER_CERT_PATH takes the certificates of the Docker CLI's directory."""
    environ = {"DOCKER_HOST": "tcp://engine:2376", "DOCKER_TLS_VERIFY": "1", "HOME": "/me"}

    (place,) = places(environ)

    assert ("/me/.docker", True) == (place.cert_path, place.tls_verify)


def test_socket_has_no_tls() -> None:
    """TLS variables do not apply to a Unix socket."""
    environ = {"DOCKER_HOST": "unix:///a.sock", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/c"}

    (place,) = places(environ)

    assert ("", False) == (place.cert_path, place.tls_verify)


def test_default_context_is_dockers_own_socket() -> None:
    """DOCKER_CONTEXT=default names Docker's socket and nothing else."""
    assert ["unix:///var/run/docker.sock"] == [place.url for place in places({"DOCKER_CONTEXT": "default"})]


def test_sockets_are_asked_docker_first() -> None:
    """Docker's sockets come before those of its desktop kin, and Podman's last."""
    environ = {"HOME": "/me", "XDG_RUNTIME_DIR": "/run/user/7"}

    assert [
        "unix:///var/run/docker.sock",
        "unix:///run/user/7/docker.sock",
        "unix:///me/.docker/run/docker.sock",
        "unix:///me/.docker/desktop/docker.sock",
        "unix:///me/.rd/docker.sock",
        "unix:///me/.colima/default/docker.sock",
        "unix:///run/user/7/podman/podman.sock",
        "unix:///run/podman/podman.sock",
    ] == [place.url for place in places(environ, uid=7)]


def test_current_context_comes_first(tmp_path: Path) -> None:
    """The context in use is asked before the usual sockets, even when it cannot be read."""
    (tmp_path / "config.json").write_text('{"currentContext": "far"}')

    first, second, *_ = places({"DOCKER_CONFIG": str(tmp_path), "HOME": "/me"})

    assert ("current context 'far'", "Docker socket") == (first.where, second.where)


def test_empty_variable_chooses_nothing() -> None:
    """An empty DOCKER_HOST is no choice."""
    assert "" == chosen_by({"DOCKER_HOST": "", "DOCKER_CONTEXT": ""})
