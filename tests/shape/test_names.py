"""A name says what a thing is; some words say nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

EMPTY_WORDS = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def empty_words(name: str) -> set[str]:
    """The words of a name, in whatever case it is written, that say nothing."""
    return EMPTY_WORDS & {word.lower() for word in WORD.findall(name)}


def named(tree: ast.AST) -> Iterator[str]:
    """Every class and function of a module, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_names_say_something(python_file: Path, root: Path) -> None:
    """No file, class or function is called by a word that fits everything."""
    names = [*python_file.relative_to(root).parts, *named(ast.parse(python_file.read_text("utf-8")))]

    assert [] == [name for name in names if empty_words(name)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("http_utils.py", {"utils"}),
        ("SessionManager", {"manager"}),
        ("HTTPHelper", {"helper"}),
        ("_common", {"common"}),
        ("misc2", {"misc"}),
        ("commonwealth", set()),
        ("contextmanager", set()),
        ("ManagedSession", set()),
    ],
)
def test_planted_word_is_seen(name: str, expected: set[str]) -> None:
    """A word is found in snake case and in camel case, and not inside a longer word."""
    assert expected == empty_words(name)


def test_planted_definitions_are_seen() -> None:
    """Methods, nested functions and coroutines have names too."""
    source = "class A:\n    def b(self):\n        async def c(): ...\n"

    assert ["A", "b", "c"] == sorted(named(ast.parse(source)))
