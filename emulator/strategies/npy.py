"""NumPy's file format by hand, so that nobody needs NumPy: a magic, a version, a header that is a dict, the numbers."""

from __future__ import annotations

import ast
import math
import struct
from collections.abc import Sequence
from typing import Any, Final

MAGIC: Final = b"\x93NUMPY"

CODES: Final = {
    "b1": "?",
    "f2": "e",
    "f4": "f",
    "f8": "d",
    "i1": "b",
    "i2": "h",
    "i4": "i",
    "i8": "q",
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
}
"""The letter of ``struct`` for a dtype without its byte order."""

Number = int | float | bool


def npy(
    values: Sequence[float],
    shape: Sequence[int],
    *,
    version: int = 1,
    fortran: bool = False,
    descr: str = "<f8",
) -> bytes:
    """Numbers as a file; the values in the order they are stored."""
    dimensions = f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
    header = f"{{'descr': {descr!r}, 'fortran_order': {fortran}, 'shape': {dimensions}, }}"
    length = 2 if version == 1 else 4
    before = len(MAGIC) + 2 + length
    padded = header + " " * (-(before + len(header) + 1) % 64) + "\n"
    size = len(padded).to_bytes(length, "little")
    data = struct.pack(f"{_order(descr)}{len(values)}{CODES[descr[1:]]}", *values)
    return MAGIC + bytes([version, 0]) + size + padded.encode("latin-1") + data


def read_npy(body: bytes) -> tuple[tuple[int, ...], list[Number]]:
    """The shape of a file's array and its values in C order.

    Raises:
        ValueError: it is none, or one of something else than numbers in up to two dimensions.
    """
    header, data = _parts(body)
    try:
        descr, fortran, shape = header["descr"], header["fortran_order"], tuple(map(int, header["shape"]))
        code = CODES[descr[1:]]
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"its header is {header}") from wrong
    packed = struct.calcsize(f"={code}") * math.prod(shape)
    if not 1 <= len(shape) <= 2 or min(shape) < 0 or packed != len(data):
        raise ValueError(f"{len(data)} bytes of data, with a shape of {shape} of {descr}")
    values = list(struct.unpack(f"{_order(descr)}{math.prod(shape)}{code}", data))
    if fortran and len(shape) == 2:
        values = [values[row + column * shape[0]] for row in range(shape[0]) for column in range(shape[1])]
    return shape, values


def _order(descr: str) -> str:
    return ">" if descr[0] == ">" else "<"


def _parts(body: bytes) -> tuple[dict[str, Any], bytes]:
    if not body.startswith(MAGIC) or len(body) < 12:
        raise ValueError("it does not begin as NumPy's files do")
    length = 2 if body[6] == 1 else 4
    start = 8 + length
    end = start + int.from_bytes(body[8:start], "little")
    try:
        header = ast.literal_eval(body[start:end].decode("latin-1").strip())
    except (SyntaxError, ValueError) as wrong:
        raise ValueError("its header cannot be read") from wrong
    if not isinstance(header, dict) or end > len(body):
        raise ValueError("its header is cut")
    return header, body[end:]
