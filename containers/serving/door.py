"""The HTTP door: routes, status codes, media types and short text errors, for any function from bytes to bytes."""

import os
import threading
import traceback
from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    ServiceUnavailable,
)

from serving.loading import Answer, Loading
from serving.media import require_accept, require_content_type
from serving.records import RecordError
from serving.roll_call import RollCall

# A caller gives up after 60 s (your-algorithms-inference-code); it should hear why before that.
LOADING_PATIENCE = 50.0

# Python computes one thing at a time: more at once would only make everybody late, /ping included.
TURNS = 2


def open_door(load: Callable[[], Answer], *, takes: str, gives: str) -> Flask:
    """Serve /ping and /invocations for the function `load` returns, from bodies it `takes` to bodies it `gives`."""
    app = Flask("serving", static_folder=None)
    app.url_map.merge_slashes = False  # it would answer //ping with a redirect in HTML
    roll_call = RollCall.read(os.environ)
    loading = Loading(load, on_success=roll_call.report)
    turns = threading.BoundedSemaphore(TURNS)

    @app.before_request
    def read_body() -> None:
        # What is refused unread stays in the connection, which gunicorn then closes while nginx sends the next request.
        request.get_data()

    @app.route("/ping", methods=["GET"], provide_automatic_options=False)
    def ping() -> Response:
        if not loading.settled():
            raise ServiceUnavailable("the model is still loading")
        _loaded(loading)
        if not roll_call.complete():
            raise ServiceUnavailable("the model is still loading in another worker")
        return Response(status=200, mimetype="text/plain")

    @app.route("/invocations", methods=["POST"], provide_automatic_options=False)
    def invocations() -> Response:
        require_content_type(request, takes)
        require_accept(request, gives)
        body = request.get_data()
        if not body:
            raise BadRequest("the body is empty")
        if not loading.settled(within=LOADING_PATIENCE):
            raise ServiceUnavailable("the model is still loading")
        answer = _loaded(loading)
        with turns:
            return Response(answer(body), headers={"Content-Type": gives})

    app.register_error_handler(RecordError, lambda error: _text(400, str(error)))
    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(Exception, _surprise)
    return app


def _loaded(loading: Loading) -> Answer:
    if loading.answer is None:
        raise InternalServerError(f"the model cannot load, {loading.failure}")
    return loading.answer


def _refusal(error: HTTPException) -> Response:
    sentence = error.description or error.name
    if isinstance(error, NotFound | MethodNotAllowed):
        sentence = "there are GET /ping and POST /invocations"
    response = _text(error.code or 500, sentence)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _surprise(error: Exception) -> Response:
    traceback.print_exception(error)
    return _text(500, f"the model failed with {type(error).__name__}, see the container's log")


def _text(status: int, sentence: str) -> Response:
    return Response(sentence, status=status, mimetype="text/plain")
