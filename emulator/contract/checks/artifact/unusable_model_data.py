"""The objects below the S3 prefix cannot become files.

What:
    An uncompressed S3 prefix (S3DataType S3Prefix) is laid out as SageMaker does it: each key without the prefix is a
    path below /opt/ml/model.

Why it matters:
    A key that ends in a slash, one that is also the prefix of others, or a name that no file can have makes the
    endpoint fail with "Failed to download model data". The console's "Create folder" writes such an object.

How to fix:
    Delete the folder objects (``aws s3api list-objects-v2`` shows keys of size 0 that end in a slash), and rename what
    is both a file and a folder.

Source:
    Hosting contract 1.18 c to e (documented: API S3ModelDataSource).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("ART009", severity="error", stage="artifact")
def unusable_model_data(subject: Subject) -> Iterator[Violation]:
    """Look at why they were refused."""
    if subject.archive is not None:
        raise NotApplicable("the model data are an archive")
    if subject.refused_data:
        yield Violation(what=f"The model data cannot be laid out: {subject.refused_data}.")
