"""A healthy ping's body may say what it likes, but not that it is ill."""

from __future__ import annotations

import pytest

from emulator.contract.checks.ping.ping_body import ill_word


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"status": "Unhealthy"}', "Unhealthy"),
        (b'{"Status": "DOWN", "details": {}}', "DOWN"),
        (b'{"health": "not ready"}', "not ready"),
        (b"unhealthy\n", "unhealthy"),
        (b'"Loading..."', "Loading..."),
        (b"", ""),
        (b"\n", ""),
        (b"pong", ""),
        (b"OK", ""),
        (b'{"status": "Healthy"}', ""),
        (b'{"status": "UP", "errors": []}', ""),
        (b'{"status": "ok", "message": "error rate 0"}', ""),
        (b'{"error": null}', ""),
        (b'{"status": 200}', ""),
        (b"[1]", ""),
        (b"<html>down the road</html>", ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
    ],
)
def test_word_is_read(body: bytes, word: str) -> None:
    """A text of one word and the status of a JSON object are read, and nothing else is guessed."""
    assert word == ill_word(body)
