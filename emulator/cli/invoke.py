"""``byoc invoke``: start, send one request, print the reply, stop."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from emulator.cli.model_options import model_options
from emulator.errors import ModelError, UsageError
from emulator.model.hosting import Model
from emulator.settings import Settings


@click.command()
@model_options
@click.option(
    "-b", "--body", metavar="TEXT|@FILE", help="The request body; @FILE reads a file, @- standard input (default)."
)
@click.option("-t", "--content-type", metavar="TYPE", help="Media type of the body, such as text/csv.")
@click.option("-a", "--accept", metavar="TYPE", help="Media type wanted back.")
@click.option("--custom-attributes", metavar="TEXT", help="X-Amzn-SageMaker-Custom-Attributes.")
@click.option("--trace/--no-trace", default=True, show_default=True, help="Print every hop on standard error.")
@click.option("-q", "--quiet", is_flag=True, help="Only warnings and errors on standard error.")
def invoke(
    model: Model,
    settings: Settings,
    body: str | None,
    content_type: str | None,
    accept: str | None,
    custom_attributes: str | None,
    trace: bool,
    quiet: bool,
) -> None:
    """Start IMAGE, or a chain of 2 to 15, send one request, print the reply.

    The reply's bytes go to standard output, everything else to standard error.

    \b
    byoc invoke my-image:dev -m model.tar.gz -t text/csv -b 1,2,3
    byoc invoke featurizer:dev predictor:dev -m f.tar.gz -m p.tar.gz -t text/csv -b @rows.csv
    byoc invoke --cli-input-json create-model.json -t text/csv < rows.csv
    """
    from emulator.assemble import session
    from emulator.cli.show import progress, write_body

    content = _read(body)
    with progress(quiet=quiet) as emit, session(settings, emit=emit) as opened, opened.endpoint(model) as endpoint:
        try:
            reply = endpoint.invoke(
                content, content_type=content_type, accept=accept, custom_attributes=custom_attributes
            )
        except ModelError as error:
            if trace and not quiet:
                click.echo(str(error.trace), err=True)
            raise
        if trace and not quiet:
            click.echo(str(reply.trace), err=True)
        write_body(reply.body)


def _read(body: str | None) -> bytes:
    if body is None or body == "@-":
        if body is None and sys.stdin.isatty():
            raise UsageError("No request body is given.", fix="--body TEXT, --body @FILE, or pipe it to standard input")
        return sys.stdin.buffer.read()
    if not body.startswith("@"):
        return body.encode()
    try:
        return Path(body[1:]).read_bytes()
    except OSError as unreadable:
        raise UsageError(
            f"{body[1:]} cannot be read.", why=str(unreadable.strerror), fix="give a readable file"
        ) from unreadable
