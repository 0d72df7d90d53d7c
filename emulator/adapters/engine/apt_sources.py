"""The mirrors of a bootstrapped image: the host's own, read from its apt configuration."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.adapters.engine.machine import program_path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
RELEASES = frozenset(
    {"buster", "bullseye", "bookworm", "trixie", "forky", "sid"}
    | {"oldoldstable", "oldstable", "stable", "testing", "unstable"}
)
ROLLING = frozenset({"sid", "unstable"})
CARRIED_OPTIONS = ("Acquire::Check-Valid-Until", "Acquire::Check-Date")
"""Settings of a host whose mirror is frozen: without them its images could not `apt-get update` either."""

_ONE_LINE = re.compile(r"deb\s+(?:\[[^]]*]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AptSources:
    """What the image's apt is told; without lines, mmdebstrap's own defaults hold."""

    lines: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    uri: str
    suite: str


def apt_sources(suite: str, environ: Mapping[str, str], *, mirror: str = "", root: Path = Path("/")) -> AptSources:
    """Main, updates and security of a release.

    Args:
        suite: the release.
        environ: the environment variables to find programs by.
        mirror: the address for main and updates; the host's own by default.
        root: the directory under which the host's apt configuration lies.
    """
    known = tuple(_host_sources(root))
    main = mirror.rstrip("/") or _debian_archive(known)
    if not main:
        return AptSources()
    security = next((source.uri for source in known if _is_security(source)), f"{main}-security")
    signed = f"[signed-by={KEYRING}] " if (root / KEYRING.lstrip("/")).exists() else ""
    pockets = [(main, suite)]
    if suite not in ROLLING:
        pockets += [(main, f"{suite}-updates"), (security, f"{suite}-security")]
    lines = tuple(f"deb {signed}{uri} {pocket} main" for uri, pocket in pockets)
    return AptSources(lines=lines, options=_carried_options(environ))


def _debian_archive(known: tuple[_Source, ...]) -> str:
    """The mirror among all sources: others borrow release names, but only it has ``-updates`` too."""
    candidates = [source.uri for source in known if source.suite in RELEASES]
    complete = {source.uri for source in known if source.suite.removesuffix("-updates") in RELEASES - {source.suite}}
    ranked = [uri for uri in candidates if uri in complete] + [uri for uri in candidates if uri.endswith("/debian")]
    return ranked[0] if ranked else ""


def _is_security(source: _Source) -> bool:
    release = source.suite.removesuffix("-security").removesuffix("/updates")
    return release != source.suite and release in RELEASES


def _host_sources(root: Path) -> Iterator[_Source]:
    apt = root / "etc/apt"
    for path in (apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))):
        try:
            text = path.read_text("utf-8")
        except (OSError, ValueError):
            continue
        if path.suffix == ".sources":
            yield from _stanzas(text)
        elif path.suffix == ".list":
            yield from _one_liners(text)


def _one_liners(text: str) -> Iterator[_Source]:
    for line in text.splitlines():
        match = _ONE_LINE.match(line.strip())
        if match and "main" in match["components"].split():
            yield _Source(match["uri"].rstrip("/"), match["suite"])


def _stanzas(text: str) -> Iterator[_Source]:
    for stanza in re.split(r"\n\s*\n", text):
        fields: dict[str, list[str]] = {}
        current: list[str] = []
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace():
                current.extend(line.split())
            elif ":" in line:
                name, _, value = line.partition(":")
                current = fields.setdefault(name.strip().lower(), [])
                current.extend(value.split())
        wanted = "deb" in fields.get("types", ()) and "main" in fields.get("components", ())
        if wanted and fields.get("enabled", ["yes"]) != ["no"]:
            for uri in fields.get("uris", ()):
                yield from (_Source(uri.rstrip("/"), suite) for suite in fields.get("suites", ()))


def _carried_options(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The host's answer for each carried option that it sets, as apt writes it."""
    command = ["apt-config", "dump", "--no-empty", "--format", "%f %V%n", *CARRIED_OPTIONS]
    variables = {**environ, "PATH": program_path(environ)}
    try:
        answer = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    pairs = (line.split(" ", 1) for line in answer.stdout.splitlines() if " " in line)
    return tuple(f'{name} "{value.strip()}"' for name, value in pairs)
