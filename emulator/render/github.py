"""A report for GitHub Actions: workflow commands that annotate a run, and Markdown for its summary page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from emulator.model.finding import Finding, Severity
from emulator.model.report import Portrait, Report
from emulator.render.prose import evidence, reproduce
from emulator.render.summary import STATUSES, State, families, findings_of, health, reasons, subjects, timing, verdict
from emulator.render.words import one_line, printable, size

_COMMANDS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "note": "notice"}
_MARKS: Final[dict[State, str]] = {"pass": "✅", "fail": "❌", "unsure": "⚠️"}
_BADGES: Final[dict[Severity, str]] = {"error": "🔴", "warning": "🟠", "note": "🔵"}
_LOG: Final = 20  # GitHub drops a summary of more than 1 MiB
_STEERING = re.compile(r"([\\`*_{}\[\]()#+!|~$@:])")


def render(report: Report, *, at: Severity = "warning") -> str:
    """Workflow commands, the worst first, as GitHub shows ten of a kind; then the verdict in one line."""
    lines = [_annotation(finding) for finding in report.findings]
    for outcome in report.outcomes:
        if outcome.status == "errored":
            title = f"{outcome.rule.code} broke ({outcome.container})"
            text = f"This says nothing about the image.\n{printable(outcome.reason)}"
            lines.append(_command("warning", title, text))
    said = verdict(report, at=at)
    lines.append(f"byoc check: {said.subject}: {said.text} {'; '.join(filter(None, [said.found, said.checks]))}")
    return "\n".join(lines) + "\n"


def _annotation(finding: Finding) -> str:
    rule = finding.rule
    parts = [printable(finding.what), f"why: {one_line(rule.manual.why)}", f"fix: {one_line(rule.manual.fix)}"]
    parts += reproduce(finding)
    return _command(_COMMANDS[finding.severity], f"{rule.code} {rule.name} ({finding.container})", "\n".join(parts))


def _command(level: str, title: str, text: str) -> str:
    name = _data(one_line(title)).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={name}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def step_summary(report: Report, *, at: Severity = "warning") -> str:
    """Markdown for ``$GITHUB_STEP_SUMMARY``: verdict, containers, findings with their evidence folded in, counts."""
    said = verdict(report, at=at)
    blocks = [
        f"## {_MARKS[said.state]} {_inline(said.subject)}",
        f"**{_inline(said.text)}** {_inline('; '.join(filter(None, [said.found, said.checks])))}",
        _table(
            ("container", "image", "architecture", "size", "health"),
            (_portrait(each) for each in report.containers),
        ),
    ]
    for name in subjects(report):
        blocks += [_finding(finding) for finding in findings_of(report, name)]
    blocks.append(_table(("checks", *STATUSES), _counts(report)))
    blocks += _folded("known to the baseline", (_line(each.rule.code, each.what) for each in report.known))
    for status in ("skipped", "errored"):
        told = reasons(report, status).items()
        blocks += _folded(
            status,
            (_line(", ".join(dict.fromkeys(each.rule.code for each in group)), reason) for reason, group in told),
        )
    if report.command:
        blocks.append(_fenced([one_line(report.command)], "sh"))
    blocks.append(f"<sub>{_inline(timing(report))}</sub>")
    return "\n\n".join(blocks) + "\n"


def _portrait(portrait: Portrait) -> tuple[str, ...]:
    bulk = size(portrait.size_bytes) if portrait.size_bytes else ""
    return portrait.name, portrait.image, portrait.architecture, bulk, health(portrait)


def _finding(finding: Finding) -> str:
    rule, badge = finding.rule, _BADGES[finding.severity]
    blocks = [
        f"### {badge} {_inline(f'{rule.code} {rule.name}')} · {_inline(finding.container)}",
        f"**{_inline(finding.what)}**",
        _manual(rule.manual.why),
        f"**Fix**: {_manual(rule.manual.fix)}",
    ]
    if commands := list(reproduce(finding)):
        blocks.append(_fenced(commands, "sh"))
    if seen := list(evidence(finding, log=_LOG)):
        blocks.append(f"<details><summary>evidence</summary>\n\n{_fenced(seen, 'text')}\n\n</details>")
    return "\n\n".join(blocks)


def _counts(report: Report) -> Iterator[tuple[str, ...]]:
    for family, counts in families(report).items():
        yield family, *(str(counts[status] or "") for status in STATUSES)


def _folded(title: str, lines: Iterable[str]) -> list[str]:
    listed = "\n".join(lines)
    return [f"<details><summary>{title}</summary>\n\n{listed}\n\n</details>"] if listed else []


def _line(codes: str, text: str) -> str:
    return f"- {_inline(codes)}: {_inline(text)}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head)]
    written = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([*written, *(f"| {' | '.join(map(_inline, row))} |" for row in rows)])


def _inline(text: str) -> str:
    # Foreign text may not become a link, a picture, a mention or a tag.
    safe = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _STEERING.sub(r"\\\1", safe)


def _manual(text: str) -> str:
    # Ours, and written with code in backticks: there a tag shows as it is, elsewhere it would vanish.
    return re.sub(r"(`[^`]*`)|<", lambda found: found[1] or "&lt;", one_line(text))


def _fenced(lines: Iterable[str], language: str) -> str:
    inner = "\n".join(lines)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", inner)), default=0))
    return f"{fence}{language}\n{inner}\n{fence}"
