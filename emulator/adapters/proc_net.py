"""Which sockets listen, read from the kernel's own tables (proc(5), /proc/net/tcp)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from emulator.model.launch import Address

LISTEN = "0A"
"""The state of a socket that listens, as the kernel writes it."""


def listening_in(tables: Iterable[str]) -> tuple[Address, ...]:
    """The listening sockets of the texts of ``/proc/net/tcp`` and ``/proc/net/tcp6``, without repeats."""
    found: dict[Address, None] = {}
    for table in tables:
        for line in table.splitlines():
            fields = line.split()
            if len(fields) > 3 and fields[3] == LISTEN:
                host, _, port = fields[1].partition(":")
                found[Address(host=_ip(host), port=int(port, 16))] = None
    return tuple(found)


def _ip(text: str) -> str:
    """Words of four bytes, each in the order of the machine: little-endian wherever containers run."""
    words = [bytes.fromhex(text[start : start + 8])[::-1] for start in range(0, len(text), 8)]
    packed = b"".join(words)
    if len(packed) == 4:
        return str(IPv4Address(packed))
    address = IPv6Address(packed)
    return str(address.ipv4_mapped or address)
