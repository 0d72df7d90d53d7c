"""A matrix as JSON: everything it holds, for programs, and for :func:`read` to show it again.

The schema is ``byoc-emulator/matrix/1``. Keys are added under the same number; none is renamed or removed. A number
that is not finite is one of the texts ``nan``, ``inf``, ``-inf``, and bytes are ``{"base64": …}``::

    schema, version, date, command   strings
    subject[], samples[]             names of the images in the order of the chain, and of the files with requests
    seconds                          of the whole run
    folder                           where cells[].evidence is
    fail_on[]                        the verdicts that fail
    axes[]
        name
        values[]                     {value, words[]}: a version, and what the file said for it
    baseline                         {axis: value}: what cells are compared with; on other axes it is the cell's own
    cells[]
        at                           {axis: value}
        verdict                      same | within tolerance | changed | fails to load | fails to build |
                                     cannot be installed; null where it could not be told
        reason, key, evidence        strings; empty for none
        baseline, cached             whether it is its own baseline; whether an earlier run found it out
        versions                     {axis: version}, as found in the candidate's images
        seconds
        comparison                   null, or what `byoc diff` tells, in the words of emulator.model.comparison
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from emulator.errors import UsageError
from emulator.model.grid import MatrixReport
from emulator.render.values import plain, whole

SCHEMA: Final = "byoc-emulator/matrix/1"


def render(report: MatrixReport) -> str:
    """The matrix as JSON, ASCII only, so that it survives any pipe."""
    return json.dumps({"schema": SCHEMA, **plain(report)}, indent=1, allow_nan=False) + "\n"


def read(path: Path) -> MatrixReport:
    """The matrix in such a file.

    Raises:
        UsageError: it cannot be read, or is of another schema.
    """
    fix = "give what `byoc matrix -f json=FILE` wrote"
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as broken:
        raise UsageError(f"{path} cannot be read.", why=str(broken), fix=fix) from broken
    if not isinstance(document, dict) or document.pop("schema", None) != SCHEMA:
        raise UsageError(f"{path} is no matrix.", why=f'it lacks "schema": "{SCHEMA}"', fix=fix)
    try:
        return whole(MatrixReport, document)
    except ValueError as other:
        raise UsageError(f"{path} is no matrix that this version can read.", why=str(other), fix=fix) from other
