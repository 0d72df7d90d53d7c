"""The access log: every request but the healthy pings, which come every few seconds and say nothing."""

from typing import Any

from gunicorn.glogging import Logger


class QuietPings(Logger):
    """gunicorn's logger, silent about a /ping that was answered with 200."""

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Log one exchange, unless it is a healthy ping."""
        if environ.get("PATH_INFO") != "/ping" or not str(resp.status).startswith("200"):
            super().access(resp, req, environ, request_time)
