"""``byoc push``: register a local image in the stubbed ECR."""

from __future__ import annotations

import click


@click.command()
@click.argument("image")
@click.argument("address", metavar="ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG")
@click.option("--endpoint-url", metavar="URL", help="Address of `byoc serve`; default is AWS_ENDPOINT_URL.")
def push(image: str, address: str, endpoint_url: str | None) -> None:
    """Register a local IMAGE under an ECR address, so that CreateModel finds it there.

    No layer is copied: the stubbed registry of `byoc serve` is told the image's
    id, and the container engine runs its own copy. The repository is made if it
    is missing. Prints the manifest's digest.

    \b
    byoc push my-image:dev 123456789012.dkr.ecr.us-east-1.amazonaws.com/my-image:dev
    """
    from emulator.local import push as register
    from emulator.settings import Settings

    click.echo(register(image, address, settings=Settings.load(flags={"endpoint_url": endpoint_url})))
