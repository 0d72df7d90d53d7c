"""From an exit code and last words to what the owner of an image can do."""

from __future__ import annotations

import re
from collections.abc import Sequence

PING_LINE = re.compile(r"\bGET /ping\b|\"GET /ping")

NATIVE_STACK = re.compile(r"\s*(?:Stack trace:\s*$|\[bt\] \(\d+\) )")
"""Where in a library of C++ an error arose: dmlc-core writes it below what xgboost and others say."""

RAISED = re.compile(r"(?:[A-Za-z_]\w*\.)*\w*(?:Error|Exception|Exit): ")
"""How Python begins to tell of the exception that ended it; a message may have more lines."""

WHERE_IN_SOURCE = re.compile(r"\[\d\d:\d\d:\d\d\] \S+:\d+: ")
"""dmlc-core's time and line, before what it says."""

EXEC_FORMAT = re.compile(r"exec format error", re.IGNORECASE)
"""What the kernel says of a program for another processor, and of a script without a ``#!`` line."""

START_FIXES = (
    (
        re.compile(r"executable file not found|not found in \$PATH|no such file or directory", re.IGNORECASE),
        (
            "put an executable named serve (chmod +x) on PATH, or set an exec-form ENTRYPOINT that takes serve as its "
            "argument; if the file is there, look at its #! line: a carriage return or a missing interpreter reads the "
            "same"
        ),
    ),
    (
        EXEC_FORMAT,
        "build the image for this machine's architecture (docker build --platform), and start serve with a #! line",
    ),
    (re.compile(r"permission denied", re.IGNORECASE), "make serve executable: RUN chmod +x in the Dockerfile"),
)

RUN_BY_HAND = "run it by hand and watch it end: docker run --rm IMAGE serve"

EXIT_FIXES = (
    (
        re.compile(r"\\r\W*: No such file|\^M: bad interpreter", re.IGNORECASE),
        "the #! line of serve ends in a carriage return: save it with Unix line ends (.gitattributes: serve eol=lf)",
    ),
    (EXEC_FORMAT, START_FIXES[1][1]),
)

EXIT_CAUSES = {
    0: "the program ended by itself; serve must stay in the foreground",
    126: "the program is not executable",
    127: "a command or interpreter was not found in the image",
    137: "it was killed (SIGKILL), most often for want of memory",
    139: "it crashed (SIGSEGV)",
    143: "it was ended by SIGTERM",
}


def start_fix(text: str) -> str:
    """What to change when the engine refuses to start an image with these words."""
    for pattern, fix in START_FIXES:
        if pattern.search(text):
            return fix
    return "run it by hand: docker run --rm IMAGE serve"


def exit_cause(exit_code: int, log_tail: Sequence[str]) -> str:
    """Why a container may have stopped, from its exit code and log."""
    telling = next((line.strip() for line in log_tail if _exit_fix(line)), "")
    if telling:
        return f'its log says "{telling[:200]}"'
    lines = [line.strip() for line in log_tail if line.strip() and not NATIVE_STACK.match(line)]
    raised = next((place for place in reversed(range(len(lines))) if RAISED.match(lines[place])), len(lines) - 1)
    if raised in range(len(lines) - 1):
        return f'its log says "{WHERE_IN_SOURCE.sub("", " ".join(lines[raised:]))[:200]}"'
    if lines:
        return f'its log ends "{lines[-1][:200]}"'
    return EXIT_CAUSES.get(exit_code, "it wrote nothing to stdout or stderr")


def exit_fix(log_tail: Sequence[str]) -> str:
    """What to change when a container stopped with this log."""
    return next(filter(None, map(_exit_fix, log_tail)), RUN_BY_HAND)


def _exit_fix(line: str) -> str:
    return next((fix for pattern, fix in EXIT_FIXES if pattern.search(line)), "")


def without_noise(log_tail: Sequence[str], *, most: int) -> tuple[str, ...]:
    """The last lines without those of our own pings and of native stacks, unless there is nothing else."""
    telling = [line for line in log_tail if not PING_LINE.search(line) and not NATIVE_STACK.match(line)]
    return tuple((telling or list(log_tail))[-most:])
