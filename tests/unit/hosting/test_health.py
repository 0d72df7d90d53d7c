"""Start-up pings: what counts as healthy, and how quickly and clearly a failure is told."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event as Signal

import pytest

from emulator.assemble import wooden_session
from emulator.errors import ContainerExited, PingCheckFailed
from emulator.hosting.endpoint import Endpoint
from emulator.model.event import Event, PingAnswered
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.message import HttpRequest
from emulator.model.rules import HostingRules
from emulator.testing import DROPPED, Act, Answer, Exit, FakeClock, Raw, Script, ScriptedRuntime

RULES = HostingRules(startup_seconds=60)
AWS = "did not pass the ping health check. Please check CloudWatch logs for this endpoint."


def model_of(*images: str) -> Model:
    """A model of these images."""
    return Model(containers=tuple(map(ContainerDefinition, images)))


def window_closed(images: Mapping[str, Script], model: Model, clock: FakeClock) -> PingCheckFailed:
    """The error when the start-up window closes."""
    with (
        wooden_session(images, rules=RULES, clock=clock) as session,
        pytest.raises(PingCheckFailed) as caught,
        session.endpoint(model),
    ):
        raise AssertionError("it came into service")
    return caught.value


def exit_of(script: Script) -> ContainerExited:
    """The error when a lone container ends, with the clock standing still: nobody waits for the window."""
    with (
        wooden_session({"i": script}, clock=FakeClock()) as session,
        pytest.raises(ContainerExited) as caught,
        session.endpoint(model_of("i")),
    ):
        raise AssertionError("it came into service")
    return caught.value


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (Answer(status=503), "503"),
        (Answer(status=204), "204"),
        (Answer(status=404), "404"),
        (Answer(status=302, headers={"Location": "/healthy"}), "302"),
    ],
)
def test_other_status_than_200_is_not_healthy(act: Answer, outcome: str) -> None:
    """Only 200 is healthy; a redirect is not followed (hosting contract 2.2)."""
    clock = FakeClock()
    paths = []

    def answer(request: HttpRequest) -> Answer:
        paths.append(request.path)
        if len(paths) > 1:  # the first outcome has been taken note of
            clock.advance(100)
        return act

    error = window_closed({"i": Script(ping=answer, log=["loading"])}, model_of("i"), clock)

    assert (
        "primary did not answer GET /ping with 200 within 60 s.\n"
        f"why: primary last: {outcome}\n"
        "fix: listen on 0.0.0.0, port 8080 or $SAGEMAKER_BIND_TO_PORT, and answer GET /ping with 200\n"
        f"FailureReason: The primary container for production variant AllTraffic {AWS}\n"
        "  | loading"
    ) == str(error)
    assert {"/ping"} == set(paths)


def test_closed_port_is_told() -> None:
    """A program that runs and never listens fails with what stood in the way."""
    error = window_closed({"i": Script(listens=False)}, model_of("i"), FakeClock(step=5))

    assert error.why.startswith("primary last: nothing listens on 127.0.0.1:")


@pytest.mark.parametrize("act", [DROPPED, Raw(pieces=[b"hello\n"])], ids=["dropped", "garbage"])
def test_broken_reply_is_not_healthy(act: Raw) -> None:
    """A ping that is answered in no HTTP counts as failed, and pings go on."""
    with wooden_session({"i": Script(ping=(act, act, Answer()))}) as session, session.endpoint(model_of("i")) as ready:
        assert 1 == len(ready.containers)


def test_body_of_a_ping_is_ignored() -> None:
    """200 is healthy whatever is in its body (2.1)."""
    healthy = Script(ping=Answer(body=b'{"status":"Unhealthy"}' * 10_000))
    with wooden_session({"i": healthy}) as session, session.endpoint(model_of("i")) as ready:
        assert isinstance(ready, Endpoint)


def test_patience_until_the_first_200() -> None:
    """Refusals before the first 200 do no harm; each change of outcome is told once."""
    heard: list[Event] = []
    ping: list[Act] = [Answer(status=503), Answer(status=503), Answer(status=502), Answer()]
    with wooden_session({"i": Script(ping=ping)}, emit=heard.append) as session, session.endpoint(model_of("i")):
        pass

    assert ["503", "502", "200"] == [each.outcome for each in heard if isinstance(each, PingAnswered)]


def test_window_names_every_container_that_failed() -> None:
    """When the window closes, all containers without a 200 are named, and those with one are not (2.10)."""
    clock, healthy = FakeClock(), Signal()
    asked = {"bad": 0, "worse": 0}

    def answer(name: str, status: int) -> Answer:
        asked[name] += 1
        if healthy.is_set() and min(asked.values()) > 1:
            clock.advance(100)
        return Answer(status=status)

    def good(request: HttpRequest) -> Answer:
        return Answer()

    def listen(event: Event) -> None:
        if isinstance(event, PingAnswered) and event.outcome == "200":
            healthy.set()

    images = {
        "good": Script(ping=good),
        "bad": Script(ping=lambda request: answer("bad", 500)),
        "worse": Script(ping=lambda request: answer("worse", 404)),
    }
    with (
        wooden_session(images, rules=RULES, clock=clock, emit=listen) as session,
        pytest.raises(PingCheckFailed) as caught,
        session.endpoint(model_of("bad", "good", "worse")),
    ):
        raise AssertionError("it came into service")

    error = caught.value
    assert ("container-1", "container-3") == error.containers
    assert "container-1, container-3 did not answer GET /ping with 200 within 60 s." == error.what
    assert f"The container-1, container-3 for production variant AllTraffic {AWS}" == error.failure_reason
    assert "container-1 last: 500; container-3 last: 404" == error.why


def test_container_that_ends_is_noticed_at_once() -> None:
    """A program that ends before it listens fails with code and log, though no time has passed."""
    error = exit_of(Script(exits=Exit(code=1, log=["Traceback", "ModuleNotFoundError: No module named 'xgboost'"])))

    assert (
        "primary stopped by itself (exit 1).\n"
        "why: its log ends \"ModuleNotFoundError: No module named 'xgboost'\"\n"
        "fix: run it by hand and watch it end: docker run --rm IMAGE serve\n"
        f"FailureReason: The primary container for production variant AllTraffic {AWS}\n"
        "  | Traceback\n"
        "  | ModuleNotFoundError: No module named 'xgboost'"
    ) == str(error)
    assert (1, "primary") == (error.exit_code, error.container)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (0, "the program ended by itself; serve must stay in the foreground"),
        (126, "the program is not executable"),
        (127, "a command or interpreter was not found in the image"),
        (137, "it was killed (SIGKILL), most often for want of memory"),
        (139, "it crashed (SIGSEGV)"),
        (143, "it was ended by SIGTERM"),
        (3, "it wrote nothing to stdout or stderr"),
    ],
)
def test_silent_end_is_explained_by_its_code(code: int, why: str) -> None:
    """Where there is no log, the exit code tells what it can."""
    assert why == exit_of(Script(exits=Exit(code=code))).why


def test_container_that_ends_while_it_is_asked() -> None:
    """A program that dies over a ping is a program that ended, not one that did not answer."""
    error = exit_of(Script(ping=(Answer(status=503), Exit(code=139, log=["core dumped"]))))

    assert (139, ("core dumped",)) == (error.exit_code, error.log_tail)


def test_one_end_is_noticed_while_another_is_slow() -> None:
    """The end of one container is told at once though the ping of another is still under way."""
    images = {"slow": Script(ping=Answer(delay=30)), "ended": Script(exits=Exit(code=2, log=["gone"]))}
    runtime = ScriptedRuntime(images)
    with wooden_session(runtime, clock=FakeClock()) as session:
        with pytest.raises(ContainerExited) as caught, session.endpoint(model_of("slow", "ended")):
            raise AssertionError("it came into service")

        assert [] == runtime.left
    assert "container-2" == caught.value.container


def test_log_is_told_without_our_pings() -> None:
    """Lines that our own pings caused are left out, so that what matters is seen."""
    pings = ['127.0.0.1 - - "GET /ping HTTP/1.1" 503 0'] * 50
    error = exit_of(Script(exits=Exit(code=1, log=["out of memory", *pings])))

    assert ("out of memory",) == error.log_tail


def test_only_the_last_lines_are_told() -> None:
    """A long log is cut to its last 20 lines."""
    error = exit_of(Script(exits=Exit(code=1, log=[f"line {n}" for n in range(100)])))

    assert tuple(f"line {n}" for n in range(80, 100)) == error.log_tail


def test_fault_of_a_listener_is_no_silence() -> None:
    """What a listener raises over a ping comes out, rather than a wait for the whole window."""

    def listen(event: Event) -> None:
        if isinstance(event, PingAnswered):
            raise ZeroDivisionError

    runtime = ScriptedRuntime({"i": Script()})
    with wooden_session(runtime, clock=FakeClock(), emit=listen) as session:
        with pytest.raises(ZeroDivisionError), session.endpoint(model_of("i")):
            raise AssertionError("it came into service")

        assert [] == runtime.left
