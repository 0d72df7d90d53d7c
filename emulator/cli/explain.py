"""``byoc explain``: the manual of one check."""

from __future__ import annotations

import click


@click.command()
@click.argument("code", metavar="CODE|NAME")
def explain(code: str) -> None:
    """What a check or a property of `byoc fuzz` looks at, why it matters on SageMaker, and how to put it right.

    \b
    byoc explain PNG002
    byoc explain ping-redirects
    """
    from emulator.contract.catalogue import catalogue
    from emulator.fuzz.property import properties
    from emulator.render.catalogue import explain as manual

    known = {word: each.rule for each in properties() for word in (each.rule.code.lower(), each.rule.name)}
    click.echo(manual(known[code.lower()] if code.lower() in known else catalogue().find(code).rule))
