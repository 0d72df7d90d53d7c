"""Media types: what a request says it carries and will take, against what a door offers.

Parameters never decide, as SageMaker hands one container's `text/csv; charset=utf-8` to the next verbatim. The
exception is a charset other than UTF-8, which would change what the bytes mean.
"""

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType

_UTF8 = {"", "utf-8", "utf8", "us-ascii", "ascii"}


def require_content_type(request: Request, wanted: str) -> None:
    """Refuse, with 415, a body that is not declared to be of the wanted type; an undeclared one is refused too."""
    if not request.mimetype:
        raise UnsupportedMediaType(f"no Content-Type, send {wanted}")
    if request.mimetype != wanted:
        raise UnsupportedMediaType(f"Content-Type {request.mimetype} is not supported, send {wanted}")
    charset = request.mimetype_params.get("charset", "").lower()
    if charset not in _UTF8:
        raise UnsupportedMediaType(f"charset {charset} is not supported, send utf-8")


def require_accept(request: Request, offered: str) -> None:
    """Refuse, with 406, a caller that would not take the offered type; one that does not say takes anything."""
    if not request.headers.get("Accept", "").strip():
        return
    bare = MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in request.accept_mimetypes])
    if bare.quality(offered) <= 0:
        raise NotAcceptable(f"only {offered} is offered")
