"""A check: one rule of the contract, its manual, and the function that looks.

A module of its own for each::

    \"\"\"GET /ping is answered with a redirect.

    What:
        ``GET /ping`` of the started container is answered with 301, 302, 303, 307 or 308.

    Why it matters:
        SageMaker does not follow redirects …

    How to fix:
        Answer 200 at ``/ping`` itself …

    Source:
        Hosting contract 2.2.
    \"\"\"

    @check("PNG002", severity="error", stage="start")
    def ping_redirects(subject: Subject) -> Iterator[Violation]: ...

The function's name is the check's, its module's folder the family, and its keyword-only
parameters with their defaults are the check's options.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any, Final, Literal, TypeAlias, get_args

from emulator.errors import UsageError
from emulator.model.finding import PROFILES, SEVERITIES, Manual, Option, Profile, Rule, Severity, Violation

Stage: TypeAlias = Literal["image", "artifact", "start", "shared", "fresh", "last", "chain"]
"""What a check needs: the image; its model archive; the record of the shared start, however it went; the healthy shared
container, one check after the other; containers of its own, side by side; what all of these left, at the end; or the
healthy chain of all containers."""

Look: TypeAlias = Callable[..., Iterable[Violation]]

CODE: Final = re.compile(r"[A-Z]{3,8}\d{3}")

SECTIONS: Final = {"What": "what", "Why it matters": "why", "How to fix": "fix", "Source": "source"}


class NotApplicable(Exception):
    """Raised by a check that has nothing to say about this image; the text says why. It is then skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A registered check.

    Attributes:
        rule: what readers know of it.
        stage: what it needs.
        profiles: where the rule holds.
        severities: where its severity is another than the rule's.
        look: yields what is wrong; called with the subject and the options.
    """

    rule: Rule
    stage: Stage
    profiles: frozenset[Profile]
    severities: Mapping[Profile, Severity] = field(default_factory=dict)
    look: Look

    def severity(self, profile: Profile) -> Severity:
        """How bad it is there."""
        return self.severities.get(profile, self.rule.severity)


def check(
    code: str,
    *,
    severity: Severity,
    stage: Stage,
    profiles: Iterable[Profile] = PROFILES,
    severities: Mapping[Profile, Severity] | None = None,
    family: str = "",
) -> Callable[[Look], Check]:
    """Make a check of a function.

    Args:
        code: three to eight capitals and three digits.
        severity: where ``severities`` says nothing else.
        stage: what it needs.
        profiles: where the rule holds; default is everywhere.
        severities: by profile.
        family: default is the folder of its module.

    Raises:
        UsageError: the code is none, a word is unknown, or the manual is not complete.
    """

    def registered(look: Look) -> Check:
        where = f"check {code} ({look.__module__})"
        require_code(code, where=where)
        if severity not in SEVERITIES or stage not in get_args(Stage) or not set(profiles) <= set(PROFILES):
            fix = f"severities are {', '.join(SEVERITIES)}; stages {', '.join(get_args(Stage))}; profiles {PROFILES}"
            raise UsageError(f"{where} names a severity, stage or profile that there is not.", fix=fix)
        module = sys.modules[look.__module__]
        rule = Rule(
            code=code,
            name=look.__name__.replace("_", "-"),
            family=family or look.__module__.split(".")[-2],
            severity=severity,
            manual=manual_of(module.__doc__ or "", where=where),
            options=options_of(look),
        )
        return Check(rule=rule, stage=stage, profiles=frozenset(profiles), severities=severities or {}, look=look)

    return registered


def require_code(code: str, *, where: str) -> None:
    """Refuse what is no code.

    Raises:
        UsageError: it is not three to eight capitals and three digits.
    """
    if not CODE.fullmatch(code):
        raise UsageError(f"{where} has a code of its own kind.", fix="three to eight capitals and three digits")


def manual_of(docstring: str, *, where: str) -> Manual:
    """The parts of a docstring.

    Raises:
        UsageError: one is missing or empty; names it.
    """
    title, *parts = re.split(rf"^({'|'.join(SECTIONS)}):[ ]*$", inspect.cleandoc(docstring), flags=re.MULTILINE)
    texts = {SECTIONS[name]: dedent(text).strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}
    texts["title"] = title.strip().removesuffix(".")
    missing = [name for name, member in {"a first line": "title", **SECTIONS}.items() if not texts.get(member)]
    if missing:
        raise UsageError(
            f"The manual of {where} is not complete.",
            why=f"its module's docstring lacks {', '.join(missing)}",
            fix="write a first line and the sections What:, Why it matters:, How to fix: and Source:",
        )
    return Manual(**texts)


def options_of(look: Look) -> Mapping[str, Option]:
    """The keyword-only parameters of a check's function, with their defaults.

    Raises:
        UsageError: one has no default, or one that is no plain value.
    """
    options: dict[str, Any] = {}
    for parameter in inspect.signature(look).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY:
            if not isinstance(parameter.default, bool | int | float | str):
                raise UsageError(
                    f"Option {parameter.name} of {look.__module__} has no default.", fix="give a number or a text"
                )
            options[parameter.name] = parameter.default
    return options
