"""What the environment may say about serving, read once and typed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


class SettingError(ValueError):
    """A variable that cannot be used; the text names it, its value and what would do."""

    def __init__(self, variable: str, value: str, wanted: str) -> None:
        super().__init__(f"{variable}={value!r}: {wanted}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The port nginx listens on, and how many processes each hold a copy of the model."""

    port: int
    workers: int

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Take what is set, and one worker per usable CPU where nothing is."""
        return cls(
            port=_whole(environ, "SAGEMAKER_BIND_TO_PORT", default=8080, most=65535),
            workers=_whole(environ, "SAGEMAKER_MODEL_SERVER_WORKERS", default=len(os.sched_getaffinity(0)), most=256),
        )


def _whole(environ: Mapping[str, str], variable: str, *, default: int, most: int) -> int:
    value = environ.get(variable, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= most):
        raise SettingError(variable, value, f"wanted a whole number from 1 to {most}")
    return int(value)
