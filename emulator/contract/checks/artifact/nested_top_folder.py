"""Everything in the model archive is below one folder.

What:
    All members of the archive are below one folder, which has files of its own. Layouts that a model server asks for
    are not meant: ``code/``, a version number, Triton's ``config.pbtxt``, DJL's ``serving.properties``, ``MAR-INF/``.

Why it matters:
    SageMaker does not strip it: the container sees /opt/ml/model/FOLDER/…, and a server that opens
    /opt/ml/model/model.joblib ends with FileNotFoundError or is never healthy.

How to fix:
    Pack what is in the folder, not the folder: ``tar -czf model.tar.gz -C model .`` in place of ``tar -czf
    model.tar.gz model``.

Source:
    Hosting contract 1.17 (observed).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from tarfile import TarInfo
from typing import Final

from emulator.contract.check import NotApplicable, check
from emulator.contract.members import is_apple_double, members_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

WANTED: Final = frozenset({"config.pbtxt", "serving.properties", "MAR-INF"})
"""What says that a folder is a model's, in a repository of models."""


@check("ART005", severity="warning", stage="artifact")
def nested_top_folder(subject: Subject) -> Iterator[Violation]:
    """Look at the first parts of the names."""
    members = members_of(subject)
    if members.broken or members.escapes:
        raise NotApplicable("the archive cannot be used")
    top = nested(members.found)
    if top:
        what = f"Everything in {members.archive.name} is below {top}/, so the container sees /opt/ml/model/{top}/…."
        yield Violation(what=what)


def nested(found: Sequence[TarInfo]) -> str:
    """The folder that holds all the files, if one does and no model server wants it; else empty."""
    names = [PurePosixPath(each.name).parts for each in found if not each.isdir() and not is_apple_double(each.name)]
    tops = {parts[0] for parts in names}
    if len(tops) != 1:
        return ""
    (top,) = tops
    wanted = top == "code" or top.isdigit() or any(len(parts) > 1 and parts[1] in WANTED for parts in names)
    own = any(len(parts) == 2 for parts in names)
    return top if own and not wanted else ""
