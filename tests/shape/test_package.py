"""What it costs to import the package, and where it was imported from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import emulator

HEAVY = (
    *("boto3", "botocore", "click", "docker", "hypothesis", "jinja2", "moto", "pytest", "requests", "rich"),
    *("starlette", "testcontainers", "uvicorn"),
)


def fresh_python(code: str) -> str:
    """What a new interpreter prints, or the end of its complaint; warnings are errors, no variable is inherited."""
    done = subprocess.run(  # -I: neither PYTHONPATH nor the working directory
        [sys.executable, "-W", "error", "-I", "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout if done.returncode == 0 else done.stderr[-2000:]


def test_module_imports_alone(emulator_file: Path, root: Path) -> None:
    """Each module can be the first one imported, and warns of nothing."""
    parts = emulator_file.relative_to(root).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    assert "" == fresh_python(f"import {module}")


def test_package_imports_nothing_heavy() -> None:
    """`import emulator` loads no library that a caller may never need."""
    code = f"import sys, emulator; print(sorted(set(sys.modules) & set({HEAVY!r})))"

    assert "[]\n" == fresh_python(code)


def test_planted_heavy_import_is_seen() -> None:
    """The test above would see a heavy library, and a warning is an error."""
    heavy = fresh_python("import sys, click; print('click' in sys.modules)")
    warned = fresh_python("import warnings; warnings.warn('old')")

    assert "True\n" == heavy
    assert "UserWarning: old" in warned


def test_package_under_test_is_the_built_wheel(root: Path) -> None:
    """In tox the package comes from the wheel, so a file that is not packaged is missed here and not by a user."""
    from_checkout = Path(emulator.__file__).is_relative_to(root / "emulator")

    assert not ("TOX_ENV_NAME" in os.environ and from_checkout)


def test_package_is_marked_as_typed() -> None:
    """Type checkers use the package's own annotations."""
    assert (Path(emulator.__file__).parent / "py.typed").is_file()
