"""Workflow commands and the step summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from emulator.model.report import Report
from emulator.render import github

MANUAL = (
    "%0Awhy: SageMaker takes nothing but 200 for healthy and follows no redirect. The endpoint ends as Failed."
    "%0Afix: Answer `GET /ping` itself: @app.get('/ping') def ping(): ..."
)


def test_commands_line_by_line(report: Report) -> None:
    """Errors come first, then what is less; percent signs and line ends are escaped; the verdict closes."""
    error, warning, notice, broke, verdict = github.render(report).splitlines()

    assert error.startswith(
        "::error title=PNG002 ping-redirects (container-1)::GET /ping is answered with 302 to /health." + MANUAL
    )
    assert error.endswith("%0Acurl --include http://127.0.0.1:8080/ping")
    assert warning == (
        "::warning title=INV011 stack-trace-leaks (container-2)::The body of a 500 shows "
        r"<script>alert(1)</script>\x1b[2J\u202e::error::x]]>|`%25,:\r%0A&\ufffe to the client." + MANUAL
    )
    assert f"::notice title=IMG008 healthcheck (container-1)::HEALTHCHECK is set.{MANUAL}" == notice
    assert "::warning title=SHD001 broke (container-2)::This says nothing about the image.%0AKeyError: 'exit'" == broke
    assert verdict == (
        "byoc check: featurizer:dev → predictor:dev: Will fail on SageMaker (realtime). "
        "1 error, 1 warning, 1 note; 8 checks: 2 passed, 3 failed, 2 skipped, 1 errored"
    )


def test_properties_are_escaped_further(report: Report) -> None:
    """A colon or a comma in a title would end it."""
    outcome = report.outcomes[0]
    finding = replace(outcome.findings[0], container="a:b,c%")

    written = github.render(replace(report, outcomes=(replace(outcome, findings=(finding,)),)))

    assert written.startswith("::notice title=IMG008 healthcheck (a%3Ab%2Cc%25)::")


@given(text=st.text(st.characters(categories=None)), body=st.binary())
def test_no_text_is_a_command(saying: Callable[[str, bytes], Report], text: str, body: bytes) -> None:
    """An image can add no line, hence no command."""
    lines = github.render(saying(f"{text}\n::add-mask::x\r::error::y", body)).splitlines()

    assert ["::error title", "::warning title", "byoc check: "] == [
        line[: len(start)]
        for line, start in zip(lines, ("::error title", "::warning title", "byoc check: "), strict=True)
    ]


def test_step_summary_tells_the_story(report: Report) -> None:
    """Verdict, containers, findings with what to do, and the counts by family."""
    written = github.step_summary(report)

    for part in (
        "## ❌ featurizer\\:dev → predictor\\:dev\n",
        "| container-1 | featurizer\\:dev | amd64 | 1.23 GB | healthy after 2.1 s |",
        "### 🔴 PNG002 ping-redirects · container-1\n\n**GET /ping is answered with 302 to /health.**",
        "**Fix**: Answer `GET /ping` itself:",
        "\ncurl --include http://127.0.0.1:8080/ping\n```",
        "| ping |  | 1 | 1 |  |",
        "- SHD001: KeyError\\: 'exit'",
        "- IMG003: GET /ping is answered",
    ):
        assert part in written


def test_foreign_text_is_no_markup(report: Report) -> None:
    """Tags and Markdown of an image are shown as they are, and no code block can be left."""
    outcome = report.outcomes[4]
    finding = replace(outcome.findings[0], what="<img src=x> ![a](b) @team", log=("```", "````` <b>"))
    written = github.step_summary(replace(report, outcomes=(replace(outcome, findings=(finding,)),)))

    assert r"&lt;img src=x&gt; \!\[a\]\(b\) \@team" in written
    assert "``````text\n" in written


def test_clean_report_has_no_findings(clean: Report) -> None:
    """A clean report is a verdict and counts."""
    assert 1 == len(github.render(clean).splitlines())
    assert github.step_summary(clean).startswith("## ✅ featurizer")


def test_summary_without_a_command(clean: Report) -> None:
    """Without a command no code block is left empty."""
    assert "```" not in github.step_summary(replace(clean, command=""))
