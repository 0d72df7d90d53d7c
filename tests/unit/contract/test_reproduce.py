"""The commands of a report do what the emulator did: a real shell reads them back."""

from __future__ import annotations

import shlex
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import limits
from emulator.contract.reproduce import curl, docker_run, typed
from emulator.contract.sample import Sample
from emulator.contract.trial import invocation
from emulator.model.finding import Probe
from emulator.model.launch import ContainerLaunch, Mount
from emulator.model.message import HttpRequest


def probe(request: HttpRequest, **told: Any) -> Probe:
    """A request that nobody answered."""
    return Probe(request=request, reply=None, seconds=0.0, **told)


@given(st.binary(min_size=1, max_size=40).filter(lambda body: 0 not in body))
def test_shell_reads_the_same_bytes(body: bytes) -> None:
    """What is typed for a body is, to bash, that body."""
    read = subprocess.run(["bash", "-c", f"printf %s {typed(body)}"], capture_output=True, check=True).stdout

    assert body == read


def test_zero_bytes_are_piped() -> None:
    """A body that no shell word can hold is written by printf."""
    line = curl(probe(invocation(b"\x00\xff", "application/octet-stream")))
    piped = subprocess.run(["bash", "-c", line.partition(" | ")[0]], capture_output=True, check=True).stdout

    assert b"\x00\xff" == piped
    assert line.endswith("--data-binary @-")


def test_request_is_a_curl_line() -> None:
    """Method, headers, port and body stand in it; what every request of the platform has does not."""
    line = curl(probe(invocation(b"1,2", "text/csv", accept="*/*"), port=9000))

    assert (
        "curl -i -H 'Content-Type: text/csv' -H 'Accept: */*' http://127.0.0.1:9000/invocations --data-binary 1,2"
    ) == line


def test_missing_type_stays_missing() -> None:
    """A request without a Content-Type tells curl not to make one up."""
    assert "-H Content-Type: " in curl(probe(invocation(b"1", None)))


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (HttpRequest(method="GET", path="/ping"), "curl -i http://127.0.0.1:8080/ping"),
        (HttpRequest(method="HEAD", path="/ping"), "curl -i -I http://127.0.0.1:8080/ping"),
        (HttpRequest(method="POST", path="/invocations"), "curl -i -X POST http://127.0.0.1:8080/invocations"),
        (HttpRequest(method="DELETE", path="/x"), "curl -i -X DELETE http://127.0.0.1:8080/x"),
    ],
)
def test_method_is_named_where_curl_would_choose_another(request_: HttpRequest, words: str) -> None:
    """GET is curl's own choice, POST with a body too."""
    assert words == curl(probe(request_))


def test_sample_is_sent_from_its_file() -> None:
    """The sample itself is not typed again."""
    sample = Sample(body=b"1,2\n", content_type="text/csv", path="my rows.csv")

    assert curl(probe(invocation(b"1,2\n", "text/csv")), sample=sample).endswith("--data-binary '@my rows.csv'")


def test_chunked_request_is_sent_chunked() -> None:
    """A request whose body came in chunks is repeated so."""
    assert "'Transfer-Encoding: chunked'" in curl(probe(invocation(b"1", "text/csv"), chunked=True))


def test_container_is_a_docker_run_line() -> None:
    """Mounts, environment, network and user are those of the launch; an archive is unpacked first."""
    launch = ContainerLaunch(
        name="primary",
        image="mine:dev",
        command=(limits.SERVE,),
        environment={"A": "b c"},
        mounts=(Mount(source="/private/copy", target=limits.MODEL_DIR),),
        ports=(8080,),
        isolated=True,
        user="10001",
    )
    line = docker_run(launch, model_data="my model.tar.gz")

    assert (
        "mkdir -p model && tar -xzf 'my model.tar.gz' -C model && docker run --rm -p 8080:8080"
        " -v ./model:/opt/ml/model:ro -e 'A=b c' --network none --user 10001 mine:dev serve"
    ) == line
    assert shlex.split(line)
