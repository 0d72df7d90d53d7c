"""The commands on a real engine, as processes of their own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions
import pytest
import requests

from containers import abalone
from emulator.hosting.endpoint import Endpoint

if TYPE_CHECKING:
    from tests.containers.conftest import LeftBehind

pytestmark = pytest.mark.engine

EVERY_BYTE = bytes(range(256))
STUB = {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc", "region_name": "us-east-1"}


@pytest.fixture
def environ(cache: Path) -> dict[str, str]:
    """The environment of a command, whose runs live below this test's own cache folder."""
    return {**os.environ, "BYOC_CACHE": str(cache), "COLUMNS": "200"}


@pytest.fixture
def byoc(environ: dict[str, str], tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """What ``byoc`` with these arguments does."""

    def done(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "emulator", *map(str, arguments)]
        return subprocess.run(
            command, env=environ, input=stdin, capture_output=True, timeout=120, check=False, cwd=tmp_path
        )

    return done


@contextmanager
def running(*arguments: object, environ: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``byoc run`` with these arguments: its address once it is in service, and its process; ended with SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "run", *map(str, arguments)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def hyper(tmp_path: Path, rows: abalone.Split) -> Path:
    """A small training channel for the featurizer."""
    channel = tmp_path / "channel"
    channel.mkdir()
    (channel / "rows.csv").write_text("\n".join(rows.train[:200]))
    return channel


def test_invoke_prints_exactly_the_reply(
    byoc: Callable[..., subprocess.CompletedProcess[bytes]], image: Callable[[str], str]
) -> None:
    """Standard output holds the reply's bytes, all 256 of them, and nothing else; the trace is on standard error."""
    done = byoc("invoke", image("obedient"), "-t", "application/octet-stream", stdin=EVERY_BYTE)

    assert (0, EVERY_BYTE) == (done.returncode, done.stdout)
    assert b"primary: application/octet-stream, 256 B -> 200 application/octet-stream, 256 B in " in done.stderr


def test_invoke_reads_a_file(
    byoc: Callable[..., subprocess.CompletedProcess[bytes]], image: Callable[[str], str], tmp_path: Path
) -> None:
    """``--body @FILE`` sends the file as it is, and ``--quiet`` leaves standard error empty."""
    (tmp_path / "body").write_bytes(EVERY_BYTE)

    done = byoc("invoke", image("obedient"), "--body", "@body", "--quiet")

    assert (0, EVERY_BYTE, b"") == (done.returncode, done.stdout, done.stderr)


def test_invoke_sends_text_through_a_chain(
    byoc: Callable[..., subprocess.CompletedProcess[bytes]], image: Callable[[str], str]
) -> None:
    """Two images are a chain, ``N:KEY=VALUE`` is for the N-th alone, and the text is the body."""
    name = image("obedient")
    variables = ("-e", "1:INVOKED=answer = body + b'1'", "-e", "2:INVOKED=answer = body + b'2'")

    done = byoc("invoke", name, name, *variables, "--body", "0", "-t", "text/plain", "--network-isolation")

    assert (0, b"012") == (done.returncode, done.stdout)


def test_invoke_takes_create_model_json(
    *,
    byoc: Callable[..., subprocess.CompletedProcess[bytes]],
    artifacts: abalone.Artifacts,
    pipeline: Endpoint,
    rows: abalone.Split,
    s3: str,
    tmp_path: Path,
) -> None:
    """``--cli-input-json`` takes what CreateModel takes, and predicts what the library predicts."""
    client = boto3.client("s3", endpoint_url=s3, **STUB)
    client.create_bucket(Bucket="abalone")
    for archive in (artifacts.featurizer, artifacts.predictor):
        client.upload_file(str(archive), "abalone", archive.name)
    containers = [
        {"Image": abalone.FEATURIZER, "ModelDataUrl": f"s3://abalone/{artifacts.featurizer.name}"},
        {"Image": abalone.PREDICTOR, "ModelDataUrl": f"s3://abalone/{artifacts.predictor.name}"},
    ]
    role = "arn:aws:iam::123456789012:role/any"
    (tmp_path / "model.json").write_text(
        json.dumps({"ModelName": "abalone", "ExecutionRoleArn": role, "Containers": containers})
    )
    body = rows.held_out[0].encode()

    done = byoc("invoke", "--cli-input-json", "file://model.json", "--endpoint-url", s3, "-t", "text/csv", stdin=body)

    assert (0, pipeline.invoke(body, content_type="text/csv").body) == (done.returncode, done.stdout), done.stderr


def test_invoke_ends_with_one_where_the_container_refuses(
    byoc: Callable[..., subprocess.CompletedProcess[bytes]], image: Callable[[str], str], left_behind: LeftBehind
) -> None:
    """A ModelError is exit code 1, nothing on standard output, and AWS's words with the trace on standard error."""
    done = byoc("invoke", image("obedient"), "-e", "INVOKED=status, answer = 415, b'no'", "--body", "1")

    assert (1, b"") == (done.returncode, done.stdout)
    assert b'ModelError: Received client error (415) from primary with message "no". See https://' in done.stderr
    assert b"primary: no type, 1 B -> 415 no type, 2 B in " in done.stderr
    assert [] == left_behind()


def test_invoke_ends_with_one_where_the_container_exits(
    byoc: Callable[..., subprocess.CompletedProcess[bytes]], image: Callable[[str], str]
) -> None:
    """A failed endpoint is exit code 1, with what, why, fix and the log."""
    done = byoc("invoke", image("obedient"), "-e", "BEFORE=sys.exit('no weights')", "--body", "1")

    assert (1, b"") == (done.returncode, done.stdout)
    assert b'primary stopped by itself (exit 1).\nwhy: its log ends "no weights"\nfix: ' in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.fixture(scope="module")
def service(image: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a ``byoc run`` with an endpoint called tried."""
    environ = {**os.environ, "BYOC_CACHE": str(tmp_path_factory.mktemp("cache"))}
    with running(image("obedient"), "--name", "tried", environ=environ) as (address, _):
        yield address


def test_run_answers_like_a_container(service: str) -> None:
    """The printed address answers GET /ping and POST /invocations, as curl asks."""
    ping = requests.get(f"{service}/ping", timeout=10)
    reply = requests.post(f"{service}/invocations", data=EVERY_BYTE, headers={"Content-Type": "a/b"}, timeout=10)

    assert 200 == ping.status_code
    assert (200, "a/b", EVERY_BYTE) == (reply.status_code, reply.headers["Content-Type"], reply.content)


def test_run_answers_boto3(service: str) -> None:
    """And boto3's invoke_endpoint, with its attributes."""
    client = boto3.client("sagemaker-runtime", endpoint_url=service, **STUB)

    reply = client.invoke_endpoint(EndpointName="tried", Body=EVERY_BYTE, ContentType="a/b", CustomAttributes="c=1")

    assert EVERY_BYTE == reply["Body"].read()
    assert ("a/b", "AllTraffic") == (reply["ContentType"], reply["InvokedProductionVariant"])


def test_run_raises_model_error_in_boto3(service: str) -> None:
    """A container's refusal reaches boto3 as its own exception, with all members."""
    client = boto3.client("sagemaker-runtime", endpoint_url=service, **STUB)
    code = "status, answer = 400, b'row 1'"

    with pytest.raises(client.exceptions.ModelError) as caught:
        client.invoke_endpoint(EndpointName="tried", Body=code, ContentType="text/x-python")
    answer = caught.value.response

    assert (400, "row 1") == (answer["OriginalStatusCode"], answer["OriginalMessage"])
    assert "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/Endpoints/tried" == answer["LogStreamArn"]


def test_run_knows_no_other_endpoint(service: str) -> None:
    """Another endpoint's name is refused as AWS refuses it."""
    client = boto3.client("sagemaker-runtime", endpoint_url=service, **STUB)

    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.invoke_endpoint(EndpointName="other", Body=b"1")

    assert "Endpoint other of account 123456789012 not found." == caught.value.response["Error"]["Message"]


def test_run_ends_with_one_when_its_container_does(
    environ: dict[str, str], cache: Path, image: Callable[[str], str], left_behind: LeftBehind
) -> None:
    """When a container ends in service the command says which, with its last words, and ends with 1."""
    with running(image("obedient"), image("obedient"), environ=environ) as (address, process):
        code = "print('out of memory', flush=True); os._exit(9)"
        requests.post(f"{address}/invocations", data=code, headers={"Content-Type": "text/x-python"}, timeout=10)
        _, said = process.communicate(timeout=30)
        left = left_behind()

    assert 1 == process.returncode
    assert "container-1 stopped by itself (exit 9).\n" in said
    assert "  | out of memory" in said
    assert [] == left


def test_run_refuses_a_taken_port(
    environ: dict[str, str], service: str, byoc: Callable[..., subprocess.CompletedProcess[bytes]], image: Any
) -> None:
    """A port that is taken is a usage error, exit code 2."""
    port = service.rpartition(":")[2]

    done = byoc("run", image("obedient"), "--port", port)

    assert 2 == done.returncode
    assert f"Cannot listen on 127.0.0.1:{port}.\nwhy: Address already in use\n".encode() in done.stderr


def test_train_writes_the_same_bytes_twice(
    byoc: Callable[..., subprocess.CompletedProcess[bytes]], images: None, hyper: Path, tmp_path: Path
) -> None:
    """Two trainings on the same data write the same archive, byte for byte; its path is all that is printed."""
    done = [byoc("train", abalone.FEATURIZER, "-c", f"train={hyper}", "-o", f"{n}.tar.gz") for n in (1, 2)]
    digests = {hashlib.sha256((tmp_path / f"{n}.tar.gz").read_bytes()).hexdigest() for n in (1, 2)}

    assert [(0, b"1.tar.gz\n"), (0, b"2.tar.gz\n")] == [(each.returncode, each.stdout) for each in done]
    assert b"train-rows: 200\n" in done[0].stderr
    assert 1 == len(digests)


def test_failed_training_quotes_the_log_and_keeps_the_old_model(
    byoc: Callable[..., subprocess.CompletedProcess[bytes]], images: None, hyper: Path, tmp_path: Path
) -> None:
    """A job that fails says what it wrote, and leaves the archive of the last good one alone."""
    (tmp_path / "model.tar.gz").write_bytes(b"the last good one")

    done = byoc("train", abalone.FEATURIZER, "-c", f"train={hyper}", "-p", "depth=3")

    assert done.returncode != 0
    assert b"train: unknown hyperparameter 'depth', known are: none" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"the last good one" == (tmp_path / "model.tar.gz").read_bytes()


def test_command_finds_no_image(byoc: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    """An image that is not there is exit code 1, with the fix."""
    done = byoc("invoke", "byoc-test/does-not-exist:1", "--body", "1")

    assert 1 == done.returncode
    assert b"Requested image byoc-test/does-not-exist:1 not found.\n" in done.stderr
