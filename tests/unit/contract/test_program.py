"""What is started first is found where the engine would find it, and judged as the kernel would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.contract.processor import foreign, wanted
from emulator.contract.program import Program, program_of
from emulator.model.launch import ImageConfig, ImageFile
from emulator.testing import Script

ARM = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00"
X86 = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00"


def file(path: str, *, mode: int = 0o755, link: str = "", head: bytes = b"#!/bin/sh\n") -> ImageFile:
    """A file of an image."""
    return ImageFile(path=path, mode=mode, link=link, head=head)


def image(*files: ImageFile, **config: Any) -> Script:
    """An image with these files."""
    made = ImageConfig(image_id="sha256:0", **config)
    return Script(image_files={each.path: each for each in files}, config=made)


def found(wooden: Callable[..., Any], *files: ImageFile, **config: Any) -> Program | None:
    """The program of an image."""
    return program_of(wooden(good=image(*files, **config)).subject())


def test_serve_is_looked_for_on_the_path(wooden: Callable[..., Any]) -> None:
    """PATH is that of the image, in its order; its empty parts are passed over."""
    program = found(wooden, file("/b/serve"), file("/c/serve"), environment=("PATH=/a::/b:/c",))

    assert program is not None
    assert ("/b/serve", ("/a/serve", "/b/serve", "/c/serve")) == (
        program.found and program.found.path,
        program.looked_at,
    )


def test_path_has_a_default(wooden: Callable[..., Any]) -> None:
    """An image without PATH gets the engine's."""
    program = found(wooden, file("/usr/bin/serve"))

    assert program is not None
    assert program.usable


def test_executable_is_preferred(wooden: Callable[..., Any]) -> None:
    """A file that nobody may execute is passed over for one further on, and named where there is no other."""
    paths = ("PATH=/a:/b",)
    both = found(wooden, file("/a/serve", mode=0o644), file("/b/serve"), environment=paths)
    one = found(wooden, file("/b/serve", mode=0o644), environment=paths)

    assert both is not None
    assert one is not None
    assert ["/b/serve", "/b/serve"] == [each.found and each.found.path for each in (both, one)]
    assert (True, False) == (both.usable, one.usable)


def test_links_are_followed(wooden: Callable[..., Any]) -> None:
    """A link leads on, absolute or beside; one to nothing, or to itself for ever, is no program."""
    paths = ("PATH=/a",)
    absolute = found(wooden, file("/a/serve", link="/b/real"), file("/b/real"), environment=paths)
    beside = found(wooden, file("/a/serve", link="real"), file("/a/real"), environment=paths)
    dangling = found(wooden, file("/a/serve", link="/gone"), environment=paths)

    assert [True, True, False] == [bool(each and each.usable) for each in (absolute, beside, dangling)]


def test_entrypoint_is_started_instead(wooden: Callable[..., Any]) -> None:
    """A full path is looked at, a bare word has no certain place."""
    given = found(wooden, file("/app/run"), entrypoint=("/app/run", "--fast"))
    missing = found(wooden, file("/usr/bin/serve"), entrypoint=("/app/run",))

    assert given is not None
    assert missing is not None
    assert (True, None) == (given.usable, missing.found)
    assert found(wooden, entrypoint=("python3", "app.py")) is None


@pytest.mark.parametrize(
    ("head", "startable", "usable"),
    [
        (b"#!/usr/bin/env python3\nimport this\n", True, True),
        (b"#!/bin/sh", True, True),
        (b"#!/usr/bin/env python3\r\nimport this\r\n", True, False),
        (b"#!/bin/sh\necho it has one later\r\n", True, True),
        (X86, True, True),
        (b"import this\n", False, False),
        (b"\n#!/bin/sh\n", False, False),
        (b"\xef\xbb\xbf#!/bin/sh\n", False, False),
        (b"", False, False),
    ],
    ids=["script", "no newline", "crlf", "later", "binary", "no shebang", "empty line", "byte order mark", "empty"],
)
def test_first_bytes_tell_what_the_kernel_does(head: bytes, startable: bool, usable: bool) -> None:
    """Scripts and binaries are started, nothing else is, and a carriage return is part of the interpreter's name."""
    program = Program(name="serve", found=file("/serve", head=head), looked_at=())

    assert (startable, usable) == (program.startable, program.usable)


@pytest.mark.parametrize(
    ("head", "machine"),
    [(ARM, "arm64"), (X86, "amd64"), (b"\x7fELF", ""), (b"#!/bin/sh", ""), (b"\x7fELF\x01\x02" + bytes(20), "")],
)
def test_machine_of_a_binary_is_read(head: bytes, machine: str) -> None:
    """The number in the header tells the processor, where SageMaker has it."""
    assert machine == Program(name="serve", found=file("/serve", head=head), looked_at=()).machine


@pytest.mark.parametrize(
    ("instance_type", "profile", "expected"),
    [
        ("ml.m5.large", "realtime", "amd64"),
        ("ml.g5.xlarge", "realtime", "amd64"),
        ("ml.g4dn.xlarge", "realtime", "amd64"),
        ("ml.g6e.xlarge", "realtime", "amd64"),
        ("ml.p4de.24xlarge", "realtime", "amd64"),
        ("ml.inf2.xlarge", "realtime", "amd64"),
        ("ml.c7g.large", "realtime", "arm64"),
        ("ml.m6gd.large", "marketplace", "arm64"),
        ("ml.c6gn.large", "realtime", "arm64"),
        ("ml.c7g.large", "serverless", "amd64"),
    ],
)
def test_graviton_is_a_digit_and_g(wooden: Callable[..., Any], instance_type: str, profile: str, expected: str) -> None:
    """Graviton instances want arm64, those that begin with g do not, and serverless has none (1.28)."""
    assert expected == wanted(wooden(good=Script()).subject(instance_type=instance_type, profile=profile))


@pytest.mark.parametrize(
    ("architecture", "head", "said"),
    [
        ("amd64", X86, ""),
        ("x86_64", b"#!/bin/sh", ""),
        ("", b"#!/bin/sh", ""),
        ("arm64", X86, "The image is made for arm64"),
        ("aarch64", X86, "The image is made for arm64"),
        ("s390x", b"", "The image is made for s390x"),
        ("amd64", ARM, "/usr/bin/serve is a program for arm64"),
    ],
)
def test_other_processor_is_told(wooden: Callable[..., Any], architecture: str, head: bytes, said: str) -> None:
    """The image's own word counts, and so does that of its program; silence is no fault."""
    script = image(file("/usr/bin/serve", head=head), architecture=architecture)

    assert said == foreign(wooden(good=script).subject())
