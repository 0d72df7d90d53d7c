"""Installers are known by what they write and how they are called, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from emulator.contract.installing import RUNS, SAYS


@pytest.mark.parametrize(
    "line",
    [
        "Collecting numpy==1.26.4",
        "Collecting requests[socks]>=2 (from -r requirements.txt (line 3))",
        "Requirement already satisfied: pip in /usr/lib/python3",
        "Installing collected packages: numpy, scipy",
        "Successfully installed numpy-1.26.4 scipy-1.11",
        "Reading package lists...",
        "Setting up libgomp1:amd64 (12.2.0-14) ...",
        "Get:1 http://mirror.example.com bookworm InRelease",
        "Solving environment: done",
        "added 57 packages in 2s",
        "added 57 packages, and audited 58 packages in 2s",
        "Resolved 12 packages in 40ms",
    ],
)
def test_installer_is_known_by_its_line(line: str) -> None:
    """pip, apt, conda, npm and uv say what they do."""
    assert SAYS.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "Collecting garbage",
        "Collecting graphs for capture",
        "collecting data...",
        "INFO Collecting metrics every 5 s",
        "Successfully installed signal handlers",
        "Downloading shards: 100%",
        "added 2 models",
        "Setting up routes ...",
        "GET /ping 200",
        "Installing signal handlers",
    ],
)
def test_other_lines_are_left_alone(line: str) -> None:
    """Words that servers use for other things are no sign."""
    assert not SAYS.search(line)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python3 -m pip install -q numpy", True),
        ("/usr/bin/python3 /usr/local/bin/pip3 install -r requirements.txt", True),
        ("uv pip install torch", True),
        ("apt-get -y install curl", True),
        ("npm ci", True),
        ("conda install -y -c conda-forge x", True),
        ("npm run start", False),
        ("npm start", False),
        ("python3 serve", False),
        ("gunicorn app:update", False),
        ("/opt/conda/bin/python server.py", False),
        ("/opt/conda/bin/gunicorn installer:app", False),
    ],
)
def test_installer_is_known_by_its_command(command: str, expected: bool) -> None:
    """A process is one where its program and its word say so together."""
    assert expected == bool(RUNS.search(command))
