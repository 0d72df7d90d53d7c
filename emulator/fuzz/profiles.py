"""Hypothesis profiles for tests against containers, named when Hypothesis is first imported.

``pytest --hypothesis-profile=byoc-ci``, or ``settings.load_profile("byoc-dev")``.
"""

from __future__ import annotations


def register() -> None:
    """Make ``byoc-dev`` (quick), ``byoc-ci`` (the same each time) and ``byoc-nightly`` (long) known.

    None has a deadline: the time of a request is the container's, not the test's.
    """
    from hypothesis import HealthCheck, settings  # which calls this while it is being imported

    calm = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
    settings.register_profile("byoc-dev", deadline=None, max_examples=25, suppress_health_check=calm)
    settings.register_profile(
        "byoc-ci", deadline=None, max_examples=200, derandomize=True, print_blob=True, suppress_health_check=calm
    )
    settings.register_profile("byoc-nightly", deadline=None, max_examples=5000, suppress_health_check=calm)
