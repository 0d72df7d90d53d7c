"""The one way from values to a page: everything is escaped, and nothing hides or reorders text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from emulator.render.words import printable


def page(name: str, **filters: Callable[..., Any]) -> Template:
    """A template of this package, in which what images say is text whatever characters it has.

    Args:
        name: of the file.
        filters: what it may call, by name.
    """
    environment = Environment(
        loader=PackageLoader("emulator.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment.get_template(name)


def _finalize(value: object) -> object:
    # The one door through which every expression of a template goes, before it is escaped; markup is a macro's.
    return value if hasattr(value, "__html__") else printable(str(value))
