"""The kernel's table of sockets is read as the kernel writes it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from emulator.adapters.proc_net import listening_in
from emulator.model.launch import Address

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


@pytest.mark.parametrize(
    ("local", "state", "expected"),
    [
        ("00000000:1F90", "0A", ("0.0.0.0", 8080)),
        ("0100007F:1F90", "0A", ("127.0.0.1", 8080)),
        ("00000000000000000000000000000000:1F90", "0A", ("::", 8080)),
        ("00000000000000000000000001000000:0050", "0A", ("::1", 80)),
        ("0000000000000000FFFF00000100007F:0050", "0A", ("127.0.0.1", 80)),
        ("0100007F:1F90", "01", None),
    ],
)
def test_line_is_an_address(local: str, state: str, expected: tuple[str, int] | None) -> None:
    """Addresses stand there in the machine's own order of bytes; only sockets that listen count."""
    line = f"   0: {local} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 1\n"
    found = [(each.host, each.port) for each in listening_in([HEAD + line, HEAD + line])]

    assert ([expected] if expected else []) == found


def test_own_socket_is_found() -> None:
    """A socket that listens here is in this machine's table."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sockets = listening_in([Path("/proc/net/tcp").read_text()])

        assert Address(host="127.0.0.1", port=listener.getsockname()[1]) in sockets
