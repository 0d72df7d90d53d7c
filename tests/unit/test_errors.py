"""What each error says, letter by letter."""

from __future__ import annotations

import pytest

from emulator import errors

MODEL_ERROR = errors.ModelError(
    "container-2 answered 500.",
    why="its body is 'boom'",
    fix="run `byoc check predictor`",
    error_code="INTERNAL_FAILURE_FROM_MODEL",
    original_status_code=500,
    original_message="boom",
    log_stream_arn="arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/Endpoints/e",
    container="container-2",
)
ENDPOINT_FAILED = errors.EndpointFailed(
    "variant AllTraffic did not start.", why="1 of 2 stopped", fix="see its log", failure_reason="It failed."
)
CONTAINER_EXITED = errors.ContainerExited(
    "predictor stopped (exit 1) before answering /ping.",
    why="its log ends \"No module named 'xgboost'\"",
    fix="add the package to requirements.txt and rebuild",
    failure_reason="The primary container did not pass the ping health check.",
    container="predictor",
    exit_code=1,
    log_tail=["Traceback", "ModuleNotFoundError: No module named 'xgboost'"],
)
PING_CHECK_FAILED = errors.PingCheckFailed(
    "featurizer gave no 200 from /ping.",
    failure_reason="The container did not pass the ping health check.",
    containers=["featurizer"],
    log_tail=["listening on 0.0.0.0:9000"],
)

GOLDEN = [
    (errors.Problem("it broke."), "it broke."),
    (errors.EmulatorError("it broke.", why="a reason"), "it broke.\nwhy: a reason"),
    (errors.UsageError("no such option.", fix="say --port"), "no such option.\nfix: say --port"),
    (
        errors.EngineUnavailable("no engine answers.", why="nothing listens", fix="byoc engine up"),
        "no engine answers.\nwhy: nothing listens\nfix: byoc engine up",
    ),
    (errors.BuildFailed("predictor was not built.", why="step 3"), "predictor was not built.\nwhy: step 3"),
    (errors.TrainingFailed("train ended with 1."), "train ended with 1."),
    (errors.ServiceFault("We failed."), "We failed."),
    (
        errors.ValidationException("1 validation error detected", fix="shorten the name"),
        "1 validation error detected\nfix: shorten the name",
    ),
    (errors.ValidationError("Endpoint e not found."), "Endpoint e not found."),
    (errors.UnknownOperation("No operation CreateModle."), "No operation CreateModle."),
    (
        errors.NotEmulated("byoc-emulator does not emulate CreateApp.", fix="leave it out"),
        "byoc-emulator does not emulate CreateApp.\nfix: leave it out",
    ),
    (MODEL_ERROR, "container-2 answered 500.\nwhy: its body is 'boom'\nfix: run `byoc check predictor`"),
    (
        ENDPOINT_FAILED,
        "variant AllTraffic did not start.\nwhy: 1 of 2 stopped\nfix: see its log\nFailureReason: It failed.",
    ),
    (
        errors.ArtifactRefused("model.tar.gz is no archive.", failure_reason="Failed to extract."),
        "model.tar.gz is no archive.\nFailureReason: Failed to extract.",
    ),
    (
        errors.ImageRefused("no image predictor:1.", fix="build it", failure_reason="Does not exist."),
        "no image predictor:1.\nfix: build it\nFailureReason: Does not exist.",
    ),
    (
        CONTAINER_EXITED,
        (
            "predictor stopped (exit 1) before answering /ping.\n"
            "why: its log ends \"No module named 'xgboost'\"\n"
            "fix: add the package to requirements.txt and rebuild\n"
            "FailureReason: The primary container did not pass the ping health check.\n"
            "  | Traceback\n"
            "  | ModuleNotFoundError: No module named 'xgboost'"
        ),
    ),
    (
        PING_CHECK_FAILED,
        (
            "featurizer gave no 200 from /ping.\n"
            "FailureReason: The container did not pass the ping health check.\n"
            "  | listening on 0.0.0.0:9000"
        ),
    ),
]


@pytest.mark.parametrize(("problem", "text"), GOLDEN, ids=[type(problem).__name__ for problem, _ in GOLDEN])
def test_error_says(problem: errors.Problem, text: str) -> None:
    """An error prints what happened, why, and what to do, each on its line and only if known."""
    assert text == str(problem)


def test_every_error_has_a_golden_text() -> None:
    """No class of the tree is without an expected text above."""
    classes = {thing for thing in vars(errors).values() if isinstance(thing, type)}

    assert {kind for kind in classes if issubclass(kind, errors.Problem)} == {type(problem) for problem, _ in GOLDEN}


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (errors.ServiceFault("x"), "InternalFailure", 500),
        (errors.ValidationException("x"), "ValidationException", 400),
        (errors.ValidationError("x"), "ValidationError", 400),
        (errors.UnknownOperation("x"), "UnknownOperationException", 400),
        (errors.NotEmulated("x"), "NotImplemented", 501),
        (MODEL_ERROR, "ModelError", 424),
        (ENDPOINT_FAILED, "EndpointFailed", 500),
        (CONTAINER_EXITED, "EndpointFailed", 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, errors.Problem) else None,
)
def test_fault_is_answered_with(fault: errors.ServiceFault, code: str, status: int) -> None:
    """A fault knows the code and the status a client gets."""
    assert (code, status) == (fault.code, fault.http_status)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (errors.ValidationException("Member must not be null", fix="name it"), "Member must not be null"),
        (CONTAINER_EXITED, "The primary container did not pass the ping health check."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, errors.Problem) else None,
)
def test_client_sees_only_the_words_of_aws(fault: errors.ServiceFault, message: str) -> None:
    """The message for a client holds nothing of ours: no why, no fix, no log."""
    assert message == fault.message


def test_client_is_told_all_about_what_is_not_emulated() -> None:
    """Where AWS has no words, the client sees ours: what, why and what to do."""
    fault = errors.NotEmulated("CreateApp is not emulated.", why="it hosts nothing", fix="leave it out")

    assert "CreateApp is not emulated. Why: it hosts nothing. Fix: leave it out." == fault.message


def test_families_do_not_mix() -> None:
    """No class is both a trouble of the emulator and an answer of AWS."""
    families = (errors.EmulatorError, errors.ServiceFault)

    assert [] == [problem for problem, _ in GOLDEN if all(isinstance(problem, family) for family in families)]


def test_model_error_keeps_its_facts() -> None:
    """Each fact of a model error stays readable under the name it was given."""
    facts = (
        MODEL_ERROR.error_code,
        MODEL_ERROR.original_status_code,
        MODEL_ERROR.original_message,
        MODEL_ERROR.container,
        MODEL_ERROR.trace,
    )

    assert ("INTERNAL_FAILURE_FROM_MODEL", 500, "boom", "container-2", None) == facts


def test_log_tail_is_a_copy() -> None:
    """Lines a container logs later do not change an error that was already raised."""
    lines = ["first"]
    error = errors.ContainerExited("x", failure_reason="y", container="c", exit_code=1, log_tail=lines)
    lines.append("second")

    assert ("first",) == error.log_tail


def test_no_log_is_quoted_as_nothing() -> None:
    """An error without log lines ends with its last sentence."""
    assert "" == errors.quoted([])
