"""action.yml as far as it can be run without GitHub: its steps by bash, with its expressions filled in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "fixtures" / "mutants" / "good"
EXPRESSION = re.compile(r"\$\{\{ *([a-z_.-]+) *\}\}")


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    """The file."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return read


def test_action_is_complete(action: dict[str, Any]) -> None:
    """A composite action has what GitHub demands: a name, a description, and a shell for each step."""
    assert "composite" == action["runs"]["using"]
    assert all(action[key] for key in ("name", "description", "inputs", "outputs"))
    assert all(each["shell"] == "bash" for each in action["runs"]["steps"])
    assert all(each["description"] for each in (*action["inputs"].values(), *action["outputs"].values()))


def test_no_input_is_read_as_code(action: dict[str, Any]) -> None:
    """No script has an expression in it: inputs come by variables, and each input is used."""
    used = set()
    for step in action["runs"]["steps"]:
        assert not EXPRESSION.search(step["run"])
        used |= {match for value in step["env"].values() for match in EXPRESSION.findall(value)}

    assert {f"inputs.{name}" for name in action["inputs"]} <= used


def run(action: dict[str, Any], folder: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """The last exit code, the output, and what was given to GITHUB_OUTPUT."""
    given = {f"inputs.{name}": str(told.get("default", "")) for name, told in action["inputs"].items()}
    given |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
    given |= {"github.action_path": str(ROOT), "runner.temp": str(folder), "inputs.python": sys.executable}
    output, text = folder / "output", ""
    output.touch()
    for step in action["runs"]["steps"]:
        variables = {
            name: EXPRESSION.sub(lambda match: given[match.group(1)], value) for name, value in step["env"].items()
        }
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env={**os.environ, **variables, "GITHUB_OUTPUT": str(output)},
        )
        text += ended.stdout + ended.stderr
        if ended.returncode:
            break
    told = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return ended.returncode, text, told


@pytest.mark.engine
def test_action_annotates_and_leaves_reports(
    action: dict[str, Any], mutant_image: Callable[[str], str], tmp_path: Path
) -> None:
    """On a broken image the step fails with an annotation, and the outputs name reports that are there."""
    code, text, told = run(
        action,
        tmp_path,
        image=mutant_image("ping-redirects"),
        model=str(GOOD / "model"),
        sample=str(GOOD / "sample.csv"),
        arguments="--select 'ping-redirects' --ignore IMG",
    )

    assert 1 == code, text
    assert "::error title=" in text
    assert {"sarif", "html", "junit"} == set(told)
    assert json.loads(Path(told["sarif"]).read_text())["runs"][0]["results"]
    assert "PNG002" in Path(told["html"]).read_text()
