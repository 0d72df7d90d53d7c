"""The image is larger than serverless endpoints take.

What:
    The unpacked image has more than 10 GB. On other endpoints that is a note.

Why it matters:
    A serverless endpoint fails with ``Image size 13279248421 is greater than supported size 10737418240``. On other
    endpoints every new instance pulls it first, so creating and scaling out take minutes longer.

How to fix:
    ``docker history IMAGE`` shows the layers: build in one stage and copy into a slim one, ``pip install
    --no-cache-dir``, CPU wheels in place of CUDA ones, and keep the model in model.tar.gz.

Source:
    Hosting contract 1.27, 6.13f (observed), 10.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG009", severity="note", stage="image", severities={"serverless": "error"})
def image_too_large(subject: Subject, *, max_bytes: int = limits.IMAGE_BYTES) -> Iterator[Violation]:
    """Compare its size."""
    size = subject.image.size_bytes
    if not size:
        raise NotApplicable("the engine does not know the image's size")
    if size > max_bytes:
        yield Violation(what=f"The image has {size:,} bytes unpacked, more than {max_bytes:,}.")
