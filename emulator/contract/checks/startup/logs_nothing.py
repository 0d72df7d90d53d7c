"""The container writes nothing to stdout or stderr.

What:
    Neither its start nor the requests of all checks, good and bad, left a single line on stdout or stderr.

Why it matters:
    CloudWatch Logs shows stdout and stderr and nothing else: log files inside the container are lost with it. When
    something fails, "Please check CloudWatch logs for this endpoint" leads to an empty stream.

How to fix:
    Log to stderr, at least the start and every error. For nginx link /var/log/nginx/error.log to /dev/stderr, for
    gunicorn use ``--error-logfile -``; PYTHONUNBUFFERED=1 makes sure that lines arrive before a crash.

Source:
    Hosting contract 1.8, 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA011", severity="note", stage="last")
def logs_nothing(subject: Subject) -> Iterator[Violation]:
    """Look at all it wrote."""
    if not subject.shared.healthy:
        raise NotApplicable("it did not become healthy")
    if not any(line.strip() for trial in (*subject.ended, subject.shared) for line in trial.log()):
        yield Violation(what="After its start and all requests stdout and stderr are empty.")
