"""moto, a WSGI application, as a part of the gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from a2wsgi import WSGIMiddleware

from emulator.adapters.moto import SENT_HEADERS, WsgiApp
from emulator.server.asgi import Receive, Scope, Send

THREADS: Final = 16


class Mounted:
    """Answers every request with a WSGI application, in threads of its own.

    Args:
        application: what answers.
        account_id: whose resources they are, unless the request says so.
    """

    def __init__(self, application: WsgiApp, *, account_id: str) -> None:
        self._application, self._account_id = application, account_id
        self._adapter: Any = WSGIMiddleware(self._call, workers=THREADS)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._adapter(scope, receive, send)

    def close(self) -> None:
        """Take no more; what is under way ends on its own."""
        self._adapter.executor.shutdown(wait=False, cancel_futures=True)

    def _call(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        scope = environ["asgi.scope"]
        query = scope["query_string"].decode("latin-1")
        # S3 keys may hold an encoded slash, which the decoded path does not tell from a plain one.
        environ["RAW_URI"] = environ["REQUEST_URI"] = scope["raw_path"].decode("latin-1") + (query and f"?{query}")
        environ["wsgi.input_terminated"] = True  # the body ends where it ends, also where no length was announced
        environ[SENT_HEADERS] = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        environ.setdefault("HTTP_X_MOTO_ACCOUNT_ID", self._account_id)
        return self._application(environ, start_response)
