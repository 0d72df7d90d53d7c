"""The ENTRYPOINT is tini.

What:
    The ENTRYPOINT's first word is ``tini``, ``tini-static`` or ``docker-init``. It is a note where ``--`` parts
    tini's own options from the program.

Why it matters:
    AWS says that tini cannot be the entry point, as it "gets confused by the train and serve arguments". With ``--``
    it works by its own rules, but not by AWS's word.

How to fix:
    Start the server itself, and let it reap its children. If you need tini: ``ENTRYPOINT ["tini", "--", "server"]``.

Source:
    Hosting contract 1.5 (that ``--`` helps is inferred).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

NAMES: Final = frozenset({"tini", "tini-static", "docker-init"})


@check("IMG013", severity="warning", stage="image")
def tini_entrypoint(subject: Subject) -> Iterator[Violation]:
    """Look at the first word."""
    words = subject.image.entrypoint
    if words and PurePosixPath(words[0]).name in NAMES:
        yield Violation(
            what="The ENTRYPOINT is tini, which AWS does not support.",
            facts=(f"ENTRYPOINT {list(words)}",),
            severity="note" if "--" in words else None,
        )
