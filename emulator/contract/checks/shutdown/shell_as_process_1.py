"""A shell is process 1 and keeps SIGTERM from the server.

What:
    Process 1 is a shell (sh -c …, or a script that starts the server and waits), and the container still runs 30 s
    after SIGTERM. Not reported for a shell-form ENTRYPOINT, which a check of the image reports.

Why it matters:
    SageMaker signals process 1 only, and a shell does not pass signals on. The server learns nothing and is killed
    after 30 s: requests in hand are lost, and each scale-in and deployment waits for the whole grace.

How to fix:
    Start the server with exec as the script's last line: ``exec gunicorn …``. Where the shell must stay, trap TERM,
    forward it to the children and wait for them.

Source:
    Hosting contract 1.3 (documented: process 1 must receive SIGTERM), 1.4 (documented: SIGKILL after 30 s).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.stop import shell_form, stop_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("END004", severity="error", stage="last")
def shell_as_process_1(subject: Subject) -> Iterator[Violation]:
    """Look who is process 1 of what does not stop."""
    if not subject.shared.healthy:
        raise NotApplicable("it did not become healthy")
    if shell_form(subject.image.entrypoint):
        raise NotApplicable("its ENTRYPOINT is in shell form; a check of the image tells")
    stop = stop_of(subject)
    if stop.exit_code is None and stop.by_shell:
        yield Violation(
            what=f"Process 1 is a shell, {stop.process!r}, and the container still ran {stop.grace:g} s after SIGTERM.",
            log=stop.log[-5:],
            launch=stop.launch,
        )
