"""An account in memory: what it keeps, refuses and invokes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

import pytest

from emulator.assemble import wooden_session
from emulator.errors import ServiceFault, ValidationError, ValidationException
from emulator.hosting.registry import Registry
from emulator.model.control import EndpointConfigRecord, ModelRecord, ProductionVariant, Scale
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import ImageConfig
from emulator.model.message import Invocation
from emulator.model.rules import HostingRules
from emulator.testing import Answer, FakeStore, Script, ScriptedRuntime

DEADLINE = 20.0
ARN = "arn:aws:sagemaker:us-east-1:123456789012:"
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
URL = "s3://bucket/model.tar.gz"


def a_model(name: str, *images: str, url: str | None = None) -> ModelRecord:
    """A model of these images."""
    containers = tuple(ContainerDefinition(image, model_data_url=url) for image in images or ("image",))
    return ModelRecord(
        name=name, arn=f"{ARN}model/{name.lower()}", creation_time=NOW, model=Model(containers=containers)
    )


def a_config(name: str, model: str = "model", *, isolated: bool = False) -> EndpointConfigRecord:
    """A configuration of one variant."""
    return EndpointConfigRecord(
        name=name,
        arn=f"{ARN}endpoint-config/{name.lower()}",
        creation_time=NOW,
        variants=(ProductionVariant(name="v", model_name=model),),
        enable_network_isolation=isolated,
    )


@contextmanager
def account(
    runtime: ScriptedRuntime | None = None, *, store: FakeStore | None = None, rules: HostingRules | None = None
) -> Iterator[Registry]:
    """An account with one model and one configuration of it."""
    runtime = runtime or ScriptedRuntime({"image": Script(invocations=Answer(body=b"4"))})
    with wooden_session(runtime, store=store, rules=rules) as session, session.registry() as registry:
        registry.create_model(a_model("model"), tags={"team": "a"})
        registry.create_endpoint_config(a_config("config"), tags={})
        yield registry
    assert [] == runtime.left


def in_service(registry: Registry, name: str = "Ep") -> None:
    """Create an endpoint and wait for it."""
    assert registry.create_endpoint(name, "config", tags={}).wait_for_change(DEADLINE)
    assert "InService" == registry.endpoints.get(name).status


def test_taken_names_are_refused_in_any_case() -> None:
    """A name that differs from another in case only has the same ARN, and is taken (6.1, 6.10)."""
    with account() as registry:
        in_service(registry)
        said = []
        for attempt in (
            lambda: registry.create_model(a_model("MODEL"), tags={}),
            lambda: registry.create_endpoint_config(a_config("Config"), tags={}),
            lambda: registry.create_endpoint("eP", "config", tags={}),
        ):
            with pytest.raises(ValidationException) as caught:
                attempt()
            said.append(str(caught.value))

    assert [
        f'Cannot create already existing model "{ARN}model/model".',
        f'Cannot create already existing endpoint configuration "{ARN}endpoint-config/config".',
        f'Cannot create already existing endpoint "{ARN}endpoint/ep".',
    ] == said


def test_what_is_not_there_is_not_found() -> None:
    """Each kind is missed in AWS's words, and by its ARN (6.10, 6.12)."""
    with account() as registry:
        said = []
        for attempt in (
            lambda: registry.create_endpoint_config(a_config("c", "Gone"), tags={}),
            lambda: registry.create_endpoint("e", "Gone", tags={}),
            lambda: registry.endpoints.get("Gone"),
            lambda: registry.delete_model("Gone"),
            lambda: registry.delete_endpoint_config("Gone"),
        ):
            with pytest.raises(ValidationException) as caught:
                attempt()
            said.append(str(caught.value))

    assert [
        f'Could not find model "{ARN}model/gone".',
        f'Could not find endpoint configuration "{ARN}endpoint-config/gone".',
        f'Could not find endpoint "{ARN}endpoint/gone".',
        f'Could not find model "{ARN}model/gone".',
        f'Could not find endpoint configuration "{ARN}endpoint-config/gone".',
    ] == said


@pytest.mark.parametrize(
    ("model", "rules", "text"),
    [
        (a_model("m", "gone:1"), HostingRules(), "Requested image gone:1 not found."),
        (a_model("m", url=URL), HostingRules(), f"Could not find model data at {URL}."),
        (
            a_model("m", "image", "image"),
            HostingRules(bind_label="strict"),
            (
                "Your Ecr Image image does not contain required "
                "com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true Docker label(s)."
            ),
        ),
    ],
    ids=["image", "model data", "label"],
)
def test_unusable_model_is_refused_at_once(model: ModelRecord, rules: HostingRules, text: str) -> None:
    """CreateModel looks at images, labels and model data (1.23, 1.26, 4.9)."""
    with account(rules=rules) as registry, pytest.raises(ValidationException) as caught:
        registry.create_model(model, tags={})

    assert text == caught.value.message


def test_image_is_looked_at_before_the_data() -> None:
    """A model that lacks both is told of its image."""
    with account() as registry, pytest.raises(ValidationException, match="Requested image"):
        registry.create_model(a_model("m", "gone", url=URL), tags={})


def test_invocation_reaches_the_endpoint() -> None:
    """An endpoint in service answers under the name it was given."""
    with account() as registry:
        in_service(registry)

        assert ("4", "v") == (
            registry.invoke("Ep", Invocation(body=b"x")).text,
            registry.invoke("Ep", Invocation(body=b"x"), target_variant="v").invoked_production_variant,
        )


@pytest.mark.parametrize("name", ["ep", "other"], ids=["other case", "other name"])
def test_unknown_endpoint_is_not_invoked(name: str) -> None:
    """The runtime wants the very name, case included (3.10, 6.1)."""
    with account() as registry:
        in_service(registry)
        with pytest.raises(ValidationError) as caught:
            registry.chain_for(name)

    assert f"Endpoint {name} of account 123456789012 not found." == str(caught.value)


def test_endpoint_outlives_its_model_and_config() -> None:
    """Deleting what an endpoint was made of does not touch it; making another of it does not work (6.9)."""
    with account() as registry:
        in_service(registry)
        registry.delete_model("model")
        with pytest.raises(ValidationException, match="Could not find model"):
            registry.create_endpoint("second", "config", tags={})
        registry.delete_endpoint_config("config")

        assert "4" == registry.invoke("Ep", Invocation(body=b"x")).text


def test_deleted_endpoint_frees_its_name() -> None:
    """A name can be used again when the endpoint is gone."""
    with account() as registry:
        in_service(registry)
        endpoint = registry.endpoints.get("Ep")
        endpoint.delete()
        assert endpoint.wait_for_change(DEADLINE)
        assert registry.endpoints.find("Ep") is None
        in_service(registry, "EP")

        assert "4" == registry.invoke("EP", Invocation(body=b"x")).text


def test_configuration_can_isolate_all_its_models() -> None:
    """EnableNetworkIsolation of a configuration holds for containers whose model does not ask for it."""
    with account() as registry:
        registry.create_endpoint_config(a_config("isolated", isolated=True), tags={})

        assert registry.deployment("isolated").models["v"].enable_network_isolation
        assert not registry.deployment("config").models["v"].enable_network_isolation


def test_weights_can_be_retained() -> None:
    """What an update keeps wins over the new configuration (6.8)."""
    with account() as registry:
        (variant,) = registry.deployment("config", retained={"v": Scale(weight=5), "x": Scale(weight=1)}).variants

    assert (5, 1) == (variant.weight, variant.instance_count)


def test_tags_go_with_their_resource() -> None:
    """A resource's tags are gone with it, and do not come back with its name."""
    with account() as registry:
        before = registry.tags(f"{ARN}model/model")
        registry.delete_model("model")
        registry.create_model(a_model("model"), tags={})

        assert ({"team": "a"}, {}) == (before, registry.tags(f"{ARN}model/model"))


def test_nothing_is_created_in_a_closed_account() -> None:
    """An account that is closed starts no container any more."""
    with account() as registry:
        registry.close()
        with pytest.raises(ServiceFault) as caught:
            registry.create_endpoint("e", "config", tags={})

    assert "The service is shutting down." == str(caught.value)


def test_close_ends_what_is_under_way() -> None:
    """Whatever endpoints are doing, closing the account leaves no container; asserted by `account`."""
    never = Script(ping=Answer(status=503), config=ImageConfig(image_id="sha256:1"))
    with account(ScriptedRuntime({"image": Script(), "never": never})) as registry:
        in_service(registry)
        registry.create_model(a_model("slow", "never"), tags={})
        registry.create_endpoint_config(a_config("slow", "slow"), tags={})
        registry.create_endpoint("slow", "slow", tags={})

        assert "Creating" == registry.endpoints.get("slow").status
