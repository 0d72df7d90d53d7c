"""A container that answers with the request's body, so that what is measured is the way to it.

With the custom attributes ``chunks=5;pause=0.01`` the answer is that many pieces, the first at once, the others each
after so many seconds. Plain blocking sockets, a thread for each connection: nothing is copied that need not be.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from socketserver import BaseRequestHandler, ThreadingTCPServer

END = b"\r\n\r\n"
ATTRIBUTES = b"x-amzn-sagemaker-custom-attributes"
HEAD_BYTES = 65536


class Server(ThreadingTCPServer):
    """A thread for each connection, which nobody waits for at the end."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that broke ends; nobody has to know."""


class Echo(BaseRequestHandler):
    """One connection, with no more of HTTP than the benchmarks and the emulator speak."""

    request: socket.socket

    def handle(self) -> None:
        """Answer until the client hangs up."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b""
        while True:
            while END not in data:
                received = self.request.recv(HEAD_BYTES)
                if not received:
                    return
                data += received
            head, _, begun = data.partition(END)
            lines = (line.partition(b": ") for line in head.split(b"\r\n")[1:])
            headers = {name.lower(): value for name, _, value in lines}
            length = int(headers.get(b"content-length", b"0"))
            body = self._rest(begun[:length], length)
            data = begun[length:]
            self._answer(head, headers, body)

    def _rest(self, begun: bytes, length: int) -> bytes | bytearray:
        if len(begun) == length:
            return begun
        body = bytearray(length)
        body[: len(begun)] = begun
        view, filled = memoryview(body), len(begun)
        while filled < length:
            received = self.request.recv_into(view[filled:])
            if not received:
                raise ConnectionError
            filled += received
        return body

    def _answer(self, head: bytes, headers: dict[bytes, bytes], body: bytes | bytearray) -> None:
        if head.startswith(b"GET /ping "):
            self._whole(b"", b"text/plain")
        elif asked := headers.get(ATTRIBUTES):
            told = dict(each.split(b"=") for each in asked.split(b";"))
            self._pieces(int(told[b"chunks"]), float(told[b"pause"]), body)
        else:
            self._whole(body, headers.get(b"content-type", b"application/octet-stream"))

    def _whole(self, body: bytes | bytearray, kind: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        if len(body) < HEAD_BYTES:
            self.request.sendall(head + body)
        else:
            self.request.sendall(head)
            self.request.sendall(body)

    def _pieces(self, chunks: int, pause: float, body: bytes | bytearray) -> None:
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n")
        for nth in range(chunks):
            if nth:
                time.sleep(pause)
            self.request.sendall(b"%x\r\n%b\r\n" % (len(body), bytes(body)))
        self.request.sendall(b"0\r\n\r\n")


def main() -> None:
    """Serve until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Server(("0.0.0.0", int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))), Echo) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
