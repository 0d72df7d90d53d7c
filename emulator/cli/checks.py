"""``byoc checks``: what there is to be checked."""

from __future__ import annotations

import click

from emulator.model.finding import PROFILES


@click.command()
@click.option("--profile", type=click.Choice(PROFILES), help="Only the checks of this profile.")
@click.option("--fuzz", is_flag=True, help="The properties that byoc fuzz holds answers against, instead.")
@click.option("--markdown", is_flag=True, help="As the table of a Markdown page.")
def checks(profile: str | None, fuzz: bool, markdown: bool) -> None:
    """The table of all checks, those of installed packages among them: code, name, severity, what is wrong."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from emulator.contract.catalogue import catalogue
    from emulator.fuzz.property import properties
    from emulator.render.catalogue import markdown_table

    rules = [each.rule for each in catalogue() if profile is None or profile in each.profiles]
    if fuzz:
        rules = [each.rule for each in properties()]
    if markdown:
        click.echo(markdown_table(rules), nl=False)
        return
    table = Table(box=SIMPLE, pad_edge=False)
    for column in ("code", "name", "severity", "what is wrong"):
        table.add_column(column, no_wrap=column != "what is wrong")
    for each in rules:
        table.add_row(each.code, each.name, each.severity, each.manual.title)
    Console(highlight=False).print(table)
