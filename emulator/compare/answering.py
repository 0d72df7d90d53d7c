"""An exchange from what an endpoint answered, the same from one on this machine as from one elsewhere."""

from __future__ import annotations

from emulator.errors import ModelError
from emulator.model.message import Reply
from emulator.model.recording import Exchange, Request


def answered(request: Request, reply: Reply) -> Exchange:
    """A request that went through."""
    return Exchange(request=request, status=200, content_type=reply.content_type, body=reply.body)


def failed(request: Request, error: ModelError, *, endpoint: str) -> Exchange:
    """As a client of SageMaker sees it, who is told the container's status and text, and not its headers."""
    text = error.original_message.replace(endpoint, "ENDPOINT")
    status = error.original_status_code
    if status == 0 or 200 <= status < 300:  # silence; or a sound reply that the next container cannot take
        return Exchange(request=request, status=0, failure=text or error.message)
    return Exchange(request=request, status=status, body=error.original_message.encode())
