"""What the gateway refuses before it knows what is asked: what is not signed, and what cannot be read."""

from __future__ import annotations

from http import HTTPStatus

from emulator.errors import ServiceFault


class AccessDenied(ServiceFault):
    """A request is not signed, or not for the service it was sent to.

    Attributes:
        code: as of AWS (``MissingAuthenticationTokenException`` …).
    """

    http_status = HTTPStatus.FORBIDDEN

    def __init__(self, code: str, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what, why=why, fix=fix)
        self.code = code


class BadRequest(ServiceFault):
    """A request cannot be read.

    Attributes:
        code: as of AWS (``SerializationException`` …).
    """

    def __init__(self, code: str, what: str, *, http_status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(what)
        self.code, self.http_status = code, http_status
