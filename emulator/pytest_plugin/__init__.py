r"""The pytest plugin: contract checks as test items, and endpoints, pipelines and AWS as fixtures.

    pytest --byoc-image my-image:dev --byoc-model model.tar.gz --byoc-sample rows.csv

or, in a test file::

    @pytest.mark.byoc_image("my-image:dev", model="model.tar.gz", sample="rows.csv")
    def test_contract(byoc_check): ...

runs the catalogue of ``byoc check`` once, and reports each check as an item of its own. In a test of one's own::

    def test_prediction(byoc_endpoint):
        endpoint = byoc_endpoint("my-image:dev", model="model.tar.gz")
        assert endpoint.invoke("1,2,3", content_type="text/csv").text == "4.5\n"

Containers are started once a session, for all tests and all examples of Hypothesis that ask for the same; what they
wrote to their logs stands below a test that fails. Nothing but pytest is imported until one of these is used.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from emulator.adapters.aws import LocalAws
    from emulator.model.report import Outcome
    from emulator.pytest_plugin.hosting import Hosting, Opened

HOSTING = pytest.StashKey["Hosting"]()
"""The endpoints of this session, once there are any."""

OPTIONS = (
    ("--byoc-image", {"action": "append", "metavar": "IMAGE", "help": "check this image; once for each of a chain"}),
    ("--byoc-model", {"action": "append", "metavar": "PATH", "help": "its model data, or `none`; once for each image"}),
    ("--byoc-sample", {"metavar": "FILE", "help": "a request that the (first) image answers"}),
    ("--byoc-content-type", {"metavar": "TYPE", "help": "the sample's media type; default is by the file's name"}),
    ("--byoc-accept", {"metavar": "TYPE", "help": "the media type wanted back"}),
    ("--byoc-fuzz", {"metavar": "SECONDS", "type": float, "help": "also search so long for what breaks the image"}),
    ("--byoc-profile", {"metavar": "PROFILE", "help": "realtime (default), serverless or marketplace"}),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of ``byoc check``, with a prefix."""
    group = parser.getgroup("byoc", "contract checks of container images")
    for name, told in OPTIONS:
        group.addoption(name, **told)


def pytest_configure(config: pytest.Config) -> None:
    """The marker."""
    config.addinivalue_line(
        "markers",
        "byoc_image(*images, model=None, sample=None, content_type=None, accept=None, profile=None): "
        "the images whose contract the fixture byoc_check is about",
    )


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """One item for each check of the images of ``--byoc-image``."""
    if config.getoption("--byoc-image"):
        from emulator.pytest_plugin.items import check_items

        items.extend(check_items(session))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``byoc_check`` is one item for each check of its images."""
    if "byoc_check" in metafunc.fixturenames:
        from emulator.pytest_plugin.items import cases_of, request_of_marker

        request = request_of_marker(metafunc.definition)
        cases = cases_of(request)
        metafunc.parametrize(
            "byoc_check", [(request, *case) for case in cases], indirect=True, ids=[" ".join(case) for case in cases]
        )


@pytest.fixture
def byoc_check(request: pytest.FixtureRequest) -> Outcome:
    """How one check of the images of the marker ``byoc_image`` ended; the test fails if the check did."""
    from emulator.pytest_plugin.items import outcome_of

    asked, container, code, _ = request.param
    return outcome_of(request.config, asked, container, code)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Fail the test as such, not its set-up, where the check failed."""
    outcome: Any = pyfuncitem.funcargs.get("byoc_check")
    if outcome is not None:
        from emulator.pytest_plugin.items import require

        require(outcome)
    return (yield)


@pytest.fixture(scope="session")
def _byoc_hosting(request: pytest.FixtureRequest) -> Iterator[Hosting]:
    from emulator.pytest_plugin.hosting import Hosting

    with Hosting.opened(request.config.rootpath) as hosting:
        request.config.stash[HOSTING] = hosting
        yield hosting


@pytest.fixture(scope="session")
def byoc_endpoint(_byoc_hosting: Hosting) -> Opened:
    """Puts an image in service: ``byoc_endpoint("my-image:dev", model="model.tar.gz", environment={…})``.

    The same arguments give the same endpoint, for as long as the session lasts; one whose container ended is made anew.
    """
    return _byoc_hosting.endpoint


@pytest.fixture(scope="session")
def byoc_pipeline(_byoc_hosting: Hosting) -> Opened:
    """Puts images in a row: ``byoc_pipeline("first:dev", "second:dev", models=["f.tar.gz", "s.tar.gz"])``."""
    return _byoc_hosting.pipeline


@pytest.fixture(scope="session")
def byoc_aws() -> Iterator[LocalAws]:
    """AWS at one local address: ``byoc_aws.url``, ``byoc_aws.client("sagemaker")``, ``byoc_aws.environment``."""
    from emulator.local import local_aws

    with local_aws() as aws:
        yield aws


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What containers write from now on belongs to this test."""
    if (hosting := item.config.stash.get(HOSTING, None)) is not None:
        hosting.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach the logs of a failed test's containers."""
    report = yield
    if report.failed and "_byoc_hosting" in getattr(item, "fixturenames", ()):
        hosting = item.config.stash.get(HOSTING, None)
        if hosting is not None:
            report.sections += hosting.logs()
    return report
