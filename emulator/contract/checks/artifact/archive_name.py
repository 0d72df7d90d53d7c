"""The model archive is not called .tar.gz.

What:
    The name of the archive, or its key in S3, does not end in ``.tar.gz``.

Why it matters:
    ModelDataUrl must end so, "otherwise SageMaker won't download it": the endpoint fails with ``Failed to download
    model data for container …``, whatever is inside.

How to fix:
    Call it ``model.tar.gz``; ``.tgz`` is not enough, and neither are capitals.

Source:
    Hosting contract 1.13, 6.13c.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.members import members_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("ART008", severity="error", stage="artifact")
def archive_name(subject: Subject) -> Iterator[Violation]:
    """Look at the end of the name, where the rest is right."""
    members = members_of(subject)
    if members.broken:
        raise NotApplicable("the archive cannot be used under any name")
    if not members.archive.name.endswith(limits.ARCHIVE_SUFFIX):
        yield Violation(what=f"The archive is called {members.archive.name}, which does not end in .tar.gz.")
