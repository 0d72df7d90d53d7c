"""Pulling, with a bounded wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.adapters.engine.ca_bundle import find_ca_bundle
from emulator.adapters.engine.pull import layer, pull
from emulator.adapters.engine.recipe import Recipe
from emulator.errors import BuildFailed

Start = Callable[..., Any]


def test_pulled_image_has_no_trouble(wooden_engine: Start, told: list[str]) -> None:
    """A pull that ends well tells its steps, each once, and has nothing to complain of."""
    wooden = wooden_engine()
    wooden.pulls = [{"status": "Downloading"}, {"status": "Downloading"}, {"status": "Done"}]

    trouble = pull(wooden.engine, "debian:bookworm", on_progress=told.append)

    assert ("", ["pulling debian:bookworm: Downloading", "pulling debian:bookworm: Done"]) == (trouble, told)


def test_refusal_is_told_in_the_engines_words(wooden_engine: Start, told: list[str]) -> None:
    """An error inside the stream is the reason."""
    wooden = wooden_engine()
    wooden.pulls = [{"error": "manifest unknown"}]

    assert "manifest unknown" == pull(wooden.engine, "debian:bookworm", on_progress=told.append)


def test_silent_registry_is_given_up(wooden_engine: Start, told: list[str]) -> None:
    """An engine that waits for a registry in vain does not hold us longer than we said."""
    wooden = wooden_engine()
    wooden.pulls = None

    trouble = pull(wooden.engine, "debian:bookworm", on_progress=told.append, first_answer=0.05)

    assert "no registry answered within 0.05 s" == trouble


def test_failed_build_is_told(wooden_engine: Start) -> None:
    """An engine that refuses to build is quoted, with another way out."""
    recipe = Recipe(origin="pulled", reference="debian:bookworm", ca_sha256="")

    with pytest.raises(BuildFailed, match="could not be built on debian:bookworm") as caught:
        layer(wooden_engine().engine, "debian:bookworm", recipe, ca=find_ca_bundle("none", {}), tag="a/b:c")

    assert "no such thing" in caught.value.why
    assert "--bootstrap" in caught.value.fix
