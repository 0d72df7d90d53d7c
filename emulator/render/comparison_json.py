"""A comparison as JSON, which can be read back.

``schema`` is ``byoc-emulator/comparison/1``; all else has the names of :class:`emulator.model.comparison.Comparison`
and of its parts. A float that is not finite is ``"inf"``, ``"-inf"`` or ``"nan"``; a body is ``{"text": …}``, or
``{"base64": …}`` where it is not UTF-8.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any, Final

from emulator.errors import UsageError
from emulator.model.comparison import Comparison
from emulator.render.values import plain, whole

SCHEMA: Final = "byoc-emulator/comparison/1"


def render(comparison: Comparison) -> str:
    """The comparison as JSON, ASCII only, so that it survives any pipe."""
    document: dict[str, Any] = {"schema": SCHEMA, **plain(comparison)}
    if comparison.counterexample is not None:
        document["counterexample"]["request"]["body"] = _body(comparison.counterexample.request.body)
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def comparison_from(text: str) -> Comparison:
    """The comparison that :func:`render` wrote.

    Raises:
        UsageError: it is none, or one of another schema.
    """
    fix = "give what byoc diff -f json wrote"
    try:
        read: Any = json.loads(text)
        schema = read.pop("schema")
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as broken:
        raise UsageError("This is no comparison.", why=f"{type(broken).__name__}: {broken}", fix=fix) from broken
    if schema != SCHEMA:
        raise UsageError("This comparison is of another schema.", why=f"{schema}, not {SCHEMA}", fix=fix)
    try:
        if read.get("counterexample") is not None:
            request = read["counterexample"]["request"]
            request["body"] = {"base64": b64encode(_bytes(request["body"])).decode("ascii")}
        return whole(Comparison, read)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise UsageError("This is no comparison.", why=f"{type(wrong).__name__}: {wrong}", fix=fix) from wrong


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode("ascii")}


def _bytes(written: dict[str, str]) -> bytes:
    return written["text"].encode() if "text" in written else b64decode(written["base64"], validate=True)
