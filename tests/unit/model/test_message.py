"""How exchanges are shown, and what a reply offers."""

from __future__ import annotations

import pytest

from emulator.model.message import Hop, HttpReply, HttpRequest, Reply, Trace

SENT = HttpRequest(method="POST", path="/invocations", headers={"Content-Type": "text/csv"}, body=b"x" * 1234)


@pytest.mark.parametrize(
    ("hop", "text"),
    [
        (
            Hop(
                container="container-1",
                request=SENT,
                reply=HttpReply(status=200, headers={"content-type": "application/json"}, body=b"{}"),
                seconds=0.0123,
            ),
            "container-1: text/csv, 1,234 B -> 200 application/json, 2 B in 12.3 ms",
        ),
        (
            Hop(
                container="primary",
                request=HttpRequest(method="POST", path="/invocations"),
                reply=HttpReply(status=204),
                seconds=1,
            ),
            "primary: no type, 0 B -> 204 no type, 0 B in 1000.0 ms",
        ),
        (
            Hop(container="primary", request=SENT, reply=None, failure="it closed the connection", seconds=0),
            "primary: text/csv, 1,234 B -> it closed the connection in 0.0 ms",
        ),
    ],
    ids=["answered", "bare", "silent"],
)
def test_hop_is_shown_as(hop: Hop, text: str) -> None:
    """A hop prints as one line: who, what was sent, what came back, how long it took."""
    assert text == str(hop)


def test_trace_is_its_hops() -> None:
    """A trace has the length, the lines and the time of its hops together."""
    hop = Hop(container="c", request=SENT, reply=HttpReply(status=200), seconds=0.5)
    trace = Trace((hop, hop))

    assert (2, [hop, hop], f"{hop}\n{hop}", 1.0) == (len(trace), list(trace), str(trace), trace.seconds)


def test_reply_reads_as_text_and_json() -> None:
    """A reply's body is bytes, text and JSON, as the caller wants."""
    reply = Reply(body='{"y": "\u00e9"}'.encode(), content_type="application/json", invoked_production_variant="v")

    assert ('{"y": "\u00e9"}', {"y": "\u00e9"}) == (reply.text, reply.json())


def test_undecodable_text_is_shown() -> None:
    """A byte that is not UTF-8 becomes U+FFFD rather than an error."""
    assert "a\ufffd" == Reply(body=b"a\xff", content_type=None, invoked_production_variant="v").text


def test_json_that_is_none_raises() -> None:
    """A body that is not JSON says so when it is asked for as JSON."""
    with pytest.raises(ValueError, match="Expecting value"):
        Reply(body=b"<html>", content_type="text/html", invoked_production_variant="v").json()
