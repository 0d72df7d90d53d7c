"""A report as JSON: everything it holds, for programs.

The schema is ``byoc-emulator/report/1``. Keys are added under the same number; none is renamed or removed::

    schema, version, date, command     strings
    profile                            realtime | serverless | marketplace
    seconds                            of the whole run
    verdict
        state                          pass | fail | unsure; unsure: no finding, but a check of ours broke
        at                             from this severity on a finding fails
        checks                         {passed, failed, skipped, errored}: how many
        findings                       {error, warning, note}: how many new ones
        known                          how many the baseline has
    containers[]                       in the order of the chain
        name, image, image_id, architecture, model_data
        size_bytes
        healthy_after                  seconds, or null
        moments[]                      {seconds, text}
        latencies[]                    seconds
    rules[]                            the checks that outcomes[].code names
        code, name, family, severity
        manual                         {title, what, why, fix, source}
        options                        {name: default}
    outcomes[]                         by container, then by code
        code, container, reason
        status                         passed | failed | skipped | errored
        seconds
        findings[], known[]
            fingerprint, severity, container, image, what
            log[], facts[], reproduce[]
            probes[]
                text                   the probe in one line
                request                {method, path, headers, body}
                reply                  {status, headers, body, complete}, or null
                failure, seconds, chunked, port

A body is ``{"bytes": 3, "text": "abc"}``, or ``{"bytes": 2, "base64": "//4="}`` where it is not UTF-8.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from typing import Any, Final

from emulator.model.finding import SEVERITIES, Finding, Option, Probe, Rule, Severity
from emulator.model.message import HttpReply
from emulator.model.report import Outcome, Portrait, Report
from emulator.render.summary import STATUSES, rules, severities, verdict

SCHEMA: Final = "byoc-emulator/report/1"


def render(report: Report, *, at: Severity = "warning") -> str:
    """The report as JSON, ASCII only, so that it survives any pipe."""
    found = severities(report.findings)
    document = {
        "schema": SCHEMA,
        "version": report.version,
        "date": report.date,
        "command": report.command,
        "profile": report.profile,
        "seconds": report.seconds,
        "verdict": {
            "state": verdict(report, at=at).state,
            "at": at,
            "checks": {status: report.count(status) for status in STATUSES},
            "findings": {severity: found[severity] for severity in SEVERITIES},
            "known": len(report.known),
        },
        "containers": [_portrait(each) for each in report.containers],
        "rules": [_rule(each) for each in rules(report).values()],
        "outcomes": [_outcome(each) for each in report.outcomes],
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _portrait(portrait: Portrait) -> dict[str, Any]:
    return {
        "name": portrait.name,
        "image": portrait.image,
        "image_id": portrait.image_id,
        "architecture": portrait.architecture,
        "size_bytes": portrait.size_bytes,
        "model_data": portrait.model_data,
        "healthy_after": portrait.healthy_after,
        "moments": [{"seconds": each.seconds, "text": each.text} for each in portrait.moments],
        "latencies": list(portrait.latencies),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    manual = rule.manual
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity,
        "manual": {
            "title": manual.title,
            "what": manual.what,
            "why": manual.why,
            "fix": manual.fix,
            "source": manual.source,
        },
        "options": {name: _option(value) for name, value in rule.options.items()},
    }


def _option(value: Option) -> Option:
    # JSON has no infinity, which is a fair default of a limit.
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "code": outcome.rule.code,
        "container": outcome.container,
        "status": outcome.status,
        "reason": outcome.reason,
        "seconds": outcome.seconds,
        "findings": [_finding(each) for each in outcome.findings],
        "known": [_finding(each) for each in outcome.known],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "severity": finding.severity,
        "container": finding.container,
        "image": finding.image,
        "what": finding.what,
        "probes": [_probe(each) for each in finding.probes],
        "log": list(finding.log),
        "facts": list(finding.facts),
        "reproduce": list(finding.reproduce),
    }


def _probe(probe: Probe) -> dict[str, Any]:
    request = probe.request
    return {
        "text": str(probe),
        "request": {
            "method": request.method,
            "path": request.path,
            "headers": dict(request.headers),
            "body": _body(request.body),
        },
        "reply": None if probe.reply is None else _reply(probe.reply),
        "failure": probe.failure,
        "seconds": probe.seconds,
        "chunked": probe.chunked,
        "port": probe.port,
    }


def _reply(reply: HttpReply) -> dict[str, Any]:
    return {
        "status": reply.status,
        "headers": dict(reply.headers),
        "body": _body(reply.body),
        "complete": reply.complete,
    }


def _body(body: bytes) -> dict[str, Any]:
    try:
        return {"bytes": len(body), "text": body.decode()}
    except UnicodeDecodeError:
        return {"bytes": len(body), "base64": b64encode(body).decode("ascii")}
