"""Make a base image from Debian packages: mmdebstrap's tar stream is imported as it comes.

Nothing touches the disk in between but mmdebstrap's working directory, which
is removed however it ends; and a stream that breaks off is never
completed towards the engine, so no truncated image can come of it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, cast

from docker.errors import DockerException
from requests.exceptions import RequestException

from emulator.adapters.engine.apt import install_packages
from emulator.adapters.engine.apt_sources import AptSources
from emulator.adapters.engine.ca_bundle import CaBundle
from emulator.adapters.engine.client import connect, explained
from emulator.adapters.engine.machine import Machine, program_path
from emulator.adapters.engine.recipe import ADDED_CA_PATH, CA_PATH, SUITE_PYTHON, Recipe, Reference
from emulator.errors import BuildFailed, quoted
from emulator.model.engine import Engine

PROGRAM = "mmdebstrap"
PACKAGES = (PROGRAM, "debian-archive-keyring")
CHUNK = 1 << 20
IMPORT_SECONDS = 600.0
STOP_SECONDS = 30.0
QUOTED_LINES = 15

IMAGE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What Docker assumes for an image that names none; named, so that `ENV PATH=…:$PATH` works with every builder."""

SLIM = (
    '--aptopt=Acquire::Languages "none"',
    "--dpkgopt=path-exclude=/usr/share/man/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
)
CHECK_PYTHON = (
    """found=$(chroot "$1" python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])'); """
    """test "$found" = "$BYOC_PYTHON" || { echo "E: python3 is $found, not $BYOC_PYTHON" >&2; exit 1; }"""
)
LAY_BUNDLE = tuple(f'install -D -m 644 "$BYOC_CA_BUNDLE" "$1{path}"' for path in (CA_PATH, ADDED_CA_PATH))


def require_python(reference: Reference) -> None:
    """Refuse a Python that the release is known not to have.

    Raises:
        BuildFailed: the release's python3 is another one.
    """
    has = SUITE_PYTHON.get(reference.suite, reference.python)
    if reference.python and has != reference.python:
        releases = [suite for suite, python in SUITE_PYTHON.items() if python == reference.python]
        instead = f"python:{reference.python}-{releases[0]}" if releases else f"python:{has}-{reference.suite}"
        raise BuildFailed(
            f"{reference.name} cannot be bootstrapped: Python {reference.python} is no package of {reference.suite}.",
            why=f"the python3 of {reference.suite} is {has}",
            fix=f"use {instead}, or pull {reference.name} where a registry answers",
        )


def require_program(machine: Machine, environ: Mapping[str, str], on_progress: Callable[[str], None]) -> None:
    """See that mmdebstrap is installed; on a Debian root machine, install it.

    Raises:
        BuildFailed: it is missing and cannot be installed here.
    """
    if shutil.which(PROGRAM, path=program_path(environ)):
        return
    if machine.debian and machine.root:
        install_packages(PACKAGES, environ=environ, error=BuildFailed, on_progress=on_progress)
        return
    command = f"sudo apt-get install {' '.join(PACKAGES)}"
    raise BuildFailed(
        "Base images cannot be bootstrapped here: mmdebstrap is missing.",
        why="bootstrapping assembles an image from Debian packages, and mmdebstrap is what does it",
        fix=f"`{command}`" if machine.debian else "do it on Debian or Ubuntu, or use --pull where a registry answers",
    )


def command_line(reference: Reference, sources: AptSources, *, ca: CaBundle | None) -> tuple[str, ...]:
    """The mmdebstrap call; hooks take what they need from the environment, so that no path needs quoting."""
    packages = (f"--include={','.join(reference.packages)}",) if reference.packages else ()
    options = tuple(f"--aptopt={option}" for option in sources.options)
    hooks = (CHECK_PYTHON,) * bool(reference.python) + LAY_BUNDLE * (ca is not None)
    called = tuple(f"--customize-hook={hook}" for hook in hooks)
    target = (reference.suite, "-", *sources.lines)
    return (PROGRAM, "--variant=minbase", "--format=tar", *SLIM, *options, *packages, *called, *target)


def bootstrap(
    engine: Engine,
    reference: Reference,
    recipe: Recipe,
    *,
    sources: AptSources,
    ca: CaBundle | None,
    tag: str,
    environ: Mapping[str, str],
    on_progress: Callable[[str], None],
) -> None:
    """Assemble the image and import it under ``tag``.

    Raises:
        BuildFailed: mmdebstrap or the import failed; quotes its last lines.
    """
    command = command_line(reference, sources, ca=ca)
    variables = {**environ, "PATH": program_path(environ), "BYOC_PYTHON": reference.python, "LC_ALL": "C.UTF-8"}
    if ca is not None:
        variables["BYOC_CA_BUNDLE"] = str(ca.path)
    repository, _, version = tag.rpartition(":")
    program = "python3" if reference.python else "bash"
    changes = [f"ENV PATH={IMAGE_PATH}", *recipe.instructions, f'CMD ["{program}"]']
    work = _working_folder(f"{engine.url}-{tag}", variables)
    with _stream(command, variables, reference.name, work, on_progress) as chunks:
        first = next(chunks)  # the engine is not called before there is something to import
        on_progress(f"importing {tag}")
        try:
            with closing(connect(engine, timeout=IMPORT_SECONDS)) as client:
                client.api.import_image_from_stream(
                    chain([first], chunks), repository=repository, tag=version, changes=changes
                )
        except (DockerException, RequestException, OSError) as error:
            raise BuildFailed(
                f"The engine did not take the bootstrapped {tag}.",
                why=explained(error),
                fix="see whether the engine has disk space left and still answers: `byoc engine`",
            ) from error


@contextmanager
def _stream(
    command: tuple[str, ...], variables: Mapping[str, str], name: str, work: Path, on_progress: Callable[[str], None]
) -> Iterator[Iterator[bytes]]:
    """mmdebstrap's output while it runs; on the way out it is stopped and has cleaned up."""
    tail: deque[str] = deque(maxlen=QUOTED_LINES)
    on_progress(f"bootstrapping {name} from Debian packages")
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**variables, "TMPDIR": str(work)},
            bufsize=0,  # a chunk is what there is, not what would fill a buffer
            start_new_session=True,  # Ctrl-C reaches us alone; we end it in order
        )
        output, errors = cast("IO[bytes]", process.stdout), cast("IO[bytes]", process.stderr)
        reader = threading.Thread(target=_relay, args=(errors, tail, on_progress), daemon=True)
        reader.start()
        try:
            yield _chunks(process, output, reader, tail, name)
        finally:
            output.close()
            _end(process)
            reader.join(STOP_SECONDS)
            errors.close()
    finally:
        _remove_unless_mounted(work)


def _working_folder(lock: str, variables: Mapping[str, str]) -> Path:
    """A new folder; those that earlier processes left under the same lock belong to the dead, as we hold it now."""
    parent = Path(variables.get("TMPDIR") or tempfile.gettempdir())
    prefix = f"byoc-bootstrap-{os.getuid()}-{re.sub('[^A-Za-z0-9.]+', '-', lock)}-"
    for left in parent.glob(f"{prefix}*"):
        _remove_unless_mounted(left)
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    work.chmod(0o755)  # without root, mmdebstrap works as another user
    return work


def _remove_unless_mounted(work: Path) -> None:
    # what is still mounted there may be the machine's own /dev: then better left than emptied
    if str(work) not in Path("/proc/self/mounts").read_text("utf-8"):
        shutil.rmtree(work, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask mmdebstrap to clean up and end; insist after a while."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _chunks(
    process: subprocess.Popen[bytes], output: IO[bytes], reader: threading.Thread, tail: deque[str], name: str
) -> Iterator[bytes]:
    """The output; raises instead of ending when mmdebstrap failed, so that the import is not completed."""
    while chunk := output.read(CHUNK):
        yield chunk
    reader.join(STOP_SECONDS)
    status = process.wait(STOP_SECONDS)
    if status:
        raise BuildFailed(
            f"{name} could not be bootstrapped: mmdebstrap ended with status {status}.",
            why=f"its last lines are:{quoted(tail)}",
            fix="see that the mirror has this release (--mirror URL) and answers: `apt-get update`",
        )


def _relay(errors: IO[bytes], tail: deque[str], on_progress: Callable[[str], None]) -> None:
    for line in errors:
        text = line.decode("utf-8", "replace").rstrip()
        tail.append(text)
        if text.startswith("I: ") and "-hook" not in text:
            on_progress(f"mmdebstrap: {text[3:]}")
