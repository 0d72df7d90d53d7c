"""What a base image is made of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.adapters.engine.recipe import Recipe, parse_reference
from emulator.errors import UsageError

RECIPE = Recipe(origin="pulled", reference="debian:bookworm", ca_sha256="1")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("debian:bookworm", "byoc-base/debian:bookworm"),
        ("debian:trixie-slim", "byoc-base/debian:trixie"),
        ("python:3.11-bookworm", "byoc-base/python:3.11-bookworm"),
        ("python:3.13-slim-trixie", "byoc-base/python:3.13-trixie"),
    ],
)
def test_reference_has_a_local_name(text: str, tag: str) -> None:
    """Each public name leads to one local name, slim or not."""
    assert tag == parse_reference(text).tag()


@pytest.mark.parametrize("text", ["debian", "debian:", "debian:Bookworm", "python:3.11", "python:3-bookworm", "x/y:z"])
def test_other_names_are_refused(text: str) -> None:
    """A name that cannot be made is a usage error that shows the known forms."""
    with pytest.raises(UsageError) as caught:
        parse_reference(text)

    assert (
        f"{text!r} is not a base image that can be made here.\n"
        "why: known are debian:SUITE, debian:SUITE-slim, python:X.Y-SUITE and python:X.Y-slim-SUITE\n"
        "fix: give such a name with a Debian release, for example python:3.11-slim-bookworm"
    ) == str(caught.value)


@pytest.mark.parametrize(
    "other",
    [
        replace(RECIPE, origin="bootstrapped"),
        replace(RECIPE, reference="debian:trixie"),
        replace(RECIPE, ca_sha256="2"),
        replace(RECIPE, packages=("python3",)),
        replace(RECIPE, sources=("deb a b main",)),
        replace(RECIPE, apt_options=("a",)),
        replace(RECIPE, layout=0),
    ],
    ids=["origin", "reference", "bundle", "packages", "sources", "options", "layout"],
)
def test_every_ingredient_counts(other: Recipe) -> None:
    """Whatever changes the image changes the digest."""
    assert RECIPE.digest != other.digest


def test_variables_come_with_a_bundle() -> None:
    """PIP_CERT and SSL_CERT_FILE are set in images that hold a bundle, and only there."""
    path = "/etc/ssl/certs/ca-certificates.crt"

    assert {"PIP_CERT": path, "SSL_CERT_FILE": path} == RECIPE.variables
    assert {} == replace(RECIPE, ca_sha256="").variables


def test_instructions_are_two_layers() -> None:
    """Environment and labels take one Dockerfile line each."""
    assert ["ENV", "LABEL"] == [line.split()[0] for line in RECIPE.instructions]
