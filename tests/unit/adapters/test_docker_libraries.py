"""The packages inside an image, by the names of what is in it."""

from __future__ import annotations

import pytest

from emulator.adapters.docker_libraries import libraries_in

SITE = "usr/local/lib/python3.11/site-packages"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([f"{SITE}/scikit_learn-1.9.1.dist-info/"], {"scikit-learn": "1.9.1"}),
        ([f"{SITE}/scikit_learn-1.9.1.dist-info/METADATA", f"{SITE}/sklearn/__init__.py"], {}),
        ([f"{SITE}/Zope.Interface__x-5.0rc1.post2+cpu.dist-info"], {"zope-interface-x": "5.0rc1.post2+cpu"}),
        (["usr/lib/python3/dist-packages/six-1.16.0.egg-info"], {"six": "1.16.0"}),
        (["opt/venv/lib/python3.12/site-packages/PyYAML-6.0-py3.12-linux-x86_64.egg-info"], {"pyyaml": "6.0"}),
        ([f"{SITE}/setuptools/_vendor/packaging-24.2.dist-info"], {}),
        (["src/mine.egg-info", "x-1.dist-info.txt", f"{SITE}/-1.dist-info"], {}),
        (["usr/lib/python3.11/os.py", "usr/lib/python3.9/json/os.py", "lib/python3.10/"], {"python": "3.11"}),
        ([f"{SITE}/numpy-2.0.dist-info", "usr/lib/python3/dist-packages/numpy-1.26.dist-info"], {"numpy": "1.26, 2.0"}),
        (["usr/bin/serve", "etc/passwd"], {}),
    ],
)
def test_versions_are_told_by_names(paths: list[str], expected: dict[str, str]) -> None:
    """Names of dist-info and egg-info tell packages, the standard library tells Python, vendored ones do not count."""
    assert expected == libraries_in(paths)
