"""The exact containers that are started for a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.hosting.plan import plan
from emulator.model.hosting import Account, ContainerDefinition, Model
from emulator.model.launch import ContainerLaunch, Mount
from emulator.model.rules import HostingRules

ACCOUNT = Account(region="eu-west-1")
REGION = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
BIND, SAFE = "SAGEMAKER_BIND_TO_PORT", "SAGEMAKER_SAFE_PORT_RANGE"


def launches(*containers: ContainerDefinition, rules: HostingRules | None = None) -> list[ContainerLaunch]:
    """How these containers, without model data, are started."""
    planned = plan(
        Model(containers=containers), [None] * len(containers), rules=rules or HostingRules(), account=ACCOUNT
    )
    return [each.launch for each in planned]


def test_lone_container_is_started_as_documented() -> None:
    """`docker run IMAGE serve` with the model read-only at /opt/ml/model, on port 8080 (1.1, 1.13, 1.14)."""
    model = Model(containers=(ContainerDefinition("i:1", environment={"A": "1"}),), enable_network_isolation=True)
    (planned,) = plan(model, [Path("/m")], rules=HostingRules(shared_memory_bytes=7), account=ACCOUNT)

    assert 8080 == planned.port
    assert (
        ContainerLaunch(
            name="primary",
            image="i:1",
            command=("serve",),
            environment={"A": "1", **REGION},
            mounts=(Mount(source="/m", target="/opt/ml/model", read_only=True),),
            ports=(8080,),
            shared_memory_bytes=7,
            isolated=True,
        )
        == planned.launch
    )


def test_lone_container_may_be_told_its_port() -> None:
    """By rule a lone container is given SAGEMAKER_BIND_TO_PORT too."""
    (launch,) = launches(ContainerDefinition("i"), rules=HostingRules(bind_single_container=True))

    assert {**REGION, BIND: "8080"} == launch.environment


def test_old_name_of_a_lone_container() -> None:
    """By rule messages call the only container `model` (3.5)."""
    (launch,) = launches(ContainerDefinition("i"), rules=HostingRules(single_name="model"))

    assert "model" == launch.name


def test_chain_has_ports_of_its_own() -> None:
    """Each container of a chain listens elsewhere, and the first opens the ports of all (4.9, 4.10)."""
    first, second = launches(ContainerDefinition("a"), ContainerDefinition("b"))

    assert {**REGION, BIND: "24001", SAFE: "25000-25499"} == first.environment
    assert {**REGION, BIND: "24002", SAFE: "25500-25999"} == second.environment
    assert ((24001, 24002), (24002,)) == (first.ports, second.ports)


def test_fifteen_containers_never_meet() -> None:
    """Ports and safe ranges of the longest chain are disjoint, below the ephemeral ports, and not 8080."""
    taken: list[int] = []
    for launch in launches(*[ContainerDefinition("i")] * 15):
        low, high = map(int, launch.environment[SAFE].split("-"))
        taken += [int(launch.environment[BIND]), *range(low, high + 1)]

    assert len(taken) == len(set(taken))
    assert 1024 < min(taken) <= max(taken) < 32768
    assert 8080 not in taken


def test_platform_wins_over_the_user() -> None:
    """Variables that the platform sets cannot be set by the user; all others can (1.32)."""
    mine = {BIND: "1", SAFE: "2", "AWS_REGION": "mars-1", "AWS_DEFAULT_REGION": "mars-1", "OMP_NUM_THREADS": "1"}
    first, _ = launches(ContainerDefinition("i", environment=mine), ContainerDefinition("i"))

    assert {**REGION, BIND: "24001", SAFE: "25000-25499", "OMP_NUM_THREADS": "1"} == first.environment


@pytest.mark.parametrize("count", [1, 2])
def test_no_credentials_are_handed_over(count: int) -> None:
    """No variable carries a key, whatever the environment of the emulator (1.30)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_SESSION_TOKEN", "token")
        environments = [launch.environment for launch in launches(*[ContainerDefinition("i")] * count)]

    allowed = {*REGION, BIND, SAFE}
    assert set() == {name for environment in environments for name in environment} - allowed
