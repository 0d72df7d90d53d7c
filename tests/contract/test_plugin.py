"""The catalogue as test items of somebody else's repository."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from emulator.fuzz.property import properties

GOOD = Path(__file__).parents[2] / "fixtures" / "mutants" / "good"

MARKED = """
import pytest

@pytest.mark.byoc_image("{image}", model="model", sample="sample.csv")
def test_contract(byoc_check):
    assert byoc_check.status == "passed"
"""


@pytest.fixture
def repository(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with a model and a sample, and a project file that selects some checks."""
    shutil.copytree(GOOD / "model", pytester.path / "model")
    shutil.copy(GOOD / "sample.csv", pytester.path)
    (pytester.path / "byoc.toml").write_text('[check]\nselect = ["PNG002", "IMG011"]\n')
    return pytester


@pytest.mark.engine
def test_option_makes_items(repository: pytest.Pytester, mutant_image: Callable[[str], str]) -> None:
    """`--byoc-image` adds one item for each check, with and without tests of one's own, and JUnit has them."""
    words = ["--byoc-model", "model", "--byoc-sample", "sample.csv", "--junitxml", "a.xml"]
    result = repository.runpytest_subprocess("--byoc-image", mutant_image("ping-redirects"), *words)
    result.assert_outcomes(passed=1, failed=1)
    names = {each.get("name") for each in ET.parse(repository.path / "a.xml").iter("testcase")}

    assert {"primary PNG002 ping-redirects", "primary IMG011 healthcheck-ignored"} == names
    result.stdout.fnmatch_lines(["*GET /ping is answered with 302*"])


@pytest.mark.engine
@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_marker_makes_items(
    workers: list[str], repository: pytest.Pytester, mutant_image: Callable[[str], str], tmp_path: Path
) -> None:
    """A marked test is one item for each check; xdist's workers share one run."""
    repository.makepyfile(MARKED.format(image=mutant_image("good")))
    result = repository.runpytest_subprocess(*workers, "--basetemp", str(tmp_path / "base"))
    result.assert_outcomes(passed=2)

    assert 1 == len(list((tmp_path / "base").glob("byoc-*.report")))


def test_slip_is_a_usage_error(repository: pytest.Pytester) -> None:
    """A profile that there is not ends the run before any test, with a sentence."""
    result = repository.runpytest_subprocess("--byoc-image", "x", "--byoc-profile", "moon")

    assert 4 == result.ret
    result.stderr.fnmatch_lines(["*give one of realtime, serverless, marketplace*"])


def test_marker_without_an_image_is_told(repository: pytest.Pytester) -> None:
    """Who asks for a check without saying of what gets an answer at collection."""
    repository.makepyfile("def test_contract(byoc_check): ...")
    result = repository.runpytest_subprocess()

    result.stdout.fnmatch_lines(["*without @pytest.mark.byoc_image*"])


def test_plugin_is_silent_when_unused(pytester: pytest.Pytester) -> None:
    """A run that asks for nothing of ours imports nothing of ours but the plugin."""
    pytester.makepyfile(
        """
        import sys

        def test_nothing_heavy():
            ours = {name for name in sys.modules if name.startswith("emulator.")}
            assert ours == {"emulator.pytest_plugin"}
            assert not {"boto3", "docker", "rich", "moto"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.engine
def test_search_makes_items_too(repository: pytest.Pytester, mutant_image: Callable[[str], str]) -> None:
    """`--byoc-fuzz` adds one item for each property; what it found is kept, and tried first next time."""
    words = ["--byoc-model", "model", "--byoc-sample", "sample.csv", "--byoc-fuzz", "6"]
    result = repository.runpytest_subprocess("--byoc-image", mutant_image("trailing-newline"), *words)

    assert 2 + len(properties()) == sum(result.parseoutcomes()[each] for each in ("passed", "failed"))
    assert list((repository.path / ".byoc-fuzz" / "cases").glob("FUZ*.json"))
