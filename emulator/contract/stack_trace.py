"""How stack traces look, in the languages that servers are written in."""

from __future__ import annotations

import re
from typing import Final

TRACE: Final = re.compile(
    rb"""
      Traceback\ \(most\ recent\ call\ last\)
    | File\ (?:"|&\#34;|&quot;|\\")[^"&\n]+(?:"|&\#34;|&quot;|\\"),\ line\ \d+   # Python, also in HTML or JSON
    | \bat\ [\w.$/<>]+\([\w$]+\.(?:java|scala|kt):\d+\)                          # Java
    | \bat\ (?:[\w.<>\ \[\]]+\ )?\(?(?:file://|node:|/)[^\s()]+:\d+:\d+\)?       # Node
    | \bgoroutine\ \d+\ \[\w+\]:                                                 # Go
    | \.rs:\d+:\d+:?\s.*\bstack\ backtrace:                                      # Rust
    """,
    re.VERBOSE | re.DOTALL,
)


def trace_in(body: bytes) -> str:
    """The first sign of a stack trace in a body; empty if there is none."""
    found = TRACE.search(body)
    return "" if found is None else found.group().decode(errors="replace")[:120]
