"""Variants side by side: who gets an invocation, and how containers come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from threading import Event as Flag
from threading import Thread
from time import monotonic

import pytest

from emulator.assemble import wooden_session
from emulator.errors import EndpointFailed, ModelError, ValidationError
from emulator.hosting.fleet import Fleet
from emulator.hosting.health import LaunchAborted
from emulator.hosting.pipeline import send_through
from emulator.model.control import DeployedImage, Deployment, ProductionVariant
from emulator.model.event import Event, Notice, Restarting
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import ImageConfig
from emulator.model.message import HttpRequest, Invocation, Reply
from emulator.model.rules import HostingRules
from emulator.testing import Act, Answer, Exit, FakeClock, Script, ScriptedRuntime

DEADLINE = 20.0
EAGER = HostingRules(ping_interval_seconds=0.01, stop_seconds=1)
LONE = Model(containers=(ContainerDefinition("a"),))
DIRECT = Model(
    containers=(
        ContainerDefinition("a", container_hostname="first"),
        ContainerDefinition("b", container_hostname="second"),
    ),
    mode="Direct",
)


class Hosted:
    """A fleet in the wooden world, with what a test wants to ask of it."""

    def __init__(self, fleet: Fleet, runtime: ScriptedRuntime, send: Callable[..., Reply], events: list[Event]) -> None:
        self.fleet, self.runtime, self.send, self.events = fleet, runtime, send, events

    def answers(self) -> bool:
        """Whether an invocation is answered now."""
        try:
            self.send()
        except ModelError:
            return False
        return True

    @property
    def restarts(self) -> list[str]:
        """Why containers were replaced, time after time."""
        return [each.cause for each in self.events if isinstance(each, Restarting)]


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition; whether it came true before the deadline."""
    pause, end = Flag(), monotonic() + DEADLINE
    while not condition():
        if monotonic() > end:
            return False
        pause.wait(0.005)
    return True


@contextmanager
def hosted(
    runtime: ScriptedRuntime,
    *variants: ProductionVariant,
    model: Model | None = None,
    rules: HostingRules = EAGER,
    clock: FakeClock | None = None,
) -> Iterator[Hosted]:
    """A fleet, not yet opened; a variant's model is the image of its model name, unless one is given for all."""
    events: list[Event] = []
    models = {each.name: model or Model(containers=(ContainerDefinition(each.model_name),)) for each in variants}
    deployment = Deployment(config_name="c", variants=variants, models=models)
    with wooden_session(runtime, rules=rules, clock=clock, emit=events.append) as session:
        fleet = Fleet(deployment, endpoint="e", platform=session.platform, random=Random(7))

        def send(variant: str | None = None, container: str | None = None) -> Reply:
            chain = fleet.chain_for(variant, container)
            return send_through(chain, Invocation(body=b"x"), world=session.world, emit=events.append)

        try:
            yield Hosted(fleet, runtime, send, events)
        finally:
            fleet.close()


def named(name: str, weight: float = 1.0, count: int = 1) -> ProductionVariant:
    """A variant whose model is the image of its name."""
    return ProductionVariant(name=name, model_name=name, weight=weight, instance_count=count)


def answering(*names: str) -> ScriptedRuntime:
    """Images that answer with their own name."""
    config = ImageConfig(image_id="sha256:1")
    return ScriptedRuntime({name: Script(invocations=Answer(body=name.encode()), config=config) for name in names})


def test_traffic_is_shared_by_weight() -> None:
    """A variant's share is its weight by the sum of all, over many draws (6.6)."""
    with hosted(answering("a", "b", "c"), named("a", 6), named("b", 3), named("c", 1)) as it:
        it.fleet.open()
        drawn = Counter(it.fleet.chain_for().variant for _ in range(10_000))

    assert {"a": 60, "b": 30, "c": 10} == {name: round(count / 100) for name, count in drawn.items()}


def test_variant_without_weight_gets_nothing() -> None:
    """A weight of 0 is no traffic; the variant can still be named."""
    with hosted(answering("a", "b"), named("a", 0), named("b")) as it:
        it.fleet.open()

        assert {"b"} == {it.fleet.chain_for().variant for _ in range(100)}
        assert "a" == it.send("a").invoked_production_variant


def test_new_weights_hold_at_once() -> None:
    """Weights can change while the fleet serves."""
    with hosted(answering("a", "b"), named("a"), named("b", 0)) as it:
        it.fleet.open()
        it.fleet.share((named("a", 0), named("b", 1)))

        assert b"b" == it.send().body


@pytest.mark.parametrize(
    ("model", "variant", "container", "text"),
    [
        (LONE, "x", None, "Endpoint e has no production variant x.\nfix: it has: v"),
        (
            LONE,
            None,
            "first",
            (
                "Endpoint e is not a direct invocation multi-container endpoint and does not support target container "
                "hostname header."
            ),
        ),
        (
            DIRECT,
            None,
            None,
            (
                "Target Container Hostname header is required for direct invocation multi-container endpoint e.\n"
                "fix: name one of: first, second"
            ),
        ),
        (DIRECT, "v", "third", "Endpoint e has no container third.\nfix: name one of: first, second"),
    ],
    ids=["variant", "header on serial", "no header on direct", "unknown container"],
)
def test_wrong_target_is_refused(model: Model, variant: str | None, container: str | None, text: str) -> None:
    """A target that is missing, unknown or not allowed is said (3.20, 4.12)."""
    with hosted(answering("a", "b"), ProductionVariant(name="v", model_name="m"), model=model) as it:
        it.fleet.open()
        with pytest.raises(ValidationError) as caught:
            it.send(variant, container)

    assert text == str(caught.value)


def test_no_weight_at_all_is_refused() -> None:
    """Where nothing has a weight and nothing is named, there is nobody to ask."""
    with hosted(answering("a"), named("a", 0)) as it:
        it.fleet.open()
        with pytest.raises(ValidationError) as caught:
            it.send()

    assert ("Endpoint e has no production variant with a weight greater than 0.\nfix: send a TargetVariant") == str(
        caught.value
    )


def test_direct_invocation_reaches_one_container() -> None:
    """In mode Direct a request goes to the container it names, and to no other (4.12)."""
    with hosted(answering("a", "b"), ProductionVariant(name="v", model_name="m"), model=DIRECT) as it:
        it.fleet.open()
        reply = it.send(container="second")

        assert (b"b", ["second"]) == (reply.body, [hop.container for hop in reply.trace])
        assert [0, 1] == [len(each.invocations) for each in it.runtime.containers]


def test_containers_of_direct_mode_have_ports_of_their_own() -> None:
    """Containers that share an instance cannot share a port, in whatever mode they are called."""
    with hosted(answering("a", "b"), ProductionVariant(name="v", model_name="m"), model=DIRECT) as it:
        it.fleet.open()

        assert ["24001", "24002"] == [each.environment["SAGEMAKER_BIND_TO_PORT"] for each in it.runtime.launches]


def test_image_in_service_is_told_by_digest() -> None:
    """What runs is told as it was named and as what that was."""
    with hosted(answering("host:5000/a:1"), ProductionVariant(name="v", model_name="host:5000/a:1")) as it:
        it.fleet.open()
        (image,) = it.fleet.images("v")

    assert ("host:5000/a:1", "host:5000/a@sha256:1") == (image.specified_image, image.resolved_image)
    assert isinstance(image, DeployedImage)


def test_several_instances_are_run_as_one() -> None:
    """More than one instance is one here, and that is said."""
    with hosted(answering("a"), named("a", count=3)) as it:
        it.fleet.open()

        assert [Notice(subject="a", text="InitialInstanceCount 3 is run as one instance")] == [
            each for each in it.events if isinstance(each, Notice)
        ]
        assert 1 == len(it.runtime.containers)


def test_one_failure_ends_all() -> None:
    """A variant that fails ends the launch of the others, which may have minutes left."""
    runtime = ScriptedRuntime({"good": Script(ping=Answer(status=503)), "bad": Script(exits=Exit(code=1))})
    with hosted(runtime, named("good"), named("bad")) as it, pytest.raises(EndpointFailed) as caught:
        it.fleet.open()

    assert "production variant bad did not pass the ping health check" in caught.value.failure_reason
    assert [] == runtime.left


def test_launch_can_be_given_up() -> None:
    """Closing a fleet that is still starting ends the launch at once and leaves nothing."""
    pinged = Flag()

    def ping(request: HttpRequest) -> Act:
        pinged.set()
        return Answer(status=503)

    runtime = ScriptedRuntime({"slow": Script(ping=ping)})
    with hosted(runtime, named("slow")) as it:

        def close_when_pinged() -> None:
            pinged.wait(DEADLINE)
            it.fleet.close()

        closer = Thread(target=close_when_pinged)
        closer.start()
        with pytest.raises(LaunchAborted):
            it.fleet.open()
        closer.join(DEADLINE)

    assert pinged.is_set()
    assert [] == runtime.left


def test_dead_container_is_replaced() -> None:
    """When a container ends, all of its variant are started anew, and the endpoint answers again."""
    model = Model(containers=(ContainerDefinition("a"), ContainerDefinition("b")))
    with hosted(answering("a", "b"), ProductionVariant(name="v", model_name="m"), model=model) as it:
        it.fleet.open()
        it.runtime.containers[1].exit(137)

        assert until(lambda: bool(it.restarts) and it.answers())
        assert it.runtime.containers[2:] == it.runtime.left
        assert ["container-2 stopped by itself (exit 137)."] == it.restarts


def test_unhealthy_container_is_replaced() -> None:
    """So many failed pings in a row, and the containers are replaced; fewer are borne (2.8)."""
    pings = [Answer(), *[Answer(status=500)] * 2, Answer(), *[Answer(status=500)] * 3, Answer()]
    runtime = ScriptedRuntime({"a": Script(ping=pings)})
    with hosted(runtime, named("a")) as it:
        it.fleet.open()

        assert until(lambda: bool(it.restarts))
        assert 7 == len([each for each in runtime.containers[0].requests if each.path == "/ping"])
        assert "primary missed 3 pings in a row, last: 500" == it.restarts[0]


def test_callers_get_a_model_error_meanwhile() -> None:
    """While containers are replaced, an invocation is a ModelError in AWS's words (3.4)."""
    runtime = answering("a")
    with hosted(runtime, named("a")) as it:
        it.fleet.open()
        runtime.images["a"] = Script(ping=Answer(status=503))
        runtime.containers[0].exit(1)
        assert until(lambda: len(runtime.containers) == 2)
        with pytest.raises(ModelError) as caught:
            it.send()

    assert "the containers of a are being replaced" == caught.value.why
    assert caught.value.message.startswith(
        'Received server error (0) from primary with message "Amazon SageMaker could not get a response from the e '
        "endpoint. This can occur when CPU or memory utilization is high."
    )
    assert [] == runtime.left


def test_failed_restart_is_tried_again() -> None:
    """A restart that fails is repeated until the containers are healthy."""
    runtime = answering("a")
    good = runtime.images["a"]
    with hosted(runtime, named("a")) as it:
        it.fleet.open()
        del runtime.images["a"]
        runtime.containers[0].exit(1)
        assert until(lambda: len(it.restarts) > 2)
        runtime.images["a"] = good

        assert until(it.answers)
    assert it.restarts[1].startswith("Requested image a not found.")


def test_close_during_a_restart_leaves_nothing() -> None:
    """Closing a fleet whose containers are being replaced ends that too."""
    runtime = answering("a")
    with hosted(runtime, named("a")) as it:
        it.fleet.open()
        runtime.images["a"] = Script(ping=Answer(status=503))
        runtime.containers[0].exit(1)
        assert until(lambda: len(runtime.containers) == 2)
        it.fleet.close()

        assert [] == runtime.left
