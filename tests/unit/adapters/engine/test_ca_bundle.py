"""Which certificates go into a base image."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.adapters.engine.ca_bundle import find_ca_bundle
from emulator.errors import UsageError


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A file of certificates, as far as anyone looks."""
    path = tmp_path / "ca.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\n")
    return path


@pytest.mark.parametrize("variable", ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_environment_names_the_bundle(bundle: Path, variable: str) -> None:
    """Each of the three variables that pip, OpenSSL and requests read names the bundle."""
    found = find_ca_bundle("auto", {variable: str(bundle)})

    assert found is not None
    assert bundle == found.path


def test_directory_is_passed_over(bundle: Path, tmp_path: Path) -> None:
    """A variable that names a directory, as requests allows, leaves the choice to the next."""
    found = find_ca_bundle("auto", {"SSL_CERT_FILE": str(tmp_path), "REQUESTS_CA_BUNDLE": str(bundle)})

    assert found is not None
    assert bundle == found.path


def test_debians_place_comes_last(tmp_path: Path) -> None:
    """Without a variable, Debian's own bundle is taken where there is one."""
    usual = tmp_path / "etc/ssl/certs/ca-certificates.crt"

    before = find_ca_bundle("auto", {}, root=tmp_path)
    usual.parent.mkdir(parents=True)
    usual.write_text("-----BEGIN CERTIFICATE-----\n")
    after = find_ca_bundle("auto", {}, root=tmp_path)

    assert before is None
    assert after is not None
    assert usual == after.path


def test_none_turns_it_off(bundle: Path) -> None:
    """`none` leaves the bundle out even where a variable names one."""
    assert find_ca_bundle("none", {"PIP_CERT": str(bundle)}) is None


def test_missing_bundle_is_refused(tmp_path: Path) -> None:
    """A bundle that was named but is not there is a usage error, not an image without it."""
    with pytest.raises(UsageError) as caught:
        find_ca_bundle("auto", {"PIP_CERT": str(tmp_path / "no.pem")})

    assert (
        f"The CA bundle {tmp_path}/no.pem cannot be read.\n"
        "why: No such file or directory\n"
        "fix: correct PIP_CERT, or give --ca-bundle none to build without"
    ) == str(caught.value)


def test_file_without_certificates_is_refused(tmp_path: Path) -> None:
    """A file that is no bundle is refused before anything is built on it."""
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")

    with pytest.raises(UsageError, match="holds no certificate"):
        find_ca_bundle(str(tmp_path / "key.pem"), {})
