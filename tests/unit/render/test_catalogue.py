"""The manual of a check and the table of all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.model.finding import Rule
from emulator.model.report import Report
from emulator.render import catalogue

MANUAL = """\
PNG002 ping-redirects (ping, error)

GET /ping is answered with a redirect.

What
    One `GET /ping` to a container that is healthy.

Why it matters
    SageMaker takes nothing but 200 for healthy and follows no redirect.

    The endpoint ends as Failed.

How to fix
    Answer `GET /ping` itself:

        @app.get('/ping')
        def ping(): ...

Source
    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html,
    health check.

Options, with their defaults
    seconds = 2.0
    paths = "/ping"
    strict = true
"""

TABLE = """\
**ping**

| code | name | severity | what is wrong |
|---|---|---|---|
| `PNG002` | ping-redirects | error | GET /ping is answered with a redirect. |

**image**

| code | name | severity | what is wrong |
|---|---|---|---|
| `IMG003` | shell-entrypoint | error | a \\| b &lt;c> |
"""


@pytest.fixture
def redirects(report: Report) -> Rule:
    """A check with options."""
    return report.outcomes[2].rule


def test_manual_letter_by_letter(redirects: Rule) -> None:
    """The manual is plain text at 80 columns; examples keep their lines, addresses stay whole."""
    assert catalogue.explain(redirects) == MANUAL


def test_manual_without_options(redirects: Rule) -> None:
    """A check without options says nothing of options."""
    assert "Options" not in catalogue.explain(replace(redirects, options={}))


def test_table_letter_by_letter(report: Report, redirects: Rule) -> None:
    """A table a family; what would break a row is escaped."""
    shell = report.outcomes[1].rule
    piped = replace(shell, manual=replace(shell.manual, title="a | b\n<c>"))

    assert catalogue.markdown_table([redirects, piped]) == TABLE
