"""Named things of one kind, found and refused as the control plane finds and refuses them."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Generic, Protocol, TypeVar

from emulator.wire import control_refusal
from emulator.wire.control_refusal import Kind


class Named(Protocol):
    """What has a name and an ARN."""

    @property
    def name(self) -> str:
        """In the case it was given."""

    @property
    def arn(self) -> str:
        """With the name in lower case."""


Thing = TypeVar("Thing", bound=Named)


class Shelf(Generic[Thing]):
    """Things by name; safe to use from many threads.

    Two names that differ in case only would have one ARN, so the second is refused;
    AWS says so for endpoints (hosting contract 6.1). Whoever looks for a thing has to
    write its name as it was given: AWS demands that of InvokeEndpoint, and is silent
    on the rest.
    """

    def __init__(self, kind: Kind, arn: Callable[[str], str]) -> None:
        self._kind, self._arn = kind, arn
        self._things: dict[str, Thing] = {}
        self._lock = RLock()

    def add(self, thing: Thing) -> None:
        """Keep ``thing``.

        Raises:
            ValidationException: the name is taken.
        """
        with self._lock:
            self.require_free(thing.name)
            self._things[thing.name.lower()] = thing

    def require_free(self, name: str) -> None:
        """Refuse a name that is taken.

        Raises:
            ValidationException: it is, in whatever case.
        """
        if name.lower() in self._things:
            raise control_refusal.already_existing(self._kind, self._arn(name))

    def get(self, name: str) -> Thing:
        """The thing of that name.

        Raises:
            ValidationException: there is none.
        """
        thing = self.find(name)
        if thing is None:
            raise control_refusal.could_not_find(self._kind, self._arn(name))
        return thing

    def find(self, name: str) -> Thing | None:
        """The thing of that name, or None."""
        thing = self._things.get(name.lower())
        return thing if thing is not None and thing.name == name else None

    def remove(self, name: str) -> None:
        """Forget the thing of that name.

        Raises:
            ValidationException: there is none.
        """
        with self._lock:
            self.get(name)
            del self._things[name.lower()]

    def all(self) -> list[Thing]:
        """Everything kept, oldest first."""
        with self._lock:
            return list(self._things.values())

    def has_arn(self, arn: str) -> bool:
        """Whether something has that ARN."""
        return any(each.arn == arn for each in self.all())
