"""The program that ``docker run IMAGE serve`` starts, as far as its file tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from emulator import limits
from emulator.contract.subject import Subject
from emulator.model.launch import ImageFile

DEFAULT_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What engines take where an image sets no PATH."""

LINKS: Final = 5
"""So many links are followed, one to the next."""

ELF: Final = b"\x7fELF"

MACHINES: Final = {0x3E: "amd64", 0xB7: "arm64"}
"""The processors of SageMaker's instances, by the number in an ELF header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is started first.

    Attributes:
        name: as the image or the platform calls it: ``serve``, or the first word of the ENTRYPOINT.
        found: the file, links followed; None where the image has none.
        looked_at: the places it could have been in.
    """

    name: str
    found: ImageFile | None
    looked_at: tuple[str, ...]

    @property
    def executable(self) -> bool:
        """Whether anybody may execute it."""
        return self.found is not None and bool(self.found.mode & 0o111)

    @property
    def head(self) -> bytes:
        """Its first bytes; none where there is no file."""
        return b"" if self.found is None else self.found.head

    @property
    def interpreter(self) -> str:
        """What its ``#!`` line names, a carriage return included; empty for a binary."""
        return self.head.split(b"\n", 1)[0][2:].decode(errors="replace") if self.head.startswith(b"#!") else ""

    @property
    def machine(self) -> str:
        """The processor that a binary is made for; empty for a script, and for processors that SageMaker lacks."""
        if not self.head.startswith(ELF):
            return ""
        order = "big" if self.head[5:6] == b"\x02" else "little"
        return MACHINES.get(int.from_bytes(self.head[18:20], order), "")  # type: ignore[arg-type]

    @property
    def startable(self) -> bool:
        """Whether it begins as a script or as a binary does: the kernel starts nothing else."""
        return self.head.startswith((b"#!", ELF))

    @property
    def usable(self) -> bool:
        """Whether the kernel can start it, as far as the file itself tells."""
        return self.executable and self.startable and not self.interpreter.endswith("\r")


def program_of(subject: Subject) -> Program | None:
    """The program; None where the ENTRYPOINT's first word has no certain place in the image."""
    first = next(iter(subject.image.entrypoint), "")
    if first:
        return Program(name=first, found=_followed(subject, first), looked_at=(first,)) if first[0] == "/" else None
    path = next((each[5:] for each in subject.image.environment if each.startswith("PATH=")), DEFAULT_PATH)
    places = tuple(str(PurePosixPath(folder) / limits.SERVE) for folder in path.split(":") if folder)
    found = [file for place in subject.files(places) if (file := _followed(subject, place)) is not None]
    # Engines pass over what nobody may execute.
    best = max(found, key=lambda each: bool(each.mode & 0o111), default=None)
    return Program(name=limits.SERVE, found=best, looked_at=places)


def _followed(subject: Subject, path: str) -> ImageFile | None:
    found = subject.files([path]).get(path)
    for _ in range(LINKS):
        if found is None or not found.link:
            break
        target = str(PurePosixPath(found.path).parent / found.link)
        found = subject.files([target]).get(target)
    return found
