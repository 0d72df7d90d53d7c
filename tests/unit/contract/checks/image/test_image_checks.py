"""What an image says of itself is judged for what it does on SageMaker, not for how it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.contract.catalogue import catalogue
from emulator.contract.check import NotApplicable
from emulator.contract.checks.image.multi_model_label_untrue import lists_models
from emulator.limits import BIND_TO_PORT_LABEL, MANIFEST_MEDIA_TYPE, MULTI_MODEL_LABEL
from emulator.model.finding import Probe
from emulator.model.launch import ImageConfig
from emulator.model.message import HttpReply, HttpRequest
from emulator.testing import Script

SKIPPED = "skipped"


@pytest.fixture
def judged(wooden: Callable[..., Any]) -> Callable[..., Any]:
    """The severities of what a check finds in an image; `skipped` where it has nothing to say."""

    def of(code: str, *, media_type: str = "", options: Any = None, subject: Any = None, **config: Any) -> Any:
        script = Script(config=ImageConfig(image_id="sha256:0", **config), media_type=media_type)
        check = catalogue().find(code)
        try:
            violations = list(check.look(wooden(good=script).subject(**(subject or {})), **(options or {})))
        except NotApplicable:
            return SKIPPED
        return [each.severity or check.rule.severity for each in violations]

    return of


@pytest.mark.parametrize(
    ("words", "severities"),
    [
        (("/bin/sh", "-c", "python app.py"), ["warning"]),
        (("/bin/bash", "-o", "pipefail", "-c", "python app.py | tee log"), ["warning"]),
        (("sh", "-ec", "python app.py"), ["warning"]),
        (("/bin/sh", "-c", "exec python app.py"), ["note"]),
        (("/bin/sh", "-c", 'exec python app.py "$0"'), []),
        (("/bin/bash", "-c", 'exec "$@"', "--"), []),
        (("/bin/bash", "start.sh"), []),
        (("/bin/bash", "-l", "start.sh"), []),
        (("python", "-c", "import app"), []),
        (("sh",), []),
        ((), []),
    ],
)
def test_shell_form_is_told_by_its_line(
    judged: Callable[..., Any], words: tuple[str, ...], severities: list[str]
) -> None:
    """A shell with a line of its own is told, less loudly with exec, and not where it minds its arguments (1.3)."""
    assert severities == judged("IMG003", entrypoint=words)


@pytest.mark.parametrize(
    ("words", "severities"),
    [
        (("/usr/bin/tini",), ["warning"]),
        (("tini", "serve"), ["warning"]),
        (("/sbin/tini", "-g", "--", "python"), ["note"]),
        (("/usr/bin/dumb-init", "--"), []),
        (("python", "tini"), []),
        ((), []),
    ],
)
def test_tini_is_told_by_its_name(judged: Callable[..., Any], words: tuple[str, ...], severities: list[str]) -> None:
    """AWS names tini; with two dashes it is a note (1.5)."""
    assert severities == judged("IMG013", entrypoint=words)


@pytest.mark.parametrize(
    ("user", "count"),
    [("", 0), ("0", 0), ("root", 0), ("0:0", 0), ("root:users", 0), ("1000", 1), ("nobody", 1), ("1000:0", 1)],
)
def test_root_is_known_by_name_and_number(judged: Callable[..., Any], user: str, count: int) -> None:
    """Root is root whatever its group, and nobody else is (1.6)."""
    assert count == len(judged("IMG010", user=user))


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("", SKIPPED),
        (MANIFEST_MEDIA_TYPE, []),
        ("application/vnd.oci.image.manifest.v1+json", ["warning"]),
        ("application/vnd.oci.image.index.v1+json", ["warning"]),
        ("application/vnd.docker.distribution.manifest.list.v2+json", ["warning"]),
    ],
)
def test_one_kind_of_manifest_is_right(judged: Callable[..., Any], media_type: str, expected: Any) -> None:
    """All but Docker's own are told, and nothing where nobody knows (1.25)."""
    assert expected == judged("IMG002", media_type=media_type)


@pytest.mark.parametrize(("label", "count"), [("true", 0), ("True", 1), ("", 1), (None, 1)])
def test_label_matters_in_a_pipeline(judged: Callable[..., Any], label: str | None, count: int) -> None:
    """In a pipeline it must say true to the letter; alone it need not be there (4.9)."""
    labels = {} if label is None else {BIND_TO_PORT_LABEL: label}

    assert count == len(judged("IMG007", labels=labels, subject={"in_chain": True}))
    assert SKIPPED == judged("IMG007", labels=labels)


def test_size_is_compared(judged: Callable[..., Any]) -> None:
    """10 GB and a byte is too much, 10 GB is not; an unknown size is not judged (1.27)."""
    sizes = (10 * 2**30, 10 * 2**30 + 1, 0)

    assert [[], ["note"], SKIPPED] == [judged("IMG009", size_bytes=size) for size in sizes]


def test_no_secret_is_shown(wooden: Callable[..., Any]) -> None:
    """All secrets are one finding, by name and length."""
    variables = ("PATH=/bin", "DB_PASSWORD=hunter2", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE")
    script = Script(config=ImageConfig(image_id="sha256:0", environment=variables))
    (violation,) = catalogue().find("IMG012").look(wooden(good=script).subject())

    assert "The image's environment gives away DB_PASSWORD, AWS_ACCESS_KEY_ID." == violation.what
    assert (
        "DB_PASSWORD=***** (7 characters): a secret, by its name",
        "AWS_ACCESS_KEY_ID=***** (20 characters): a credential of AWS",
    ) == violation.facts


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"models": []}', True),
        (200, b'{"models": [], "nextPageToken": null}', True),
        (200, b"<html>", False),
        (200, b"", False),
        (200, b"\xff", False),
        (200, b"[]", False),
        (404, b'{"error": "no such route"}', False),
    ],
)
def test_models_are_listed_as_json(status: int, body: bytes, expected: bool) -> None:
    """200 with a JSON object is a list of models, anything else is none (7.3)."""
    asked = HttpRequest(method="GET", path="/models")
    probe = Probe(request=asked, reply=HttpReply(status=status, body=body), seconds=0.0)

    assert expected == lists_models(probe)
    assert not lists_models(Probe(request=asked, reply=None, failure="refused", seconds=0.0))


def test_container_is_asked_as_one_of_many_models(wooden: Callable[..., Any]) -> None:
    """It is started with the variable of a multi-model endpoint, and what it answers is the evidence (7.1)."""
    script = Script(config=ImageConfig(image_id="sha256:0", labels={MULTI_MODEL_LABEL: "true"}))
    bench = wooden(good=script)
    (violation,) = catalogue().find("IMG008").look(bench.subject())

    assert "true" == bench.runtime.launches[0].environment["SAGEMAKER_MULTI_MODEL"]
    assert (404, "/models") == (violation.probes[0].status, violation.probes[0].request.path)
    assert "-e SAGEMAKER_MULTI_MODEL=true" in violation.launch


def test_container_that_ends_keeps_no_promise(wooden: Callable[..., Any]) -> None:
    """One that cannot be started as one of many models is told with the engine's words."""
    config = ImageConfig(image_id="sha256:0", labels={MULTI_MODEL_LABEL: "true"})
    bench = wooden(good=Script(config=config, refuses_start="no such file"))
    (violation,) = catalogue().find("IMG008").look(bench.subject())

    assert ("no such file",) == violation.facts
