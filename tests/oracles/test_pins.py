"""What runs here is what runs in the images."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

import pytest

from containers import abalone

APART = {"python-dateutil"}
"""Cannot be the image's here, as botocore refuses it; it has no part in arithmetic."""


def pins(image: str) -> Iterator[tuple[str, str]]:
    """Each package of an image with its version."""
    for line in (abalone.FOLDER / image / "requirements.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, wanted = line.partition("==")
            yield name, wanted


@pytest.mark.parametrize("image", ["featurizer", "predictor"])
def test_versions_are_those_of_the_image(image: str) -> None:
    """Every package that an image pins has that version here; the group `oracles` of pyproject.toml says which."""
    wanted = {name: pin for name, pin in pins(image) if name not in APART}

    assert wanted
    assert wanted == {name: version(name) for name in wanted}
