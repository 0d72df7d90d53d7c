"""Everything public says what it is, and every test says what it proves."""

from __future__ import annotations

import ast
from pathlib import Path

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def undocumented(tree: ast.Module) -> list[str]:
    """What a module shows to others without a word: itself, its public classes and functions."""
    public = [node for node in tree.body if isinstance(node, DEFINITIONS) and not node.name.startswith("_")]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    return silent if ast.get_docstring(tree) else ["the module", *silent]


def unexplained(tree: ast.Module) -> list[str]:
    """The tests of a module, in classes too, that do not say what they prove."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in functions if node.name.startswith("test_") and not ast.get_docstring(node)]


def test_module_documents_what_it_shows(emulator_file: Path) -> None:
    """Every module of the package, and each of its public classes and functions, has a docstring."""
    assert [] == undocumented(ast.parse(emulator_file.read_text("utf-8")))


def test_test_says_what_it_proves(test_file: Path) -> None:
    """Every test function has a docstring."""
    assert [] == unexplained(ast.parse(test_file.read_text("utf-8")))


def test_planted_silence_is_seen() -> None:
    """A silent module, class, function and coroutine are seen; private ones may be silent."""
    source = "class A: ...\ndef b(): ...\nasync def c(): ...\ndef _d(): ...\ndef e():\n    'Says.'\n"

    assert ["the module", "A", "b", "c"] == undocumented(ast.parse(source))


def test_planted_test_without_a_sentence_is_seen() -> None:
    """A silent test is seen at the top and in a class; other functions may be silent."""
    source = "def test_a(): ...\nclass TestB:\n    def test_c(self): ...\ndef d(): ...\ndef test_e():\n    'Proves.'\n"

    assert ["test_a", "test_c"] == unexplained(ast.parse(source))
