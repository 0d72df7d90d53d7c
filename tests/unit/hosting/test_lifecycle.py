"""One endpoint's states, from Creating to gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from threading import Event as Flag
from threading import Thread
from time import monotonic

import pytest

from emulator.assemble import wooden_session
from emulator.errors import EngineUnavailable, ServiceFault, ValidationError, ValidationException
from emulator.hosting.lifecycle import Lifecycle
from emulator.hosting.pipeline import send_through
from emulator.model.control import Deployment, ProductionVariant, Scale
from emulator.model.event import Event, StatusChanged, ignore
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import ImageConfig
from emulator.model.message import HttpRequest, Invocation
from emulator.model.rules import HostingRules
from emulator.testing import Act, Answer, Exit, FakeClock, Script, ScriptedRuntime

DEADLINE = 20.0
ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/ep"
IN_PROGRESS = f'Cannot update in-progress endpoint "{ARN}".'
PING_FAILED = (
    "The primary container for production variant v did not pass the ping health check. "
    "Please check CloudWatch logs for this endpoint."
)


class Gate:
    """A container that becomes healthy when the test says so."""

    def __init__(self) -> None:
        self.open = Flag()
        self.script = Script(ping=self._ping, invocations=Answer(body=b"new"))

    def _ping(self, request: HttpRequest) -> Act:
        return Answer(status=200 if self.open.is_set() else 503)


def using(image: str, *, config: str = "config", weight: float = 1.0) -> Deployment:
    """One variant of this image."""
    variant = ProductionVariant(name="v", model_name="m", weight=weight)
    models = {"v": Model(containers=(ContainerDefinition(image),))}
    return Deployment(config_name=config, variants=(variant,), models=models)


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition; whether it came true before the deadline."""
    pause, end = Flag(), monotonic() + DEADLINE
    while not condition():
        if monotonic() > end:
            return False
        pause.wait(0.005)
    return True


class Hosted:
    """An endpoint in the wooden world, with what a test wants to know of it."""

    def __init__(self, endpoint: Lifecycle, runtime: ScriptedRuntime, events: list[Event], gone: list[str]) -> None:
        self.endpoint, self.runtime, self.events, self.gone = endpoint, runtime, events, gone

    def created(self) -> Hosted:
        """The same, in service."""
        self.endpoint.create()
        assert "InService" == self.rest()
        return self

    def rest(self) -> str:
        """The status when it has come to rest."""
        assert self.endpoint.wait_for_change(DEADLINE)
        return self.endpoint.status

    def refused(self) -> tuple[str, str, str]:
        """What is said to update, scale and delete."""
        said = []
        attempts: tuple[Callable[[], None], ...] = (
            lambda: self.endpoint.update(using("good")),
            lambda: self.endpoint.scale({"v": Scale(weight=2)}),
            self.endpoint.delete,
        )
        for attempt in attempts:
            with pytest.raises(ValidationException) as caught:
                attempt()
            said.append(caught.value.message)
        return said[0], said[1], said[2]


@contextmanager
def hosted(runtime: ScriptedRuntime, deployment: Deployment, *, clock: FakeClock | None = None) -> Iterator[Hosted]:
    """An endpoint, not yet created; closed with the test."""
    events: list[Event] = []
    gone: list[str] = []
    rules = HostingRules(stop_seconds=1)
    with wooden_session(runtime, rules=rules, clock=clock, emit=events.append) as session:
        endpoint = Lifecycle(
            "Ep",
            arn=ARN,
            deployment=deployment,
            platform=session.platform,
            random=Random(7),
            when_gone=lambda: gone.append("Ep"),
        )
        try:
            yield Hosted(endpoint, runtime, events, gone)
        finally:
            endpoint.close()
            assert [] == runtime.left


def images(**more: Script) -> ScriptedRuntime:
    """A good image, a broken one, and more."""
    good = Script(invocations=Answer(body=b"old"), config=ImageConfig(image_id="sha256:1"))
    return ScriptedRuntime({"good": good, "broken": Script(exits=Exit(code=1)), **more})


def test_endpoint_comes_into_service() -> None:
    """Creating, then InService, with its weights, counts and images."""
    gate = Gate()
    with hosted(images(gated=gate.script), using("gated")) as it:
        it.endpoint.create()
        before = it.endpoint.describe()
        gate.open.set()
        assert "InService" == it.rest()
        after = it.endpoint.describe()

    assert ("Creating", "Creating", 0.0, 1.0, 0, 1, ()) == (
        before.status,
        before.variants[0].status,
        before.variants[0].current_weight,
        before.variants[0].desired_weight,
        before.variants[0].current_instance_count,
        before.variants[0].desired_instance_count,
        before.variants[0].deployed_images,
    )
    assert ("InService", None, 1.0, 1, "gated") == (
        after.status,
        after.variants[0].status,
        after.variants[0].current_weight,
        after.variants[0].current_instance_count,
        after.variants[0].deployed_images[0].specified_image,
    )


def test_endpoint_that_fails_says_why() -> None:
    """A container that does not start makes the endpoint Failed, with AWS's reason (6.13a)."""
    with hosted(images(), using("broken")) as it:
        it.endpoint.create()
        assert "Failed" == it.rest()

        assert PING_FAILED == it.endpoint.describe().failure_reason
        assert "primary stopped by itself (exit 1)." in next(
            each.problem for each in it.events if isinstance(each, StatusChanged)
        )


def test_trouble_of_the_machine_is_told_in_our_words() -> None:
    """Where the engine is at fault, AWS's reasons would lead astray."""

    class Gone(ScriptedRuntime):
        def image(self, name: str) -> ImageConfig:
            raise EngineUnavailable("No engine answers.", why="nothing listens")

    with hosted(Gone({}), using("good")) as it:
        it.endpoint.create()
        assert "Failed" == it.rest()

        assert "No engine answers. nothing listens" == it.endpoint.describe().failure_reason


def test_failed_endpoint_can_only_be_deleted() -> None:
    """Failed allows DeleteEndpoint and nothing else (6.3)."""
    with hosted(images(), using("broken")) as it:
        it.endpoint.create()
        it.rest()
        attempts: tuple[Callable[[], None], ...] = (
            lambda: it.endpoint.update(using("good")),
            lambda: it.endpoint.scale({}),
        )
        for attempt in attempts:
            with pytest.raises(ValidationException) as caught:
                attempt()
            assert f'Cannot update failed endpoint "{ARN}".' == caught.value.message
        it.endpoint.delete()
        it.rest()

    assert ["Ep"] == it.gone


def test_busy_endpoint_refuses_changes() -> None:
    """While Creating and Updating an endpoint can be neither updated nor deleted (6.4)."""
    gate, second = Gate(), Gate()
    with hosted(images(gated=gate.script, second=second.script), using("gated")) as it:
        it.endpoint.create()
        assert (IN_PROGRESS,) * 3 == it.refused()
        gate.open.set()
        it.rest()
        it.endpoint.update(using("second"))

        assert (IN_PROGRESS,) * 3 == it.refused()


def test_endpoint_that_is_deleted_refuses_changes() -> None:
    """While Deleting, and when it is gone, there is nothing to change."""
    stubborn = Script(on_terminate=None)
    with hosted(images(stubborn=stubborn), using("stubborn")) as it:
        it.created().endpoint.delete()
        assert "Deleting" == it.endpoint.status
        assert (IN_PROGRESS,) * 3 == it.refused()
        it.rest()

        assert (IN_PROGRESS,) * 3 == it.refused()


def test_deleted_endpoint_leaves_nothing() -> None:
    """A deleted endpoint ends its containers, tells its owner once, and answers no more."""
    with hosted(images(), using("good")) as it:
        it.created().endpoint.delete()
        with pytest.raises(ValidationError):
            it.endpoint.fleet()
        it.rest()

        assert (["Ep"], []) == (it.gone, it.runtime.left)


def test_old_fleet_serves_until_the_new_one_is_healthy() -> None:
    """During an update the old containers answer; then the new ones do, and the old are gone."""
    gate = Gate()
    with hosted(images(gated=gate.script), using("good")) as it:
        it.created().endpoint.update(using("gated", config="other"))
        during, old = it.endpoint.describe(), it.endpoint.fleet()
        gate.open.set()
        assert "InService" == it.rest()
        after = it.endpoint.describe()

        assert old is not it.endpoint.fleet()
        assert [it.runtime.containers[1]] == it.runtime.left
    assert ("Updating", "config", "other", "Creating") == (
        during.status,
        during.config_name,
        during.pending and during.pending.config_name,
        during.pending and during.pending.variants[0].status,
    )
    assert ("other", None, "gated", "") == (
        after.config_name,
        after.pending,
        after.variants[0].deployed_images[0].specified_image,
        after.failure_reason,
    )


def test_update_lets_invocations_end() -> None:
    """What the old containers have begun they may finish, although the new ones serve already."""
    begun, finish = Flag(), Flag()

    def answer(request: HttpRequest) -> Act:
        begun.set()
        finish.wait(DEADLINE)
        return Answer(body=b"late")

    with hosted(images(slow=Script(invocations=answer)), using("slow")) as it:
        chain = it.created().endpoint.fleet().chain_for()
        world = it.endpoint._platform.world
        with ThreadPoolExecutor(1) as pool:
            reply = pool.submit(send_through, chain, Invocation(body=b"x"), world=world, emit=ignore)
            assert begun.wait(DEADLINE)
            it.endpoint.update(using("good"))
            assert until(lambda: it.endpoint.fleet().chain_for().containers != chain.containers)
            assert "Updating" == it.endpoint.status
            finish.set()

            assert b"late" == reply.result(DEADLINE).body
        assert "InService" == it.rest()
        assert 1 == len(it.runtime.left)


def test_update_loses_no_invocation() -> None:
    """Clients that never pause see an update only by other answers."""
    new = Script(invocations=Answer(body=b"new"), config=ImageConfig(image_id="sha256:2"))
    with hosted(images(new=new), using("good")) as it:
        endpoint, over = it.created().endpoint, Flag()
        world = endpoint._platform.world

        def client() -> set[bytes]:
            seen = set()
            while not over.is_set():
                chain = endpoint.fleet().chain_for()
                seen.add(send_through(chain, Invocation(body=b"x"), world=world, emit=ignore).body)
            return seen

        with ThreadPoolExecutor(8) as pool:
            clients = [pool.submit(client) for _ in range(8)]
            try:
                endpoint.update(using("new"))
                assert "InService" == it.rest()
            finally:
                over.set()

            assert {b"old", b"new"} == set().union(*(each.result(DEADLINE) for each in clients))


def test_failed_update_rolls_back() -> None:
    """An update that fails leaves the old fleet in service, with the reason; the next update forgets it (6.7)."""
    with hosted(images(), using("good")) as it:
        before = it.created().endpoint.fleet()
        it.endpoint.update(using("broken", config="other"))
        assert "InService" == it.rest()
        after = it.endpoint.describe()

        assert ("config", PING_FAILED, None) == (after.config_name, after.failure_reason, after.pending)
        assert before is it.endpoint.fleet()
        it.endpoint.update(using("good", config="third"))
        it.rest()
        assert ("third", "") == (it.endpoint.describe().config_name, it.endpoint.describe().failure_reason)


def test_weights_and_counts_can_change() -> None:
    """UpdateEndpointWeightsAndCapacities goes through Updating and starts no container."""
    with hosted(images(), using("good")) as it:
        it.created().endpoint.scale({"v": Scale(weight=3, instance_count=2)})
        assert "InService" == it.rest()
        (variant,) = it.endpoint.describe().variants

        assert (3, 3, 2, 2) == (
            variant.current_weight,
            variant.desired_weight,
            variant.current_instance_count,
            variant.desired_instance_count,
        )
        assert ["InService", "Updating", "InService"] == [
            each.status for each in it.events if isinstance(each, StatusChanged)
        ]
        assert 1 == len(it.runtime.containers)


def test_unknown_variant_cannot_be_scaled() -> None:
    """A variant that the endpoint does not have is named, and nothing changes."""
    with hosted(images(), using("good")) as it:
        with pytest.raises(ValidationException) as caught:
            it.created().endpoint.scale({"x": Scale(weight=3)})

        assert (f'Could not find variant "x" of endpoint "{ARN}".', "InService") == (
            caught.value.message,
            it.endpoint.status,
        )


def test_endpoint_that_is_not_in_service_cannot_be_invoked() -> None:
    """Before it is in service, an endpoint is not found by the runtime (3.11)."""
    with hosted(images(), using("good")) as it, pytest.raises(ServiceFault) as caught:
        it.endpoint.fleet()

    assert "Endpoint Ep of account 123456789012 not found.\nwhy: its status is Creating" == str(caught.value)


def test_waiting_ends_with_a_change() -> None:
    """A long poll returns when the status changes, at once when nothing is under way, and in time otherwise."""
    gate = Gate()
    with hosted(images(gated=gate.script), using("gated")) as it:
        it.endpoint.create()
        assert not it.endpoint.wait_for_change(0.01)
        seen: list[bool] = []
        waiter = Thread(target=lambda: seen.append(it.endpoint.wait_for_change(DEADLINE)))
        waiter.start()
        gate.open.set()
        waiter.join(DEADLINE)

        assert [True] == seen
        assert it.endpoint.wait_for_change(DEADLINE)


@pytest.mark.parametrize("update", [False, True], ids=["creating", "updating"])
def test_close_in_the_middle_leaves_nothing(update: bool) -> None:
    """A session that ends while containers are starting does not wait for their 480 s, and leaves none of them."""
    gate = Gate()
    with hosted(images(gated=gate.script), using("good" if update else "gated"), clock=FakeClock()) as it:
        if update:
            it.created().endpoint.update(using("gated"))
        else:
            it.endpoint.create()
        it.endpoint.close()

        assert [] == it.runtime.left


def test_times_are_of_the_last_change() -> None:
    """CreationTime stays; LastModifiedTime is when the status changed last."""
    clock = FakeClock()
    with hosted(images(), using("good"), clock=clock) as it:
        clock.advance(60)
        told = it.created().endpoint.describe()

    assert 60 == (told.last_modified_time - told.creation_time).total_seconds()
