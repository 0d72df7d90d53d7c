"""A training job: what the program is given, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.adapters.archive import extract
from emulator.adapters.model_data import ModelDataFolder
from emulator.assemble import wooden_session
from emulator.errors import Problem, UsageError
from emulator.model.launch import Mount
from emulator.testing import Exit, FakeStore, Script, ScriptedRuntime

MODEL = {"/opt/ml/model/model.json": b"{}", "/opt/ml/model/sub/a.txt": b"a", "/opt/ml/output/failure": b"no"}
TRAINED = Script(exits=Exit(code=0, log=["epoch 1", "done"]), files=MODEL)


@pytest.fixture
def store(tmp_path: Path) -> ModelDataFolder:
    """The real store: archives are really packed."""
    folder = tmp_path / "run"
    folder.mkdir()

    def no_s3() -> Any:
        raise AssertionError("S3 is not asked")

    return ModelDataFolder(folder, no_s3)


def failure_of(script: Script | None, output: Path, store: ModelDataFolder, **channels: Path) -> str:
    """What is said when training ends badly; asserts that nothing is left."""
    runtime = ScriptedRuntime({} if script is None else {"i": script})
    with wooden_session(runtime, store=store) as session:
        with pytest.raises(Problem) as caught:
            session.train("i", channels, output)
        assert [] == runtime.left
    return str(caught.value)


def test_model_is_packed(tmp_path: Path, store: ModelDataFolder) -> None:
    """What the program leaves in /opt/ml/model, and nothing else, becomes the archive."""
    output = tmp_path / "model.tar.gz"
    with wooden_session({"i": TRAINED}, store=store) as session:
        job = session.train("i", {}, output)
    (tmp_path / "out").mkdir()
    extract(output, tmp_path / "out")

    assert (output, ("epoch 1", "done")) == (job.model_data, job.log)
    assert {"model.json": "{}", "sub/a.txt": "a"} == {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }


def test_program_gets_channels_and_hyperparameters(tmp_path: Path) -> None:
    """Channels are folders by name, hyperparameters a JSON object of text, and the command is `train`."""
    runtime, store = ScriptedRuntime({"i": TRAINED}), FakeStore()
    with wooden_session(runtime, store=store) as session:
        session.train("i", {"train": tmp_path}, tmp_path / "m.tar.gz", hyperparameters={"max_depth": "5"})

    (launch,) = runtime.launches
    assert (("train",), {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}) == (
        launch.command,
        launch.environment,
    )
    assert (
        Mount(source=str(tmp_path), target="/opt/ml/input/data/train"),
        Mount(source="/wooden/1", target="/opt/ml/input/config"),
    ) == launch.mounts
    assert [{"hyperparameters.json": b'{"max_depth": "5"}'}] == store.laid_out


def test_program_that_fails_is_quoted(tmp_path: Path, store: ModelDataFolder) -> None:
    """The exit code and the end of the log say why."""
    script = Script(exits=Exit(code=1, log=["Traceback", "ValueError: no rows"]))

    assert ("Training in i failed (exit 1).\nwhy: Traceback\n  | ValueError: no rows") == failure_of(
        script, tmp_path / "m.tar.gz", store
    )


def test_silent_failure_is_explained(tmp_path: Path, store: ModelDataFolder) -> None:
    """Without a log the exit code says what it can."""
    assert (
        "Training in i failed (exit 137).\nwhy: it was killed (SIGKILL), most often for want of memory"
    ) == failure_of(Script(exits=Exit(code=137)), tmp_path / "m.tar.gz", store)


def test_program_without_model_fails(tmp_path: Path, store: ModelDataFolder) -> None:
    """A program that ends well and leaves nothing has not trained."""
    assert (
        "Training in i left no usable model.\n"
        "why: the container has no /opt/ml/model\n"
        "fix: write plain files into /opt/ml/model"
    ) == failure_of(Script(exits=Exit(code=0)), tmp_path / "m.tar.gz", store)


def test_missing_image_fails(tmp_path: Path, store: ModelDataFolder) -> None:
    """An image that is not there cannot train."""
    assert "There is no image i to train in.\nfix: build or pull it first" == failure_of(
        None, tmp_path / "m.tar.gz", store
    )


def test_missing_program_fails(tmp_path: Path, store: ModelDataFolder) -> None:
    """An image without `train` is told what to add, by that name."""
    said = failure_of(
        Script(refuses_start='exec: "train": executable file not found in $PATH'), tmp_path / "m.tar.gz", store
    )

    assert said.startswith(
        "i could not be started for training.\n"
        'why: exec: "train": executable file not found in $PATH\n'
        "fix: put an executable named train "
    )


def test_channel_must_be_a_folder(tmp_path: Path, store: ModelDataFolder) -> None:
    """A channel that is no folder is refused before anything starts."""
    assert (
        f"Channel train is not a folder: {tmp_path / 'gone'}\nfix: give the folder that holds its files"
    ) == failure_of(TRAINED, tmp_path / "m.tar.gz", store, train=tmp_path / "gone")


def test_output_needs_its_folder(tmp_path: Path, store: ModelDataFolder) -> None:
    """An output in a folder that is not there is refused."""
    output = tmp_path / "gone" / "m.tar.gz"

    assert (f"{output} cannot be written.\nwhy: there is no folder {output.parent}\nfix: make it first") == failure_of(
        TRAINED, output, store
    )


def test_output_is_refused_before_training(tmp_path: Path, store: ModelDataFolder) -> None:
    """Nobody trains for hours to learn that the output cannot be written."""
    runtime = ScriptedRuntime({"i": TRAINED})
    with wooden_session(runtime, store=store) as session, pytest.raises(UsageError):
        session.train("i", {}, tmp_path / "gone" / "m.tar.gz")

    assert [] == runtime.launches


def test_failure_leaves_old_output(tmp_path: Path, store: ModelDataFolder) -> None:
    """When training fails, an archive of an earlier training stays as it is, and no draft remains."""
    output = tmp_path / "out" / "m.tar.gz"
    output.parent.mkdir()
    output.write_bytes(b"old")
    failure_of(Script(exits=Exit(code=0)), output, store)
    failure_of(Script(exits=Exit(code=1)), output, store)

    assert [b"old"] == [path.read_bytes() for path in output.parent.iterdir()]


def test_interrupt_removes_the_container(tmp_path: Path, store: ModelDataFolder) -> None:
    """Ctrl-C while the model is read out removes the container."""

    class Interrupted(FakeStore):
        def pack(self, tar: Any, output: Path) -> None:
            raise KeyboardInterrupt

    runtime = ScriptedRuntime({"i": TRAINED})
    with wooden_session(runtime, store=Interrupted()) as session:
        with pytest.raises(KeyboardInterrupt):
            session.train("i", {}, tmp_path / "m.tar.gz")

        assert [] == runtime.left
