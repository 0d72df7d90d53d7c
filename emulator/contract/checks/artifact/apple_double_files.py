"""The model archive holds files that macOS adds.

What:
    Members are called ``._name``, or lie in ``__MACOSX``.

Why it matters:
    They look like the files beside them: a server that takes the first ``*.joblib`` it finds opens ``._model.joblib``
    and fails, on SageMaker only, as the Mac hides them.

How to fix:
    ``COPYFILE_DISABLE=1 tar -czf model.tar.gz -C model .``; ``tar --no-mac-metadata`` does the same.

Source:
    Hosting contract 1.16 (AWS is silent; they are extracted as any other file).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.members import counted, members_of, named
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("ART006", severity="note", stage="artifact")
def apple_double_files(subject: Subject) -> Iterator[Violation]:
    """Look at the names."""
    members = members_of(subject)
    if members.apple_doubles:
        count = counted(members.apple_doubles, "file", "files")
        yield Violation(
            what=f"{members.archive.name} holds {count} of macOS's own.", facts=named(members.apple_doubles)
        )
