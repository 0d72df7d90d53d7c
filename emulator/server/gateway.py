"""One address for AWS: SageMaker's control plane and runtime are ours, everything else is another application's.

Plain ASGI: an invocation passes through one dictionary and two regular expressions, and
no framework, as its time is taken from the containers on the same machine.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final
from xml.sax.saxutils import escape

from emulator import limits
from emulator.errors import ServiceFault
from emulator.server.asgi import BodyTooLarge, Call, ClientGone, Receive, Scope, Send, live
from emulator.server.control_api import CONTENT_TYPE, PREFIX, ControlApi, fault_body
from emulator.server.mount import Mounted
from emulator.server.refusal import BadRequest
from emulator.server.runtime import PATH, Runtime, encoded
from emulator.server.signature import require_signature, service_of
from emulator.wire.runtime_api import answer_from_fault

SERVICE: Final = "sagemaker"

TARGET: Final = b"x-amz-target"

logger = logging.getLogger(__name__)


class Gateway:
    """Decides whose a request is.

    Ours is what is signed for SageMaker, names a target of it, or goes to a path of its
    runtime without a readable signature: that one is refused, not passed on.

    Args:
        control: the control plane.
        runtime: the invocations.
        others: S3, ECR, STS, IAM, CloudWatch Logs and the rest.
    """

    def __init__(self, control: ControlApi, runtime: Runtime, others: Mounted) -> None:
        self._control, self._runtime, self._others = control, runtime, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await live(receive, send, close=self._close)
            return
        call = Call(scope, receive, send)
        service = service_of(call.headers, call.query)
        path = PATH.fullmatch(call.path) if call.method == "POST" else None
        if service == SERVICE or call.headers.get(TARGET, b"").startswith(PREFIX) or (service is None and path):
            await self._ours(path, call)
        else:
            await self._theirs(call)

    def _close(self) -> None:
        self._runtime.close()
        self._control.close()
        self._others.close()

    async def _ours(self, path: re.Match[bytes] | None, call: Call) -> None:
        try:
            require_signature(call.headers, call.query, service=SERVICE)
            if path is not None and TARGET not in call.headers:
                await self._runtime.respond(path, call)
                return
            _require_root(call)
            content = await self._control.answer(call.headers.get(TARGET, b""), await call.body(limits.PAYLOAD_BYTES))
            await call.answer(200, [CONTENT_TYPE], content)
        except ClientGone:
            return
        except BodyTooLarge as large:
            text, status = f"The request body has {large}.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            await self._refuse(BadRequest("RequestEntityTooLargeException", text, http_status=status), call)
        except ServiceFault as fault:
            await self._refuse(fault, call)
        except Exception as bug:
            logger.error("%s %s failed: %r", call.method, call.path.decode("latin-1"), bug)  # noqa: TRY400 - one line
            logger.debug("its traceback", exc_info=bug)
            await self._refuse(ServiceFault(f"byoc-emulator failed: {bug!r}"), call)

    async def _refuse(self, fault: ServiceFault, call: Call) -> None:
        if call.path == b"/":
            await call.answer(int(fault.http_status), [CONTENT_TYPE], fault_body(fault))
        else:
            given = answer_from_fault(fault)
            await call.answer(given.status, encoded(given), given.body)

    async def _theirs(self, call: Call) -> None:
        begun = False

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await call.send(message)

        try:
            await self._others(call.scope, call.receive, send)
        except Exception as bug:
            logger.error("moto failed on %s %s: %r", call.method, call.path.decode("latin-1"), bug)  # noqa: TRY400
            logger.debug("its traceback", exc_info=bug)
            if not begun:
                await _broken(bug, call)


async def _broken(bug: Exception, call: Call) -> None:
    """An error in the form that clients of the service can read: JSON where the request is, else XML."""
    lacking = isinstance(bug, NotImplementedError)
    code, status = ("NotImplemented", 501) if lacking else ("InternalFailure", 500)
    text = f"moto failed: {str(bug) or repr(bug)}"
    if b"json" in call.headers.get(b"content-type", b""):
        body = json.dumps({"__type": code, "message": text}).encode()
        await call.answer(status, [(b"Content-Type", b"application/json"), (b"x-amzn-ErrorType", code.encode())], body)
        return
    error = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    xml = f"<ErrorResponse>{error}<RequestId>{call.request_id}</RequestId></ErrorResponse>".encode()
    await call.answer(status, [(b"Content-Type", b"text/xml")], xml)


def _require_root(call: Call) -> None:
    """Refuse what is neither control plane nor runtime: one of SageMaker's smaller services, or a slip."""
    if call.method != "POST" or call.path != b"/":
        text = f"byoc-emulator does not emulate {call.method} {call.path.decode('latin-1')} of Amazon SageMaker."
        raise BadRequest("UnknownOperationException", text, http_status=HTTPStatus.NOT_FOUND)
