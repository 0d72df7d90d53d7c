"""HTTP byte by byte over a socket of one's own."""

from __future__ import annotations

import socket
from contextlib import suppress
from http.client import HTTPException, HTTPResponse, IncompleteRead

from emulator.model.launch import Address
from emulator.model.message import HttpReply
from emulator.ports import NoReply
from emulator.ports.raw import RawHttp


class SocketConnection:
    """One connection; see :class:`emulator.ports.raw.RawConnection`."""

    def __init__(self, connected: socket.socket, address: Address) -> None:
        self._socket, self._address = connected, address

    def send(self, data: bytes) -> None:
        with suppress(OSError):
            self._socket.sendall(data)

    def reply(self, seconds: float) -> HttpReply:
        self._socket.settimeout(seconds)
        response = HTTPResponse(self._socket, method="POST")
        try:
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            try:
                body, complete = response.read(), True
            except IncompleteRead as cut:
                body, complete = cut.partial, False
            return HttpReply(status=response.status, headers=headers, body=body, complete=complete)
        except TimeoutError as late:
            raise NoReply("timeout", f"no reply from {self._address} within {seconds:g} s") from late
        except OSError as broken:
            raise NoReply("closed", f"{self._address}: {broken!r}") from broken
        except HTTPException as garbled:
            raise NoReply("malformed", f"{self._address}: {garbled!r}") from garbled
        finally:
            response.close()

    def hung_up(self, seconds: float) -> bool:
        self._socket.settimeout(seconds)
        try:
            while self._socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        with suppress(OSError):
            self._socket.close()


class SocketHttp:
    """Opens them."""

    def connect(self, address: Address, seconds: float) -> SocketConnection:
        try:
            connected = socket.create_connection((address.host, address.port), timeout=seconds)
        except TimeoutError as late:
            raise NoReply("timeout", f"{address}: {late}") from late
        except OSError as refused:
            raise NoReply("refused", f"{address}: {refused}") from refused
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SocketConnection(connected, address)


_fits: type[RawHttp] = SocketHttp
