"""The checks themselves, without any report: the table of all, the manual of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emulator.model.finding import Option, Rule
from emulator.render.prose import wrapped
from emulator.render.words import one_line


def markdown_table(rules: Sequence[Rule]) -> str:
    """A Markdown table for each family, families and checks in the order they are given."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.family, []).append(rule)
    return "\n".join(_table(family, group) for family, group in groups.items())


def explain(rule: Rule) -> str:
    """The manual of one check as plain text at 80 columns."""
    manual = rule.manual
    parts = [f"{rule.code} {rule.name} ({rule.family}, {rule.severity})", wrapped(manual.title)]
    for heading, text in (
        ("What", manual.what),
        ("Why it matters", manual.why),
        ("How to fix", manual.fix),
        ("Source", manual.source),
    ):
        parts.append(f"{heading}\n{wrapped(text, indent='    ')}")
    if rule.options:
        options = "\n".join(f"    {name} = {_literal(value)}" for name, value in rule.options.items())
        parts.append(f"Options, with their defaults\n{options}")
    return "\n\n".join(parts) + "\n"


def _table(family: str, rules: Iterable[Rule]) -> str:
    rows = [(f"`{rule.code}`", rule.name, rule.severity, rule.manual.title) for rule in rules]
    lines = [" | ".join(map(_cell, row)) for row in (("code", "name", "severity", "what is wrong"), *rows)]
    head, *body = [f"| {line} |" for line in lines]
    return "\n".join([f"**{_cell(family)}**", "", head, "|---|---|---|---|", *body, ""])


def _cell(text: str) -> str:
    return one_line(text).replace("|", r"\|").replace("<", "&lt;")


def _literal(value: Option) -> str:
    # As it is written in TOML, where it is set.
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{one_line(value)}"'
    return str(value)
