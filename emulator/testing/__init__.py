"""The wooden world: stands in for engine, store and clock, so that nothing heavy runs in a test.

Containers are real HTTP servers on the loopback that follow a script; all of hosting
above them is the real thing. Start with :func:`emulator.assemble.wooden_session`::

    images = {"my-image": Script(invocations=Answer(body=b"0.5"))}
    with wooden_session(images) as session, session.endpoint(model) as endpoint:
        assert endpoint.invoke("1,2,3").text == "0.5"
"""

from __future__ import annotations

from emulator.testing.container import ScriptedContainer
from emulator.testing.script import DROPPED, Act, Answer, Behaviour, Exit, Raw, Script
from emulator.testing.world import FakeClock, FakeStore, ScriptedRuntime

__all__ = [
    "DROPPED",
    "Act",
    "Answer",
    "Behaviour",
    "Exit",
    "FakeClock",
    "FakeStore",
    "Raw",
    "Script",
    "ScriptedContainer",
    "ScriptedRuntime",
]
