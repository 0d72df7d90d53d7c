"""The model archive holds links.

What:
    Members of the archive are symbolic links; or hard links, unless the setting ``hard_links`` is ``warn``: then they
    are a note.

Why it matters:
    "Symlinks cause the model creation to fail": the endpoint ends with ``Failed to extract model data archive …
    Please ensure that the object located at the URL is a valid tar.gz archive.`` They come with a Hugging Face cache
    (``snapshots/`` is nothing but links) and with virtual environments.

How to fix:
    ``tar --dereference --hard-dereference -czf model.tar.gz -C model .`` packs files in place of links; for Hugging
    Face use ``snapshot_download(…, local_dir=…)``.

Source:
    Hosting contract 1.15; 1.16 for hard links (AWS is silent).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.members import counted, members_of, named
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("ART002", severity="error", stage="artifact")
def links_in_archive(subject: Subject) -> Iterator[Violation]:
    """Look for both kinds."""
    members = members_of(subject)
    if members.symbolic_links:
        count = counted(members.symbolic_links, "symbolic link", "symbolic links")
        what = f"{members.archive.name} holds {count}, and SageMaker refuses them."
        yield Violation(what=what, facts=named(members.symbolic_links))
    if members.hard_links:
        count = counted(members.hard_links, "hard link", "hard links")
        yield Violation(
            what=f"{members.archive.name} holds {count}, and AWS does not say that it takes them.",
            facts=named(members.hard_links),
            severity="note" if subject.bench.rules.hard_links == "warn" else None,
        )
