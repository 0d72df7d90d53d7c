"""The command line as a process: exit codes, and what it costs to ask for help."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def python(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A new interpreter that sees the same package, without variables of ours."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BYOC_", "AWS_", "DOCKER_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**clean, "PYTHONPATH": os.pathsep.join(sys.path), **environ},
    )


def byoc(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command."""
    return python("-m", "emulator", *arguments, **environ)


FAILING = """
import sys, types
import click
from emulator import cli, errors
module = types.ModuleType("emulator.cli.fail")
@click.command()
def fail():
    {statement}
module.fail = fail
sys.modules["emulator.cli.fail"] = module
cli.COMMANDS["fail"] = "Fails."
sys.argv = ["byoc", "fail"]
cli.main()
"""


@pytest.mark.parametrize(
    ("statement", "code", "text"),
    [
        ("pass", 0, ""),
        ("raise errors.UsageError('a.', why='b', fix='c')", 2, "a.\nwhy: b\nfix: c\n"),
        ("raise errors.EngineUnavailable('a.', fix='c')", 3, "a.\nfix: c\n"),
        ("raise errors.BuildFailed('a.')", 3, "a.\n"),
        ("raise errors.ValidationException('a.', fix='c')", 1, "ValidationException: a.\nfix: c\n"),
        ("raise errors.ImageRefused('a.', failure_reason='b')", 1, "EndpointFailed: a.\nFailureReason: b\n"),
        ("raise KeyboardInterrupt", 130, "\ninterrupted; everything that was started has been removed\n"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", 130, None),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143, ""),
    ],
    ids=["done", "usage", "engine", "build", "AWS", "endpoint", "interrupt", "SIGINT", "SIGTERM"],
)
def test_problem_is_an_exit_code(statement: str, code: int, text: str | None) -> None:
    """0 done, 1 the image or AWS, 2 usage, 3 we or the machine; a problem is its lines, without a traceback."""
    done = python("-c", FAILING.format(statement=statement))

    assert code == done.returncode
    assert text is None or text.strip() == done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_no_engine_is_told_in_three_lines(tmp_path: Path) -> None:
    """A socket on which nothing listens is exit code 3, with what was tried and what to do."""
    dead = f"unix://{tmp_path}/dead.sock"
    done = byoc("invoke", "my-image", "--body", "1", DOCKER_HOST=dead)
    what, why, fix = done.stderr.splitlines()

    assert (3, "") == (done.returncode, done.stdout)
    assert f"DOCKER_HOST is set to {dead}, but no container engine answers there." == what
    assert why.startswith("why: ")
    assert fix.startswith("fix: start that engine, correct DOCKER_HOST")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["invoke", "--nope"], "No such option"),
        (["nope"], "No such command 'nope'."),
        (["run", "i", "--port", "65536"], "65536 is not in the range 0<=x<=65535."),
        (["invoke", "--body", "1"], "No image is given.\n"),
        (
            ["invoke", "i", "--body", "@/no/such/file"],
            "/no/such/file cannot be read.\nwhy: No such file or directory\n",
        ),
        (["train", "i", "-c", "train"], "train cannot be understood.\nfix: write NAME=VALUE\n"),
    ],
    ids=["option", "command", "port", "image", "body", "channel"],
)
def test_bad_command_line_is_told(arguments: list[str], text: str) -> None:
    """A command line that cannot be understood is exit code 2, and is told before an engine is looked for."""
    done = byoc(*arguments, DOCKER_HOST="unix:///no/such/socket")

    assert 2 == done.returncode
    assert text in done.stderr


def test_aws_refusal_is_exit_code_one() -> None:
    """A model that CreateModel would refuse is refused before an engine is looked for."""
    done = byoc("invoke", "a b", "--body", "1", DOCKER_HOST="unix:///no/such/socket")

    assert 1 == done.returncode
    assert done.stderr.startswith("ValidationException: 1 validation error detected: Value 'a b' at 'image' failed")


def test_help_is_quick() -> None:
    """`byoc --help` names all commands and imports no library that hosting needs."""
    done = python("-X", "importtime", "-m", "emulator", "--help")
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}

    assert 0 == done.returncode
    assert set() == imported & {
        "boto3",
        "botocore",
        "docker",
        "requests",
        "rich",
        "starlette",
        "testcontainers",
        "uvicorn",
    }
    assert all(f"\n  {name} " in done.stdout for name in ("engine", "invoke", "run", "train"))


@pytest.mark.parametrize("command", ["engine", "invoke", "run", "train"])
def test_every_command_explains_itself(command: str) -> None:
    """Each command answers `--help`."""
    done = byoc(command, "-h")

    assert 0 == done.returncode
    assert f"emulator {command} " in done.stdout
