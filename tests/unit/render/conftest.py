"""One report with everything in it: two containers, each status, each severity, hostile bytes, a baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from emulator.model.finding import Finding, Manual, Probe, Rule, Severity
from emulator.model.message import HttpReply, HttpRequest
from emulator.model.report import Moment, Outcome, Portrait, Report

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e::error::x]]>|`%,:\r\n&\ufffe"


def rule(code: str, name: str, family: str, severity: Severity = "error", title: str = "") -> Rule:
    """A check with a whole manual."""
    return Rule(
        code=code,
        name=name,
        family=family,
        severity=severity,
        manual=Manual(
            title=title or f"The {family} has {name.replace('-', ' ')}.",
            what="One `GET /ping` to a container that is healthy.",
            why="SageMaker takes nothing but 200 for healthy and follows no redirect.\n\nThe endpoint ends as Failed.",
            fix="Answer `GET /ping` itself:\n\n    @app.get('/ping')\n    def ping(): ...",
            source="https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html, health check.",
        ),
        options={"seconds": 2.0, "paths": "/ping", "strict": True},
    )


REDIRECTS = rule("PNG002", "ping-redirects", "ping", title="GET /ping is answered with a redirect.")
LEAKS = rule("INV011", "stack-trace-leaks", "invocations", "warning", "An error body shows a stack trace.")
HEALTHCHECK = rule("IMG008", "healthcheck", "image", "note", "The image has a HEALTHCHECK, which SageMaker ignores.")
SHELL = rule("IMG003", "shell-entrypoint", "image", title="The entrypoint is in shell form.")
SLOW = rule("SHD001", "slow-shutdown", "shutdown", "warning", "The container ignores SIGTERM.")
NEXT = rule("PIP001", "type-refused-by-next", "pipeline", title="The next container refuses this one's media type.")

PING = Probe(
    request=HttpRequest(method="GET", path="/ping", headers={"Host": "localhost:8080"}),
    reply=HttpReply(status=302, headers={"location": "/health", "content-type": "text/html"}, body=b"<a href=/health>"),
    seconds=0.0031,
)
BROKEN = Probe(
    request=HttpRequest(
        method="POST", path="/invocations", headers={"Content-Type": "text/csv"}, body=b"1,2\n\xff\x00"
    ),
    reply=HttpReply(status=500, headers={"content-type": "text/plain"}, body=bytes(range(256)) * 2, complete=False),
    seconds=0.0127,
    chunked=True,
)
SILENT = Probe(request=HttpRequest(method="GET", path="/ping"), reply=None, failure="connection refused", seconds=2)
DOCKER_RUN = (
    "docker run --rm --publish 8080:8080 --volume $PWD/model:/opt/ml/model:ro --env SAGEMAKER_BIND_TO_PORT=8080 "
    "registry.example.com/team/featurizer:dev serve"
)

REDIRECT = Finding(
    rule=REDIRECTS,
    severity="error",
    container="container-1",
    image="featurizer:dev",
    what="GET /ping is answered with 302 to /health.",
    probes=(PING, SILENT),
    log=("listening on 0.0.0.0:8080", '127.0.0.1 "GET /ping" 302'),
    facts=("location: /health",),
    reproduce=(DOCKER_RUN, "curl --include http://127.0.0.1:8080/ping"),
)
LEAK = Finding(
    rule=LEAKS,
    severity="warning",
    container="container-2",
    image="predictor:dev",
    what=f"The body of a 500 shows {HOSTILE} to the client.",
    probes=(BROKEN,),
    log=tuple(f"line {n} {HOSTILE}" for n in range(60)),
)
HEALTH = Finding(
    rule=HEALTHCHECK, severity="note", container="container-1", image="featurizer:dev", what="HEALTHCHECK is set."
)
REPORT = Report(
    containers=(
        Portrait(
            name="container-1",
            image="featurizer:dev",
            image_id="sha256:" + "0123456789abcdef" * 4,
            architecture="amd64",
            size_bytes=1_234_567_890,
            model_data="s3://bucket/featurizer.tar.gz",
            healthy_after=2.1,
            moments=(
                Moment(0.31, "started"),
                *(Moment(0.5 + n / 2, "GET /ping -> 503") for n in range(3)),
                Moment(2.1, "GET /ping -> 200"),
                Moment(2.6, "GET /ping -> 200"),
            ),
            latencies=(0.0121, 0.0032, 0.0031, 0.0034, 0.0030, 0.0038, 0.0033, 0.0052),
        ),
        Portrait(name="container-2", image="predictor:dev"),
    ),
    profile="realtime",
    outcomes=(
        Outcome(rule=HEALTHCHECK, container="container-1", status="failed", findings=(HEALTH,), seconds=0.001),
        Outcome(rule=SHELL, container="container-1", status="passed", seconds=0.002),
        Outcome(rule=REDIRECTS, container="container-1", status="failed", findings=(REDIRECT,), seconds=0.25),
        Outcome(rule=SHELL, container="container-2", status="passed", known=(replace(REDIRECT, rule=SHELL),)),
        Outcome(rule=LEAKS, container="container-2", status="failed", findings=(LEAK,)),
        Outcome(rule=SLOW, container="container-2", status="errored", reason="KeyError: 'exit'"),
        Outcome(rule=REDIRECTS, container="container-2", status="skipped", reason="it has no image"),
        Outcome(rule=NEXT, container="pipeline", status="skipped", reason="container-2 did not start"),
    ),
    seconds=14.25,
    date="2026-11-23T15:00:00+00:00",
    version="0.1.0",
    command="byoc check featurizer:dev predictor:dev --sample rows.csv --content-type text/csv",
)
CLEAN = replace(
    REPORT,
    outcomes=(Outcome(rule=SHELL, container="container-1", status="passed"),),
    containers=(replace(REPORT.containers[0], latencies=()),),
)


@pytest.fixture(scope="session")
def report() -> Report:
    """All of it."""
    return REPORT


@pytest.fixture(scope="session")
def clean() -> Report:
    """One check of one container, passed."""
    return CLEAN


@pytest.fixture(scope="session")
def saying() -> Callable[[str, bytes], Report]:
    """A report in which the image says this text and these bytes wherever it can."""

    def made(text: str, body: bytes) -> Report:
        reply = HttpReply(status=500, headers={text: text}, body=body)
        request = HttpRequest(method="POST", path=text, headers={text: text}, body=body)
        probe = Probe(request=request, reply=reply, seconds=1.0)
        silent = Probe(request=request, reply=None, failure=text, seconds=1.0)
        found = replace(
            REDIRECT,
            container=text,
            image=text,
            what=text,
            probes=(probe, silent),
            log=(text,),
            facts=(text,),
            reproduce=(text,),
        )
        portrait = Portrait(name=text, image=text, image_id=text, model_data=text, moments=(Moment(1.0, text),))
        return Report(
            containers=(portrait,),
            profile="serverless",
            outcomes=(
                Outcome(rule=REDIRECTS, container=text, status="failed", findings=(found,), known=(found,)),
                Outcome(rule=SHELL, container=text, status="skipped", reason=text),
                Outcome(rule=SLOW, container=text, status="errored", reason=text),
            ),
            seconds=1.0,
            date=text,
            version="0.1.0",
            command=text,
        )

    return made


@pytest.fixture(scope="session")
def hostile() -> str:
    """Text that would be markup, a terminal sequence, a command and more, if it were not quoted."""
    return HOSTILE
