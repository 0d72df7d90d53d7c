"""One model, called into being once, in the background, by the worker that will use it."""

import threading
import traceback
from collections.abc import Callable

Answer = Callable[[bytes], bytes]

_REASON = 300


class Loading:
    """A model on its way: still loading, there, or failed with a reason.

    It loads beside the server rather than before it, so that /ping can say "not yet" from the first moment
    instead of leaving the platform's health check to run into a closed door.
    """

    def __init__(self, load: Callable[[], Answer], *, on_success: Callable[[], None]) -> None:
        self._on_success = on_success
        self._settled = threading.Event()
        self._load = load
        self.answer: Answer | None = None
        self.failure = ""
        threading.Thread(target=self._run, name="loading", daemon=True).start()

    def settled(self, *, within: float = 0) -> bool:
        """Say whether loading has ended, well or badly, waiting for that no longer than `within` seconds."""
        return self._settled.wait(within)

    def _run(self) -> None:
        try:
            self.answer = self._load()
            self._on_success()
        except BaseException as error:  # noqa: BLE001 - whatever ends this thread untold would read as "still loading"
            traceback.print_exc()
            lines = str(error).strip().splitlines() or ["no reason given"]
            self.failure = f"{type(error).__name__}: {lines[0]}"[:_REASON]
        finally:
            self._settled.set()
