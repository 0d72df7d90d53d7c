"""The image's manifest is none of Docker's version 2.

What:
    The media type of the image's manifest, in the engine's store or in the registry that is part of its name, is that
    of an OCI manifest, an OCI index or a list for several platforms.

Why it matters:
    CreateModel has refused such images: ``Unsupported manifest media type application/vnd.oci.image.manifest.v1+json
    for image …``. buildx 0.10 and later makes an index unless told otherwise, for its provenance record.

How to fix:
    ``docker buildx build --platform linux/amd64 --provenance=false --output type=image,oci-mediatypes=false,push=true
    -t … .`` for one platform.

Source:
    Hosting contract 1.25 (observed in 2025; whether AWS takes OCI manifests by now is unknown).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG002", severity="warning", stage="image")
def oci_manifest(subject: Subject) -> Iterator[Violation]:
    """Look at the manifest's media type, where anybody knows it."""
    kind = subject.bench.world.runtime.manifest_media_type(subject.definition.image)
    if not kind:
        raise NotApplicable("neither the engine's store nor a registry tells the manifest's media type")
    if kind != limits.MANIFEST_MEDIA_TYPE:
        yield Violation(what=f"The image's manifest is {kind}.", facts=(f"expected: {limits.MANIFEST_MEDIA_TYPE}",))
