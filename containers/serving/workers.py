"""gunicorn: the worker processes that hold the model."""

import sys
from pathlib import Path

# Threads are made when needed. nginx lets through fewer invocations than one worker has threads, so that even
# if all of them meet in the same worker a /ping finds a thread free.
THREADS = 64
INVOCATIONS_AT_ONCE = THREADS - 4


def command(*, program: Path, scratch: Path, socket: Path, workers: int) -> list[str]:
    """Return the command line that serves `wsgi:application`, found in `program`, on a unix socket."""
    return [
        *(sys.executable, "-m", "gunicorn"),
        *("--chdir", str(program)),
        *("--bind", f"unix:{socket}"),
        *("--workers", str(workers)),
        *("--worker-class", "gthread", "--threads", str(THREADS)),
        # The heartbeat comes from the main thread, which long C calls in other threads can hold up for seconds.
        *("--timeout", "120"),
        # By the time gunicorn is told to stop nginx has seen every request through; see supervisor.
        *("--graceful-timeout", "2"),
        # Longer than nginx keeps its end open: a connection must not close under a request being sent.
        *("--keep-alive", "75"),
        *("--worker-tmp-dir", str(scratch)),
        "--no-control-socket",  # it would be written under HOME
        *("--access-logfile", "-", "--access-logformat", "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"),
        *("--logger-class", "serving.access_log.QuietPings"),
        *("--log-level", "warning"),
        "wsgi:application",
    ]
