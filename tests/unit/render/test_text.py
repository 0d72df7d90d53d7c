"""The report on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from emulator.model.report import Report
from emulator.render import text

GOLDEN = """\
FAIL  featurizer:dev → predictor:dev  Will fail on SageMaker (realtime).
1 error; 1 check: 1 failed
2026-11-23 15:00 UTC, 14.2 s, byoc-emulator 0.1.0

container-1
featurizer:dev · sha256:0123456789ab · amd64 · 1.23 GB · model
s3://bucket/featurizer.tar.gz · healthy after 2.1 s

  error  PNG002  ping-redirects
    what  GET /ping is answered with 302 to /health.
    why   SageMaker takes nothing but 200 for healthy and follows no redirect.
          The endpoint ends as Failed.
    fix   Answer `GET /ping` itself:
              @app.get('/ping')
              def ping(): ...
    seen  location: /health
          GET /ping -> 302 text/html, 16 B in 3.1 ms
          GET /ping -> connection refused after 2.00 s
          log: listening on 0.0.0.0:8080
          log: 127.0.0.1 "GET /ping" 302
    try it:
      docker run --rm --publish 8080:8080 --volume $PWD/model:/opt/ml/model:ro --env SAGEMAKER_BIND_TO_PORT=8080 \
registry.example.com/team/featurizer:dev serve
      curl --include http://127.0.0.1:8080/ping

container-2
predictor:dev · not started

checks  passed  failed  skipped  errored
ping                 1

again:
  byoc check featurizer:dev predictor:dev --sample rows.csv --content-type text/csv
"""


def test_report_letter_by_letter(report: Report) -> None:
    """Verdict first, then what, why, fix and evidence; only a command is longer than 80 columns."""
    assert text.render(replace(report, outcomes=report.outcomes[2:3])) == GOLDEN


def test_leftovers_give_their_reasons(report: Report) -> None:
    """What was skipped, what broke and what the baseline knows is told after the counts."""
    written = text.render(report)

    for line in (
        "    skipped  PNG002  it has no image\n",
        "    errored  SHD001  KeyError: 'exit'\n",
        "    known    IMG003  container-1: GET /ping is answered with 302 to /health.\n",
    ):
        assert line in written


def test_finding_of_the_chain_has_a_place_of_its_own(report: Report) -> None:
    """What no single container is to blame for stands under the name of the chain."""
    outcome = report.outcomes[2]
    finding = replace(outcome.findings[0], container="pipeline")
    chain = replace(outcome, container="pipeline", findings=(finding,))

    assert "\npipeline\n\n  error  PNG002" in text.render(replace(report, outcomes=(chain,)))


def test_long_log_is_cut_at_its_head(report: Report) -> None:
    """Of a long log the last lines are shown, and how many there are before."""
    written = text.render(report)

    assert "log: … 52 lines before" in written
    assert "log: line 59" in written
    assert "log: line 51" not in written


def test_commands_stay_whole_on_a_narrow_terminal(report: Report) -> None:
    """A line to paste runs over the edge of a narrow terminal, in one piece."""
    written = StringIO()
    text.show(report, Console(file=written, width=40, force_terminal=True, color_system="truecolor"))

    assert "  docker run --rm --publish 8080:8080 --volume $PWD/model:/opt/ml/model:ro" in written.getvalue()
    assert "featurizer:dev serve\x1b[0m\n" in written.getvalue()


def test_clean_report_passes(clean: Report) -> None:
    """A clean report is the verdict, the container and the counts."""
    lines = text.render(clean).splitlines()

    assert "PASS  featurizer:dev  Keeps the SageMaker hosting contract (realtime)." == lines[0]
    assert "1 check: 1 passed" == lines[1]


@given(said=st.text(st.characters(categories=None)), body=st.binary())
def test_no_text_steers_the_terminal(saying: Callable[[str, bytes], Report], said: str, body: bytes) -> None:
    """Whatever an image says, what is printed has no control character but the line end, and no markup is obeyed."""
    written = text.render(saying(f"{said}\x1b[2J[bold]", body))

    assert not [each for each in written if each != "\n" and unicodedata.category(each) == "Cc"]
    assert r"\x1b[2J[bold]" in written.replace("\n", "").replace(" ", "")


def test_no_command_and_an_idle_chain_are_left_out(report: Report) -> None:
    """Without a command nothing is said of it, and what is no container is named only where it has findings."""
    written = text.render(replace(report, command=""))

    assert "again:" not in written
    assert "\npipeline\n" not in written
