"""The model does not fit the instance's disk, or has very many files.

What:
    Unpacked, the archive has more than ``max_bytes`` (0: 5 GB under serverless, the whole disk there, else 30 GB, an
    instance's volume unless VolumeSizeInGB says more), or more than ``max_members`` members.

Why it matters:
    The archive and what is extracted of it share the disk: extraction ends with ``No space left on device`` and the
    endpoint fails. Very many small files make each new instance wait for minutes.

How to fix:
    Keep checkpoints, optimizer states and data out of the archive. Set VolumeSizeInGB (up to 512) and
    ModelDataDownloadTimeoutInSeconds (up to 3600), or give the model uncompressed by ModelDataSource.

Source:
    Hosting contract 1.21, 1.22, 10.1 (30 GB is documented for batch, inferred for endpoints; the count is ours).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.members import members_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("ART007", severity="warning", stage="artifact")
def archive_too_large(subject: Subject, *, max_bytes: int = 0, max_members: int = 100_000) -> Iterator[Violation]:
    """Add up what the members say of themselves."""
    members = members_of(subject)
    if members.broken:
        raise NotApplicable("the archive cannot be used")
    disk = limits.SERVERLESS_DISK_BYTES if subject.profile == "serverless" else limits.VOLUME_BYTES
    if members.size_bytes > (max_bytes or disk):
        what = f"{members.archive.name} unpacks to {members.size_bytes:,} bytes, more than {max_bytes or disk:,}."
        yield Violation(what=what)
    if len(members.found) > max_members:
        what = f"{members.archive.name} has {len(members.found):,} members, more than {max_members:,}."
        yield Violation(what=what)
