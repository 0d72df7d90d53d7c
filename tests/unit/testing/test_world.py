"""The wooden doors behave as their ports say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator.adapters.clock import MonotonicClock
from emulator.adapters.http import PooledSender
from emulator.assemble import wooden_session
from emulator.errors import BuildFailed
from emulator.model.build import ImageBuild
from emulator.model.hosting import ContainerDefinition, Model, ModelData
from emulator.model.launch import ContainerLaunch
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import ImageMissing, ModelDataMissing, ModelDataUnusable, NoReply, StartRefused
from emulator.testing import Act, Answer, Exit, FakeClock, FakeStore, Script, ScriptedContainer, ScriptedRuntime

LAUNCH = ContainerLaunch(name="primary", image="i", command=("serve",))


def ask(container: ScriptedContainer, path: str = "/invocations") -> HttpReply:
    """One request, on a connection of its own."""
    sender = PooledSender(MonotonicClock())
    try:
        request = HttpRequest(method="POST", path=path, body=b"1")
        return sender.send(container.address(), request, seconds=5, connect_seconds=1, limit=1000)
    finally:
        sender.close()


def test_clock_stands_still_until_moved() -> None:
    """Time passes only by hand, or by a step with each look; the date goes with it."""
    still, stepping = FakeClock(), FakeClock(step=2)
    before = still.utc()
    still.advance(1.5)

    assert (1.5, 1.5, 1.5) == (still.now(), still.now(), (still.utc() - before).total_seconds())
    assert (2, 4) == (stepping.now(), stepping.now())


def test_store_knows_what_it_was_given(tmp_path: Path) -> None:
    """An address is a folder, an exception, or missing; what was asked for is remembered."""
    there, broken, gone = (ModelData(uri=uri) for uri in ("s3://b/there", "s3://b/broken", "s3://b/gone"))
    store = FakeStore({there.uri: tmp_path, broken.uri: ModelDataUnusable("x")}, notices={there.uri: ("y",)})

    assert (tmp_path, ("y",)) == store.fetch(there)
    with pytest.raises(ModelDataUnusable, match="x"):
        store.fetch(broken)
    with pytest.raises(ModelDataMissing, match="s3://b/gone: there is no such object"):
        store.fetch(gone)
    assert [True, True, False] == [store.exists(each) for each in store.fetched]


def test_runtime_starts_what_it_has() -> None:
    """An image is a script, missing, or refuses to start; launches are remembered."""
    runtime = ScriptedRuntime({"i": Script(), "bad": Script(refuses_start="exec format error")})
    container = runtime.start(LAUNCH)
    with pytest.raises(ImageMissing, match="no image of that name"):
        runtime.image("gone")
    with pytest.raises(StartRefused, match="exec format error"):
        runtime.start(ContainerLaunch(name="primary", image="bad", command=("serve",)))
    runtime.close()

    assert (["i", "bad"], [container], []) == (
        [each.image for each in runtime.launches],
        runtime.containers,
        runtime.left,
    )


def test_build_makes_what_there_is_a_script_for() -> None:
    """A build succeeds if a script bears its tag."""
    runtime, steps = ScriptedRuntime({"i:1": Script()}), list[str]()
    image_id = runtime.build(ImageBuild(context=Path(), tag="i:1"), on_progress=steps.append)
    with pytest.raises(BuildFailed) as caught:
        runtime.build(ImageBuild(context=Path(), tag="i:2"), on_progress=steps.append)

    assert (runtime.image("i:1").image_id, ["FROM script i:1", "FROM script i:2"]) == (image_id, steps)
    assert "i:2 could not be built.\nwhy: there is no script of that name" == str(caught.value)


def test_acts_follow_each_other() -> None:
    """Of several acts each answers one request, and the last all that follow."""
    acts: list[Act] = [Answer(status=503), Answer(body=b"a"), Answer(body=b"b")]
    with ScriptedContainer(Script(invocations=acts)) as container:
        replies = [ask(container) for _ in range(4)]

    assert [(503, b""), (200, b"a"), (200, b"b"), (200, b"b")] == [(each.status, each.body) for each in replies]


def test_containers_of_one_image_have_turns_of_their_own() -> None:
    """A script is what an image is; where it stands in its turns is each container's own."""
    script = Script(invocations=(Answer(body=b"first"), Answer(body=b"second")))
    with ScriptedContainer(script) as one, ScriptedContainer(script) as other:
        assert [b"first", b"second", b"first"] == [ask(each).body for each in (one, one, other)]


def test_unknown_path_is_404() -> None:
    """A container answers its two paths, and remembers requests to others too."""
    with ScriptedContainer() as container:
        assert 404 == ask(container, "/models").status
        assert (["/models"], []) == ([each.path for each in container.requests], container.invocations)


def test_container_ends_with_code_and_log() -> None:
    """An exit closes the port, keeps the code, and is the only one."""
    script = Script(invocations=(Answer(), Exit(code=3, log=["gone"])), log=["ready"])
    with ScriptedContainer(script) as container:
        ask(container)
        running = container.wait(0)
        with pytest.raises(NoReply):
            ask(container)
        ended = container.wait(5)
        container.terminate()
        container.remove()

        assert (None, 3, 3) == (running, ended, container.wait(0))
        assert (("ready", "gone"), ("gone",)) == (container.log_tail(10), container.log_tail(1))
        with pytest.raises(NoReply, match="nothing listens"):
            ask(container)


def test_container_may_ignore_sigterm() -> None:
    """A deaf container runs until it is removed, as killed."""
    container = ScriptedContainer(Script(on_terminate=None))
    container.terminate()
    before = container.wait(0)
    container.remove()

    assert (True, None, 137) == (container.terminated, before, container.wait(0))


def test_log_is_followed_to_its_end() -> None:
    """Whoever follows a log gets all of it, in order and dated, and is released when the container ends."""
    with ScriptedContainer(Script(log=["a"])) as container, ThreadPoolExecutor(1) as pool:
        following = pool.submit(lambda: list(container.follow()))
        container.write("b", "c")
        container.exit(0, ["d"])
        lines = following.result(timeout=5)

    assert ["a", "b", "c", "d"] == [text for _, text in lines]
    assert sorted(lines) == lines


def test_delay_ends_with_its_container() -> None:
    """An answer that is waited for does not keep a removed container alive."""
    with ScriptedContainer(Script(invocations=Answer(delay=60))) as container, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, container)
        while not container.requests:
            container.wait(0.001)
        container.remove()

        assert isinstance(waiting.exception(timeout=5), NoReply)


def test_session_leaves_nothing() -> None:
    """What still runs when a wooden session ends is removed."""
    runtime = ScriptedRuntime({"i": Script()})
    with wooden_session(runtime) as session:
        session.world.runtime.start(LAUNCH)
        before = len(runtime.left)

    assert (1, []) == (before, runtime.left)


def test_example_of_the_package_works() -> None:
    """The example in the package's docstring does what it says."""
    images = {"my-image": Script(invocations=Answer(body=b"0.5"))}
    model = Model(containers=(ContainerDefinition("my-image"),))
    with wooden_session(images) as session, session.endpoint(model) as endpoint:
        assert "0.5" == endpoint.invoke("1,2,3").text
