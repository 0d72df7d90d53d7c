"""Imports point down, and each part of the world enters by one door.

``FLOORS`` is the architecture; ``offences`` is what holds it up. The detector
itself is under test: each kind of offence is planted once and must be seen.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FLOORS = (
    {"errors", "limits"},
    {"model", "ports"},
    {"wire", "render", "normalise"},
    {"hosting", "adapters", "testing"},
    {"contract", "server", "strategies"},
    {"compare", "fuzz"},
    {"settings", "assemble", "local", "verdict", "regression", "difference", "grid"},
    {"cli", "sdk", "pytest_plugin", "__main__", "__init__"},
)
FLOOR = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
PEERS = {
    *(("__main__", "cli"), ("__init__", "sdk"), ("ports", "model"), ("errors", "limits")),
    *(("assemble", "settings"), ("local", "assemble"), ("local", "settings")),
    *(("verdict", "assemble"), ("verdict", "settings")),
    *(("regression", "assemble"), ("regression", "settings")),
    *(("difference", "assemble"), ("difference", "settings"), ("difference", "regression")),
    *(("grid", "assemble"), ("grid", "settings")),
}

# Library, or one of its functions → the files that may name it. Whatever is in neither this table nor the standard
# library has no door at all.
DOORS: dict[str, tuple[str, ...]] = {
    "a2wsgi": ("server/",),
    "boto3": ("adapters/aws.py",),
    "botocore": ("adapters/aws.py", "adapters/aws_endpoints.py", "wire/", "server/"),
    "click": ("cli/",),
    "distributed": ("adapters/dask_cluster.py",),
    "docker": ("adapters/",),
    "httptools": ("adapters/", "server/"),
    "hypothesis": ("strategies/", "compare/", "fuzz/"),
    "jinja2": ("render/",),
    "sagemaker": ("sdk.py",),
    "moto": ("adapters/moto.py", "testing.py"),
    "packaging": ("adapters/package_index.py", "compare/matrix/versions.py"),
    "pytest": ("pytest_plugin/",),
    "requests": ("adapters/",),
    "rich": ("cli/", "render/"),
    "socket": ("adapters/", "server/"),
    "subprocess": ("adapters/",),
    "testcontainers": ("adapters/",),
    "time": ("adapters/clock.py",),
    "tomli": ("settings.py",),
    "tomllib": ("settings.py",),
    "urllib3": ("adapters/",),
    "uvicorn": ("server/",),
    "asyncio.sleep": ("adapters/clock.py",),
    "datetime.date.today": ("adapters/clock.py",),
    "datetime.datetime.now": ("adapters/clock.py",),
    "datetime.datetime.utcnow": ("adapters/clock.py",),
    "os.environ": ("settings.py",),
    "os.environb": ("settings.py",),
    "os.getenv": ("settings.py",),
    "os.popen": ("adapters/",),
    "os.system": ("adapters/",),
}

# (file, what it names) → why that one file may.
EXCEPTIONS: dict[tuple[str, str], str] = {}

# These files of containers/ run on the machine that runs the emulator; all others go into images.
NOT_IN_IMAGES = {"abalone.py": "the project around the images", "demo.py": "it is what `make demo` runs"}


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every import as (full name, local name): top level, function-local, type-checking and by import_module."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield alias.name, alias.asname or ""
            case ast.ImportFrom(module=module, level=level, names=names):
                for alias in names:
                    yield "." * level + (f"{module}." if module else "") + alias.name, alias.asname or alias.name
            case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__")):
                match node.args:
                    case [ast.Constant(value=str(name)), *_]:
                        yield name, ""


def dotted(node: ast.AST) -> str:
    """``a.b.c`` for the expression a.b.c, empty for any other."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr) if base := dotted(value):
            return f"{base}.{attr}"
    return ""


def named(tree: ast.AST) -> set[str]:
    """Every outside name a module uses: what it imports, and what it reaches through that."""
    names, bound = set(), {}
    for name, local in imports(tree):
        names.add(name)
        library = name.split(".")[0]
        bound[local or library] = name if local else library  # `import a.b` binds `a`
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (path := dotted(node)):
            first, _, rest = path.partition(".")
            if first in bound:
                names.add(f"{bound[first]}.{rest}")
    return names


def room_of(here: str) -> str:
    """The room of a file: its directory, or its own name on the ground level."""
    return here.split("/", maxsplit=1)[0].removesuffix(".py")


def wrong_floor(here: str, name: str) -> Iterator[str]:
    """The offence of one import of the package itself, if it is one."""
    library, *rest = name.split(".")
    if library != "emulator":
        return
    room = room_of(here)
    target = rest[0] if rest and rest[0] in FLOOR else "__init__"
    if target == room or (room, target) in PEERS:
        return
    if FLOOR[target] >= FLOOR.get(room, 0):
        yield f"{here} looks up or sideways at {target}"


def wrong_door(here: str, name: str) -> Iterator[str]:
    """The offence of one outside name, if it is one."""
    library = name.split(".", maxsplit=1)[0]
    if library not in DOORS and library not in sys.stdlib_module_names and library != "emulator":
        yield f"{here} imports {library}, which has no door"
    for guarded, doors in DOORS.items():
        through = name == guarded or name.startswith(f"{guarded}.")
        if through and not here.startswith(doors) and (here, guarded) not in EXCEPTIONS:
            yield f"{here} names {guarded}; only {', '.join(doors)} may"


def offences(path: Path, package: Path) -> list[str]:
    """All that one module does against the floors and the doors."""
    here = path.relative_to(package).as_posix()
    seen = set() if room_of(here) in FLOOR else {f"{here} stands on no floor"}
    for name in named(ast.parse(path.read_text("utf-8"))):
        if name.startswith("."):
            seen.add(f"{here} has a relative import of {name}")
        else:
            seen.update(wrong_floor(here, name), wrong_door(here, name))
    return sorted(seen)


def in_images(path: Path, containers: Path) -> list[str]:
    """The offence of a container that leans on the emulator, if it is one."""
    here = path.relative_to(containers).as_posix()
    names = named(ast.parse(path.read_text("utf-8")))
    leans = any(name.split(".")[0] == "emulator" for name in names)
    return [f"{here} imports emulator"] if leans and here not in NOT_IN_IMAGES else []


def planted(root: Path, here: str, source: str) -> Path:
    """A module in a tree of its own."""
    path = root / here
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    return path


def test_imports_point_down_and_doors_are_used(emulator_file: Path, root: Path) -> None:
    """A module imports from lower floors or its own room, and names the outside only where it has the door."""
    assert [] == offences(emulator_file, root / "emulator")


def test_containers_stand_alone(container_file: Path, root: Path) -> None:
    """Nothing that goes into an image imports the emulator."""
    assert [] == in_images(container_file, root / "containers")


def test_every_exception_is_still_needed_and_reasoned(root: Path) -> None:
    """An exception names a file that still does what it is excused for, and says why it may."""
    idle = [
        (here, guarded)
        for (here, guarded), reason in EXCEPTIONS.items()
        if not reason
        or not any(
            f"{name}.".startswith(f"{guarded}.")
            for name in named(ast.parse((root / "emulator" / here).read_text("utf-8")))
        )
    ]

    assert [] == idle


UP = "hosting/plan.py looks up or sideways at {}"


@pytest.mark.parametrize(
    ("here", "source", "offence"),
    [
        ("hosting/plan.py", "import emulator.cli.serve", UP.format("cli")),
        ("hosting/plan.py", "from emulator.contract.check import check", UP.format("contract")),
        ("hosting/plan.py", "from emulator import settings", UP.format("settings")),
        ("hosting/plan.py", "from emulator import Session", UP.format("__init__")),
        ("hosting/plan.py", "import emulator", UP.format("__init__")),
        ("hosting/plan.py", "from emulator.adapters import http", UP.format("adapters")),
        ("hosting/plan.py", "from emulator.testing import FakeClock", UP.format("testing")),
        ("hosting/plan.py", "def f():\n    from emulator.server import app", UP.format("server")),
        (
            "hosting/plan.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import emulator.cli",
            UP.format("cli"),
        ),
        ("hosting/plan.py", "import importlib\nimportlib.import_module('emulator.cli')", UP.format("cli")),
        ("hosting/plan.py", "__import__('emulator.cli')", UP.format("cli")),
        ("hosting/plan.py", "from emulator.attic import old", UP.format("__init__")),
        ("adapters/http.py", "import emulator.hosting", "adapters/http.py looks up or sideways at hosting"),
        ("testing.py", "import emulator.adapters.http", "testing.py looks up or sideways at adapters"),
        ("settings.py", "import emulator.assemble", "settings.py looks up or sideways at assemble"),
        ("model/hosting.py", "from emulator.ports import Clock", "model/hosting.py looks up or sideways at ports"),
        ("errors.py", "import emulator.model", "errors.py looks up or sideways at model"),
        ("attic.py", "import ast", "attic.py stands on no floor"),
        ("hosting/plan.py", "from . import registry", "hosting/plan.py has a relative import of .registry"),
        ("hosting/plan.py", "from ..model import x", "hosting/plan.py has a relative import of ..model.x"),
        ("hosting/plan.py", "import numpy as np", "hosting/plan.py imports numpy, which has no door"),
        ("hosting/plan.py", "import docker", "hosting/plan.py names docker; only adapters/ may"),
        ("server/app.py", "import boto3.session", "server/app.py names boto3; only adapters/aws.py may"),
        (
            "cli/run.py",
            "from botocore import loaders",
            "cli/run.py names botocore; only adapters/aws.py, adapters/aws_endpoints.py, wire/, server/ may",
        ),
        ("testing.py", "import hypothesis as h", "testing.py names hypothesis; only strategies/, compare/, fuzz/ may"),
        ("settings.py", "from click import echo", "settings.py names click; only cli/ may"),
        ("server/app.py", "import rich.table", "server/app.py names rich; only cli/, render/ may"),
        ("cli/run.py", "import subprocess", "cli/run.py names subprocess; only adapters/ may"),
        ("cli/run.py", "import os\nos.system('ls')", "cli/run.py names os.system; only adapters/ may"),
        ("cli/run.py", "import os\nos.environ['A']", "cli/run.py names os.environ; only settings.py may"),
        ("cli/run.py", "import os as o\no.environ.get('A')", "cli/run.py names os.environ; only settings.py may"),
        ("cli/run.py", "from os import environ", "cli/run.py names os.environ; only settings.py may"),
        ("cli/run.py", "from os import getenv as g", "cli/run.py names os.getenv; only settings.py may"),
        ("cli/run.py", "import os.path\nos.getenv('A')", "cli/run.py names os.getenv; only settings.py may"),
        ("adapters/http.py", "import time", "adapters/http.py names time; only adapters/clock.py may"),
        ("adapters/http.py", "from time import sleep", "adapters/http.py names time; only adapters/clock.py may"),
        (
            "server/app.py",
            "from asyncio import sleep",
            "server/app.py names asyncio.sleep; only adapters/clock.py may",
        ),
        (
            "wire/api.py",
            "from datetime import datetime\ndatetime.now()",
            "wire/api.py names datetime.datetime.now; only adapters/clock.py may",
        ),
        (
            "wire/api.py",
            "import datetime as dt\ndt.datetime.now(dt.timezone.utc)",
            "wire/api.py names datetime.datetime.now; only adapters/clock.py may",
        ),
        ("adapters/aws.py", "import moto", "adapters/aws.py names moto; only adapters/moto.py, testing.py may"),
        ("testing.py", "import pytest", "testing.py names pytest; only pytest_plugin/ may"),
    ],
)
def test_planted_offence_is_seen(tmp_path: Path, here: str, source: str, offence: str) -> None:
    """The detector sees each kind of offence, once, wherever in the module it hides."""
    path = planted(tmp_path, here, source)

    assert [offence] == offences(path, tmp_path)


@pytest.mark.parametrize(
    ("here", "source"),
    [
        ("hosting/plan.py", "from emulator.model.hosting import Variant\nfrom emulator.ports import Clock"),
        ("hosting/plan.py", "from emulator.hosting import registry\nimport emulator.hosting.registry"),
        ("hosting/plan.py", "def f(clock, environ):\n    clock.sleep(1)\n    return environ['A'], clock.time()"),
        ("hosting/plan.py", "import os\nfrom datetime import datetime, timezone\nos.path.join('a', 'b')"),
        ("ports.py", "from emulator.model.message import Reply"),
        ("assemble.py", "import emulator.settings"),
        ("__main__.py", "from emulator.cli import main"),
        (
            "__init__.py",
            "import importlib\nfrom emulator.errors import Problem\nimportlib.import_module('emulator.assemble')",
        ),
        ("adapters/docker.py", "import docker\nimport subprocess\nfrom docker.errors import NotFound"),
        ("adapters/clock.py", "import time\nfrom time import sleep"),
        ("wire/api.py", "import botocore.loaders"),
        ("settings.py", "import os\nos.environ"),
    ],
)
def test_legal_import_passes(tmp_path: Path, here: str, source: str) -> None:
    """The detector lets pass what the floors allow."""
    path = planted(tmp_path, here, source)

    assert [] == offences(path, tmp_path)


@pytest.mark.parametrize(
    ("here", "source", "expected"),
    [
        ("predictor/serve.py", "from emulator.limits import PING_REPLY", ["predictor/serve.py imports emulator"]),
        ("serving/door.py", "def f():\n    import emulator", ["serving/door.py imports emulator"]),
        ("predictor/serve.py", "import json", []),
        ("demo.py", "import emulator", []),
    ],
)
def test_planted_container_is_judged(tmp_path: Path, here: str, source: str, expected: list[str]) -> None:
    """A container file that imports the emulator is seen; one that does not, or that stays outside images, passes."""
    path = planted(tmp_path, here, source)

    assert expected == in_images(path, tmp_path)
