"""``byoc explain``: the manual of one check."""

from __future__ import annotations

import click


@click.command()
@click.argument("code", metavar="CODE|NAME")
def explain(code: str) -> None:
    """What a check looks at, why it matters on SageMaker, and how to put it right.

    \b
    byoc explain PNG002
    byoc explain ping-redirects
    """
    from emulator.contract.catalogue import catalogue
    from emulator.render.catalogue import explain as manual

    click.echo(manual(catalogue().find(code).rule))
