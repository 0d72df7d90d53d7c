"""``byoc run``: start, and answer until Ctrl-C."""

from __future__ import annotations

import click

from emulator.cli.model_options import model_options
from emulator.model.hosting import Model
from emulator.settings import Settings


@click.command()
@model_options
@click.option("--name", help="EndpointName; default is a new one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Interface to listen on.")
@click.option("--port", default=0, show_default="a free one", type=click.IntRange(0, 65535), help="Port to listen on.")
def run(
    model: Model,
    settings: Settings,
    name: str | None,
    host: str,
    port: int,
) -> None:
    """Start IMAGE, or a chain of 2 to 15, and answer invocations until Ctrl-C.

    Prints the address once the endpoint is InService. POST /invocations there
    goes through the whole chain, and so does boto3's invoke_endpoint with that
    address as its endpoint_url. A container that ends is reported, and ends
    the command with exit code 1.

    \b
    byoc run my-image:dev -m model.tar.gz --port 8080
    curl -H 'Content-Type: text/csv' --data 1,2,3 http://127.0.0.1:8080/invocations
    """
    from emulator.assemble import session
    from emulator.cli.show import progress
    from emulator.local import serve_endpoint

    with (
        progress() as emit,
        session(settings, emit=emit) as opened,
        opened.endpoint(model, name=name) as endpoint,
        serve_endpoint(opened, endpoint, host=host, port=port) as address,
    ):
        click.echo(address)
        click.echo(f"endpoint {endpoint.name}; Ctrl-C stops it", err=True)
        endpoint.wait_for_failure()
