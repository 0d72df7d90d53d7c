"""The server's timeout is read from command lines, or not at all."""

from __future__ import annotations

import pytest

from emulator.contract.server_timeout import timeout_of


@pytest.mark.parametrize(
    ("line", "environment", "seconds"),
    [
        ("gunicorn app:app", {}, 30),
        ("/usr/bin/python3 /usr/local/bin/gunicorn -b 0.0.0.0:8080 app:app", {}, 30),
        ("python3.11 -u -m gunicorn --timeout 45 app:app", {}, 45),
        ("gunicorn --timeout=20 app:app", {}, 20),
        ("gunicorn -t 20 app:app", {}, 20),
        ("gunicorn -t20 app:app", {}, 20),
        ("gunicorn -t 20 -t 90 app:app", {}, 90),
        ("gunicorn app:app", {"GUNICORN_CMD_ARGS": "--timeout 12"}, 12),
        ("gunicorn --timeout 70 app:app", {"GUNICORN_CMD_ARGS": "--timeout 12"}, 70),
        ("gunicorn -k sync --threads 1 app:app", {}, 30),
        ("uwsgi --http :8080 --harakiri 30", {}, 30),
        ("java -jar server.jar", {"SAGEMAKER_MODEL_SERVER_TIMEOUT": "40"}, 40),
    ],
)
def test_timeout_is_read(line: str, environment: dict[str, str], seconds: float) -> None:
    """In any spelling, the command line before the environment before the default."""
    found = timeout_of(["/bin/sh /serve", line], environment)

    assert found is not None
    assert found.seconds == seconds
    assert found.certain


@pytest.mark.parametrize(
    ("line", "environment"),
    [
        ("nginx: worker process", {}),
        ("gunicorn: master [app]", {}),
        ("/bin/sh -c gunicorn --timeout 5 app:app", {}),
        ("gunicorn -c conf.py app:app", {}),
        ("gunicorn --config=conf.py app:app", {}),
        ("gunicorn app:app", {"GUNICORN_CMD_ARGS": "--config conf.py"}),
        ("gunicorn app:app", {"GUNICORN_CMD_ARGS": "it's broken"}),
        ("gunicorn --threads 4 app:app", {}),
        ("gunicorn -k uvicorn.workers.UvicornWorker app:app", {}),
        ("gunicorn --worker-class gthread --timeout 5 app:app", {}),
        ("gunicorn --timeout 0 app:app", {}),
        ("uwsgi --ini uwsgi.ini", {}),
        ("python serve.py", {}),
        ("tail -f /var/log/gunicorn", {}),
    ],
)
def test_silence_where_it_cannot_be_told(line: str, environment: dict[str, str]) -> None:
    """Configuration files, workers that no slow request stops, servers we do not know."""
    assert timeout_of([line], environment) is None


def test_green_threads_are_stopped_only_while_they_compute() -> None:
    """gevent's worker misses its heartbeat only if a prediction does not let go."""
    found = timeout_of(["gunicorn -k gevent --timeout 30 app:app"], {})

    assert found is not None
    assert not found.certain
