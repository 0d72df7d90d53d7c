"""nginx: the process that listens, and stands between slow clients and busy workers."""

import os
import socket
from pathlib import Path

_TEMPLATE = Path(__file__).with_name("nginx.conf")


def command(*, scratch: Path, upstream: Path, port: int, invocations_at_once: int) -> list[str]:
    """Write the configuration into the scratch folder and return the command line that runs it."""
    listen = [f"        listen {port};"]
    if _ipv6_works():
        listen.append(f"        listen [::]:{port} ipv6only=on;")
    text = _TEMPLATE.read_text(encoding="utf-8")
    for word, value in {
        # As root, nginx would hand its workers to another user, who cannot reach the socket.
        "@USER@": "user root;" if os.geteuid() == 0 else "",
        "@SOCKET@": str(upstream),
        "@LISTEN@": "\n".join(listen),
        "@INVOCATIONS_AT_ONCE@": str(invocations_at_once),
    }.items():
        text = text.replace(word, value)
    (scratch / "nginx.conf").write_text(text, encoding="utf-8")
    return ["nginx", "-e", "stderr", "-p", str(scratch), "-c", "nginx.conf"]


def _ipv6_works() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
    except OSError:
        return False
    return True
