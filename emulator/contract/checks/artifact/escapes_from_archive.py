"""Members of the model archive would land outside of the model folder.

What:
    A member's name begins with ``/`` or goes up by ``..``.

Why it matters:
    Extracted by the rules of tar, such a file is not in /opt/ml/model, or the archive is refused as an attack:
    ``Failed to extract model data archive …``. AWS does not say which.

How to fix:
    Pack by relative names: ``tar -czf model.tar.gz -C model .``, and not ``tar -P``.

Source:
    Hosting contract 1.16 (AWS is silent; the emulator refuses them), 6.13d.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.members import counted, members_of, named
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("ART004", severity="error", stage="artifact")
def escapes_from_archive(subject: Subject) -> Iterator[Violation]:
    """Look at the names."""
    members = members_of(subject)
    if members.escapes:
        count = counted(members.escapes, "member", "members")
        yield Violation(
            what=f"{members.archive.name} holds {count} outside of the model folder.", facts=named(members.escapes)
        )
