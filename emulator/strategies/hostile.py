"""Bodies that have nothing to do with records, of the kinds that reach every public server."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

from emulator.errors import UsageError
from emulator.strategies.payload import Payload

LONGEST: Final = 64 * 1024

DEPTH: Final = 20_000

LAUGHS: Final = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><l>&i;</l>"
)
OUTSIDE: Final = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'

TEXTS: Final = {
    "SQL": "'; DROP TABLE records; --",
    "HTML": "<html><script>alert(1)</script></html>",
    "format string": "%s%s%s%n%x {0.__class__.__mro__} ${jndi:ldap://byoc.invalid/a} {{7*7}}",
    "shell": "$(sleep 60) `sleep 60` | sleep 60 & sleep 60",
    "path": "../../../../etc/passwd\x00.csv",
    "XML that grows without bound": LAUGHS,
    "XML that reads a file": OUTSIDE,
    "HTTP request": "GET / HTTP/1.1\r\nHost: byoc.invalid\r\n\r\n",
    "form": "a=1&b=2&a=3",
    "multipart": '--x\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n1,2\r\n--x--\r\n',
    "YAML that makes an object": "!!python/object/apply:os.getcwd []\n",
    "deep JSON arrays": "[" * DEPTH + "]" * DEPTH,
    "deep JSON objects": '{"a":' * DEPTH + "1" + "}" * DEPTH,
    "JSON with a key that classes have": '{"__proto__": {"a": 1}, "__class__": "a"}',
    "one line of 64 kB": "x" * LONGEST,
    "one number of 64 kB": "1" * LONGEST,
    "one record of 32,768 fields": "1," * (LONGEST // 2),
    "32,768 empty lines": "\r\n" * (LONGEST // 2),
    "quotes only": '"' * (LONGEST - 1),
}


def hostile_bodies(media_type: str) -> st.SearchStrategy[Payload]:
    """Bodies of up to 200 kB that an image has to refuse, whatever it serves, and to survive.

    Args:
        media_type: what they claim to be.

    Raises:
        UsageError: it is empty.

    Shrinks to a single zero byte.
    """
    if not media_type.strip():
        raise UsageError("hostile bodies need a media type to claim.", fix="give one such as text/csv")
    fixed = [
        *((label, text.encode()) for label, text in TEXTS.items()),
        *((label, make()) for label, make in BINARIES.items()),
    ]
    kinds = [
        _labelled("zero bytes", st.integers(1, 64).map(bytes)),
        _labelled("random bytes", st.binary(min_size=1, max_size=512)),
        _labelled("invalid UTF-8", _invalid_texts()),
        st.sampled_from(fixed),
    ]
    return st.one_of(kinds).map(lambda each: Payload(label=each[0], body=each[1], content_type=media_type))


def _labelled(label: str, bodies: st.SearchStrategy[bytes]) -> st.SearchStrategy[tuple[str, bytes]]:
    return bodies.map(lambda body: (label, body))


def _invalid_texts() -> st.SearchStrategy[bytes]:
    broken = st.sampled_from([b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf8\x88"])
    around = st.text(max_size=20).map(str.encode)
    return st.tuples(around, broken, around).map(b"".join)


def _zip() -> bytes:
    """A valid archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("rows.csv"), b"1,2\n")
    return stream.getvalue()


BINARIES: Final[dict[str, Callable[[], bytes]]] = {
    "zip": _zip,
    "zip magic": lambda: b"PK\x03\x04",
    "gzip": lambda: gzip.compress(b"1,2\n", mtime=0),
    "gzip magic": lambda: b"\x1f\x8b\x08",
    "gzip of 10 MB": lambda: gzip.compress(b"0" * 10_000_000, mtime=0),
    "pickle": lambda: pickle.dumps({"rows": [1, 2]}),
    "pickle that makes an object": lambda: b"cos\ngetcwd\n(tR.",
    "UTF-16": lambda: "1,2\n".encode("utf-16"),
    "UTF-32": lambda: "1,2\n".encode("utf-32"),
    "JSON in UTF-16": lambda: json.dumps([[1, 2]]).encode("utf-16-le"),
    "PNG magic": lambda: b"\x89PNG\r\n\x1a\n",
    "NumPy magic": lambda: b"\x93NUMPY\x01\x00",
    "Parquet magic": lambda: b"PAR1",
    "RecordIO magic": lambda: b"\x0a\x23\xd7\xce\xff\xff\xff\x7f",
}
