"""Numbers, bytes and foreign text in words that are safe to show."""

from __future__ import annotations

import re
from itertools import islice

# What steers a terminal, reorders a line, or is no character: C0, C1, direction marks, surrogates, noncharacters.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
_UNITS = ("B", "kB", "MB", "GB", "TB")
_ROW = 16


def printable(text: str) -> str:
    r"""The text with every character that is none for a reader spelled out, such as ``\x1b``; lines and tabs stay."""
    return _UNFIT.sub(lambda found: found.group().encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def one_line(text: str) -> str:
    """The printable text on one line."""
    return " ".join(printable(text).split())


def counted(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def size(number: int) -> str:
    """Bytes as a person says them, in powers of 1000 as registries do."""
    value, unit = float(number), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{number:,} B" if unit == 0 else f"{value:.3g} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """A time as a person says it: ``3.1 ms``, ``0.72 s``, ``2 min 5 s``."""
    if seconds < 0.1:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 99.95:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def as_text(body: bytes) -> str | None:
    """The body as text; None where it is not UTF-8, or where it is full of control characters."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    unfit = sum(1 for _ in islice(_UNFIT.finditer(text.replace("\r\n", "\n")), len(text) // 8 + 1))
    return None if unfit > len(text) // 8 else text


def body(content: bytes, *, limit: int = 2000) -> str:
    """A body to look at: text, or a hex dump; what is left out is said."""
    text = as_text(content)
    if text is None:
        return hex_dump(content, limit=limit // 8)
    shown = printable(text.replace("\r\n", "\n")[:limit])
    return shown if len(text) <= limit else f"{shown}\n… {len(text) - limit:,} more characters"


def hex_dump(content: bytes, *, limit: int) -> str:
    """Bytes as offset, hexadecimal and ASCII, 16 a line."""
    rows = []
    for start in range(0, min(len(content), limit), _ROW):
        row = content[start : min(start + _ROW, limit)]
        characters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        rows.append(f"{start:08x}  {row.hex(' '):<{_ROW * 3 - 1}}  {characters}")
    if len(content) > limit:
        rows.append(f"… {len(content) - limit:,} more bytes")
    return "\n".join(rows)
