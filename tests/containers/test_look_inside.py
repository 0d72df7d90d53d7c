"""What can be seen of an image that does not run, and of a container from outside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from emulator import Settings, session
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.launch import Address
from emulator.ports import ImageMissing

pytestmark = pytest.mark.engine

SERVE = "/usr/local/bin/serve"


def test_files_of_an_image(opened: Session, image: Callable[[str], str]) -> None:
    """Mode, size and beginning of a file are read without a start; what is missing is left out."""
    files = opened.world.runtime.files(image("obedient"), [SERVE, "/no/such/file", "/etc"])

    assert [SERVE] == list(files)
    assert (True, True) == (bool(files[SERVE].mode & 0o111), files[SERVE].head.startswith(b"#!"))


def test_link_says_where_it_points(opened: Session, image: Callable[[str], str]) -> None:
    """A symbolic link is not followed."""
    (found,) = opened.world.runtime.files(image("obedient"), ["/bin"]).values()

    assert "usr/bin" == found.link


def test_nothing_is_left_of_looking(
    settings: Settings, image: Callable[[str], str], docker: Any, left_behind: Callable[[], list[str]]
) -> None:
    """The container that was made to look inside is gone as soon as one has looked."""
    tag = image("obedient")
    with session(settings) as own:
        run = {path.name for path in (settings.cache / "runs").iterdir()}
        own.world.runtime.files(tag, [SERVE])

        assert run == set(left_behind())


def test_image_that_is_not_there(opened: Session) -> None:
    """Files and manifest of no image are ImageMissing."""
    for look in (lambda name: opened.world.runtime.files(name, []), opened.world.runtime.manifest_media_type):
        with pytest.raises(ImageMissing):
            look("no-such-image:anywhere")


def test_processes_and_sockets(
    told: Callable[..., Any], hosted: Callable[..., AbstractContextManager[Endpoint]]
) -> None:
    """The program is process 1, and its socket is seen as the container sees it."""
    with hosted(told()) as endpoint:
        running = endpoint.containers[0].running

        assert "serve" in running.processes()[0]
        assert Address(host="0.0.0.0", port=8080) in (running.listening() or ())


def test_sockets_through_published_ports(
    published: Session, told: Callable[..., Any], hosted: Callable[..., AbstractContextManager[Endpoint]]
) -> None:
    """Where the engine's processes are not this machine's, the image's own cat tells."""
    with hosted(told(), on=published) as endpoint:
        assert Address(host="0.0.0.0", port=8080) in (endpoint.containers[0].running.listening() or ())
