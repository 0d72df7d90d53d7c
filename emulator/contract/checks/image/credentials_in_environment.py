"""A secret is baked into the image's environment.

What:
    A variable of the image (ENV) is a credential of AWS, has a value that looks like an access key, a private key, a
    token or an address with a password, or is called secret, password or token and has a value.

Why it matters:
    Whoever may pull the image can read it. Credentials of AWS also win over the endpoint's role: the container works
    here, and on SageMaker as somebody else, until they expire with ``ExpiredToken`` or ``AccessDenied``.

How to fix:
    On SageMaker the role's credentials come by themselves. Give other secrets as Environment of the model, or read
    them from Secrets Manager; for builds use ``RUN --mount=type=secret``. Then revoke what the image has given away.

Source:
    Hosting contract 1.30 (keys are not in the environment), 1.7.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.secret import masked, secret_in
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG012", severity="warning", stage="image")
def credentials_in_environment(subject: Subject) -> Iterator[Violation]:
    """Look at each variable; show none of the values."""
    facts = []
    for variable in subject.image.environment:
        name, _, value = variable.partition("=")
        kind = secret_in(name, value)
        if kind:
            facts.append(f"{name}={masked(value)}: {kind}")
    if facts:
        names = ", ".join(each.partition("=")[0] for each in facts)
        yield Violation(what=f"The image's environment gives away {names}.", facts=tuple(facts))
