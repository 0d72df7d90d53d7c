"""The model archive holds devices or pipes.

What:
    Members of the archive are neither files nor folders nor links.

Why it matters:
    No model needs them, and AWS does not say what becomes of them. Count on ``Failed to extract model data archive …
    Please ensure that the object located at the URL is a valid tar.gz archive.``

How to fix:
    Pack the model's folder alone, not a whole file system: ``tar -czf model.tar.gz -C model .``

Source:
    Hosting contract 1.16 (AWS is silent; the emulator refuses them), 6.13d.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.members import counted, members_of, named
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("ART003", severity="error", stage="artifact")
def devices_in_archive(subject: Subject) -> Iterator[Violation]:
    """Look for what is not a file."""
    members = members_of(subject)
    if members.devices:
        count = counted(members.devices, "device or pipe", "devices or pipes")
        yield Violation(what=f"{members.archive.name} holds {count}.", facts=named(members.devices))
