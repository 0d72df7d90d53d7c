"""Stack traces are told from sentences about lines and files."""

from __future__ import annotations

import pytest

from emulator.contract.stack_trace import trace_in


@pytest.mark.parametrize(
    "body",
    [
        b'Traceback (most recent call last):\n  File "/app/x.py", line 3, in f\nKeyError: 1\n',
        b'{"error": "  File \\"/app/x.py\\", line 3, in f"}',
        b"<pre>File &quot;/app/x.py&quot;, line 3</pre>",
        b"java.lang.NullPointerException\n\tat org.pytorch.serve.Handler.run(Handler.java:42)\n",
        b"TypeError: x\n    at predict (/app/server.js:10:5)\n    at /app/node_modules/express/lib/router.js:1:2",
        b"TypeError: x\n    at node:internal/process/task_queues:95:5",
        b"goroutine 18 [running]:\nmain.main()",
    ],
)
def test_trace_is_seen(body: bytes) -> None:
    """Of Python, as it is, in JSON and in HTML; of Java, Node and Go."""
    assert trace_in(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"row 3, column 4: could not convert string to float: 'x'",
        b'File "rows.csv" is not CSV',
        b"error at line 3",
        b'{"detail": [{"loc": ["body", 0], "msg": "value is not a valid float"}]}',
        b"look at https://example.com/help:80 for more",
    ],
)
def test_sentence_is_none(body: bytes) -> None:
    """What a caller needs to read may name lines and files."""
    assert trace_in(body) == ""
