"""A report as SARIF 2.1.0, for code scanning.

Only what is wrong is a result; checks that broke are notifications of the run. GitHub takes a result only with a
relative address of a file: that of the Dockerfile where it is known, else the image's name, made safe.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from emulator.model.finding import Finding, Probe, Rule, Severity
from emulator.model.message import HttpReply, HttpRequest
from emulator.model.report import Report
from emulator.render import summary
from emulator.render.prose import evidence, reproduce
from emulator.render.words import as_text, one_line, printable

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_BODY = 64 * 1024
_ADDRESS = re.compile(r"https://[^\s<>()\"'`,]+[^\s<>()\"'`,.;:]")


def render(report: Report, *, at: Severity = "warning", dockerfile: str = "") -> str:
    """The report as SARIF.

    Args:
        report: the verdict.
        at: kept for the run's properties; SARIF has levels of its own.
        dockerfile: path in the repository of what the image is built from; results are shown there.
    """
    rules = summary.rules(report)
    run: dict[str, Any] = {
        "tool": {
            "driver": {"name": "byoc-emulator", "version": report.version, "rules": [*map(_rule, rules.values())]}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": _results(report, list(rules), dockerfile),
        "properties": {"profile": report.profile, "at": at, "verdict": summary.verdict(report, at=at).state},
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    manual = rule.manual
    parts = {"What": manual.what, "Why it matters": manual.why, "How to fix": manual.fix, "Source": manual.source}
    described: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _message(manual.title)},
        "fullDescription": {"text": _message(f"{manual.title} {manual.why}")},
        "help": {
            "text": "\n\n".join(f"{head}\n{printable(text)}" for head, text in parts.items()),
            "markdown": "\n\n".join([f"# {manual.title}", *(f"## {head}\n\n{text}" for head, text in parts.items())]),
        },
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": ["sagemaker", rule.family], "precision": "very-high"},
    }
    if address := _ADDRESS.search(manual.source):
        described["helpUri"] = address.group()
    return described


def _invocation(report: Report) -> dict[str, Any]:
    order = list(summary.rules(report))
    invocation: dict[str, Any] = {"executionSuccessful": not report.count("errored"), **_times(report)}
    if report.command:
        invocation["commandLine"] = printable(report.command)
    invocation["toolExecutionNotifications"] = [
        {
            "level": "error",
            "message": {"text": printable(f"{each.rule.code} broke for {each.container}: {each.reason}")},
            "associatedRule": {"id": each.rule.code, "index": order.index(each.rule.code)},
        }
        for each in report.outcomes
        if each.status == "errored"
    ]
    return invocation


def _times(report: Report) -> dict[str, str]:
    began = summary.began(report)
    if began is None:
        return {}
    times = {"startTimeUtc": began, "endTimeUtc": began + timedelta(seconds=report.seconds)}
    return {name: f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}Z" for name, time in times.items()}


def _results(report: Report, order: list[str], dockerfile: str) -> list[dict[str, Any]]:
    known = report.known
    # Without a baseline nothing is new, or everything is: then it is left unsaid.
    states = [(each, "new" if known else "") for each in report.findings] + [(each, "unchanged") for each in known]
    seen: Counter[str] = Counter()
    results = []
    for finding, state in states:
        seen[finding.fingerprint] += 1
        result = _result(finding, order, dockerfile, nth=seen[finding.fingerprint])
        results.append({**result, "baselineState": state} if state else result)
    return results


def _result(finding: Finding, order: list[str], dockerfile: str, *, nth: int) -> dict[str, Any]:
    code = finding.rule.code
    # GitHub tells alerts apart by this key alone, and computes it from the file, which is none, where it is missing.
    identity = sha256(finding.fingerprint.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    result: dict[str, Any] = {
        "ruleId": code,
        "ruleIndex": order.index(code),
        "kind": "fail",
        "level": finding.severity,
        "message": {"text": _message(f"{finding.what} {finding.rule.manual.fix}")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _address(dockerfile or finding.image)},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"name": printable(finding.container), "kind": "container"}],
            }
        ],
        "partialFingerprints": {
            "byocFinding/v1": printable(finding.fingerprint),
            "primaryLocationLineHash": f"{identity}:{nth}",
        },
        "properties": {
            "image": printable(finding.image),
            "evidence": list(evidence(finding)),
            "reproduce": list(reproduce(finding)),
        },
    }
    return result | (_exchange(finding.probes[0]) if finding.probes else {})


def _message(text: str) -> str:
    # SARIF reads [a](b) as a link, and what an image says may not become one.
    return one_line(text).replace("](", "] (")


def _address(name: str) -> str:
    # Relative and without a scheme: a colon in the first part would be one.
    return quote(one_line(name).lstrip("/"), safe="/") or "image"


def _exchange(probe: Probe) -> dict[str, Any]:
    exchange = {"webRequest": _request(probe.request)}
    if probe.reply is None:
        return exchange | {"webResponse": {"noResponseReceived": True, "reasonPhrase": one_line(probe.failure)}}
    return exchange | {"webResponse": _reply(probe.reply)}


def _request(request: HttpRequest) -> dict[str, Any]:
    described = {"protocol": "HTTP", "version": "1.1", "method": request.method, "target": printable(request.path)}
    return {**described, "headers": _headers(request.headers), **_content(request.body)}


def _reply(reply: HttpReply) -> dict[str, Any]:
    described: dict[str, Any] = {"protocol": "HTTP", "version": "1.1", "statusCode": reply.status}
    return {**described, "headers": _headers(reply.headers), **_content(reply.body)}


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {printable(name): printable(value) for name, value in headers.items()}


def _content(body: bytes) -> dict[str, Any]:
    if not body or len(body) > _BODY:  # half a body would be another body
        return {}
    text = as_text(body)
    return {"body": {"binary": b64encode(body).decode("ascii")} if text is None else {"text": text}}
