"""What CreateModel looks at before it says yes (hosting contract 1.23)."""

from __future__ import annotations

from emulator.errors import ValidationException
from emulator.hosting.plan import lacks_bind_label
from emulator.hosting.platform import Platform
from emulator.model.hosting import Model
from emulator.model.launch import ImageConfig
from emulator.ports import ImageMissing, ImageUnsupported
from emulator.wire import control_refusal


def require_acceptable(model: Model, *, platform: Platform) -> None:
    """Refuse a model whose images or model data are not there; contents are looked at when an endpoint starts.

    Raises:
        ValidationException: an image is missing or of a kind that hosting does not
            take, lacks the pipeline label where ``rules.bind_label`` is strict, or
            there is nothing at an address of model data.
    """
    for container in model.containers:
        image = _image(container.image, platform=platform)
        refusal = lacks_bind_label(container, image.labels) if model.several else None
        if refusal and platform.rules.bind_label == "strict":
            raise ValidationException(refusal)
    for container in model.containers:
        data = container.model_data
        if data is not None and not platform.world.store.exists(data):
            raise control_refusal.model_data_not_found(data.uri)


def _image(name: str, *, platform: Platform) -> ImageConfig:
    try:
        return platform.world.runtime.image(name)
    except ImageMissing as missing:
        raise control_refusal.image_not_found(name) from missing
    except ImageUnsupported as unsupported:
        raise ValidationException(str(unsupported)) from unsupported
