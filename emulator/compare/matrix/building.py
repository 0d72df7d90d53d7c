"""The images of a task: built once on each machine and in each run, however many cells need them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from emulator.adapters.whole_file import write_whole
from emulator.compare.matrix.reason import Fault, build_fault
from emulator.compare.matrix.task import ImageOrder
from emulator.errors import BuildFailed
from emulator.hosting.session import Session
from emulator.model.comparison import Verdict
from emulator.ports import ImageMissing
from emulator.ports.scheduler import Tell
from emulator.render.values import read, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a task is done with.

    Attributes:
        session: on this machine's engine.
        base: the local base image for a reference.
        state: folder for what runs on this machine share.
        lock: held by one process at a time, by name.
        tell: hears what is being done.
    """

    session: Session
    base: Callable[[str], str]
    state: Path
    lock: Callable[[str], AbstractContextManager[None]]
    tell: Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An image that is there.

    Attributes:
        tag: its name.
        image_id: content address.
    """

    tag: str
    image_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildMemo:
    """What became of a build, for the next one who needs it.

    Attributes:
        run: that made it.
        context: :func:`stamp` of the folder it was built from.
        image_id: empty where it failed.
        verdict, reason: of a failure.
    """

    run: str
    context: str
    image_id: str = ""
    verdict: Verdict | None = None
    reason: str = ""


def built(order: ImageOrder, shop: Workshop, *, run: str, fresh: bool = False) -> Built | Fault:
    """The image, built with the layers of earlier builds; or why there is none.

    A failure counts for the whole run. That pip finds no such version counts for later runs as well, until the folder
    changes or ``fresh`` is asked for.

    Raises:
        UsageError: the folder or its Dockerfile is missing.
        EngineUnavailable: the engine went away.
    """
    tag = tag_of(order)
    memo_path = shop.state / "builds" / f"{tag.rpartition(':')[2]}.json"
    with shop.lock(tag):
        context = stamp(Path(order.context))
        memo = _memo(memo_path)
        if memo is not None and (found := _remembered(memo, tag, shop, run=run, context=context, fresh=fresh)):
            return found
        shop.tell(f"building {order.name}")
        try:
            base = {"BASE_IMAGE": shop.base(order.base)} if order.base else {}
        except BuildFailed as failed:
            return Fault(verdict=None, reason=f"There is no base image {order.base} here: {failed}")
        try:
            arguments = {**base, **order.arguments}
            shop.session.build(Path(order.context), tag=tag, dockerfile=order.dockerfile, arguments=arguments)
        except BuildFailed as failed:
            fault = build_fault(failed)
            _write(memo_path, BuildMemo(run=run, context=context, verdict=fault.verdict, reason=fault.reason))
            return fault
        image_id = shop.session.world.runtime.image(tag).image_id
        _write(memo_path, BuildMemo(run=run, context=context, image_id=image_id))
        return Built(tag=tag, image_id=image_id)


def tag_of(order: ImageOrder) -> str:
    """The name of an image: the same for equal orders."""
    dockerfile = (Path(order.context) / order.dockerfile).read_bytes()
    digest = sha256(written(order).encode() + b"\0" + dockerfile).hexdigest()[:16]
    name = re.sub(r"[^a-z0-9]+", "-", order.name.lower()).strip("-") or "image"
    return f"byoc-matrix/{name}:{digest}"


def stamp(folder: Path) -> str:
    """Tells whether a folder has changed, by the sizes and times of its files; hidden folders and bytecode aside."""
    digest = sha256()
    for path in sorted(_files(folder)):
        status = path.lstat()
        digest.update(f"{path.relative_to(folder)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            if not path.name.startswith(".") and path.name != "__pycache__":
                yield from _files(path)
        else:
            yield path


def _memo(path: Path) -> BuildMemo | None:
    try:
        return read(BuildMemo, path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _remembered(
    memo: BuildMemo, tag: str, shop: Workshop, *, run: str, context: str, fresh: bool
) -> Built | Fault | None:
    if memo.verdict == "cannot be installed" and memo.context == context and (memo.run == run or not fresh):
        return Fault(verdict=memo.verdict, reason=memo.reason)
    if memo.run != run:
        return None
    if not memo.image_id:
        return Fault(verdict=memo.verdict, reason=memo.reason)
    try:
        image_id = shop.session.world.runtime.image(tag).image_id
    except ImageMissing:  # somebody removed it
        return None
    return Built(tag=tag, image_id=image_id) if image_id == memo.image_id else None


def _write(path: Path, memo: BuildMemo) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, written(memo))
