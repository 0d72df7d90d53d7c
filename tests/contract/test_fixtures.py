"""Endpoints, pipelines and AWS as fixtures of somebody else's tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

GOOD = Path(__file__).parents[2] / "fixtures" / "mutants" / "good"


@pytest.fixture
def repository(pytester: pytest.Pytester, mutant_image: Callable[[str], str]) -> pytest.Pytester:
    """A folder with a model, whose tests know the image as IMAGE."""
    shutil.copytree(GOOD / "model", pytester.path / "model")
    pytester.makeconftest(f"import builtins\nbuiltins.IMAGE = {mutant_image('good')!r}")
    return pytester


def test_same_arguments_give_the_same_container(repository: pytest.Pytester) -> None:
    """Tests and all examples of Hypothesis share one start; other arguments get their own."""
    repository.makepyfile(
        """
        from hypothesis import given, settings, strategies as st

        SEEN = []

        @settings(settings.get_profile("byoc-dev"))
        @given(number=st.integers(-9, 9))
        def test_examples(byoc_endpoint, number):
            endpoint = byoc_endpoint(IMAGE, model="model")
            SEEN.append(endpoint)
            reply = endpoint.invoke(f"{number},{number},{number}", content_type="text/csv")
            assert float(reply.text) == 1 + 2.25 * number

        def test_again(byoc_endpoint):
            assert set(SEEN) == {byoc_endpoint(IMAGE, model="model")}
            assert byoc_endpoint(IMAGE, model="model", environment={"A": "1"}) not in SEEN
        """
    )
    repository.runpytest_subprocess().assert_outcomes(passed=2)


def test_pipeline_and_aws(repository: pytest.Pytester) -> None:
    """A pipeline hands on, and AWS answers at its address."""
    repository.makepyfile(
        """
        def test_pipeline(byoc_pipeline):
            chain = byoc_pipeline(IMAGE, IMAGE, models=["model", "model"])
            assert chain.invoke("0,0,0", content_type="text/csv").text == "3.25\\n"
            assert len(chain.trace) == 2

        def test_aws(byoc_aws):
            assert byoc_aws.client("sts").get_caller_identity()["Account"] == "123456789012"
            assert byoc_aws.client("sagemaker").list_models()["Models"] == []
            assert byoc_aws.url.startswith("http://127.0.0.1:")
        """
    )
    repository.runpytest_subprocess().assert_outcomes(passed=2)


def test_failed_test_shows_its_own_log(repository: pytest.Pytester) -> None:
    """What the container wrote during a failing test stands below it, what others caused does not."""
    repository.makepyfile(
        """
        def test_before(byoc_endpoint):
            endpoint = byoc_endpoint(IMAGE, model="model")
            endpoint.invoke("1,2,3", content_type="text/csv")
            while not any("200, 5 B" in line for line in endpoint.containers[0].running.log_tail(9)):
                pass  # a container's line is there a moment after its reply

        def test_fails(byoc_endpoint):
            byoc_endpoint(IMAGE, model="model").invoke("1,2,3,4,5", content_type="text/csv")
        """
    )
    result = repository.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*log of primary in byoc-*", "*POST '/invocations' 400, 9 B*"])
    result.stdout.no_fnmatch_line("*200, 5 B*")


def test_container_that_ended_is_replaced(repository: pytest.Pytester) -> None:
    """The next test after one that killed the container gets another."""
    repository.makepyfile(
        """
        def test_kills(byoc_endpoint):
            byoc_endpoint(IMAGE, model="model").containers[0].running.remove()
            byoc_endpoint(IMAGE, model="model").containers[0].running.wait(5)

        def test_after(byoc_endpoint):
            assert byoc_endpoint(IMAGE, model="model").invoke("0,0,0", content_type="text/csv").text == "1\\n"
        """
    )
    repository.runpytest_subprocess().assert_outcomes(passed=2)


def test_workers_have_their_own(repository: pytest.Pytester) -> None:
    """Under xdist each worker starts what its tests ask for."""
    repository.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_one(byoc_endpoint, number):
            assert byoc_endpoint(IMAGE, model="model").invoke("0,0,0", content_type="text/csv").text == "1\\n"
        """
    )
    repository.runpytest_subprocess("-n", "2").assert_outcomes(passed=4)
