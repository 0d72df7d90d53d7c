"""``byoc serve``: AWS at one address, until Ctrl-C."""

from __future__ import annotations

import gc

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Interface to listen on.")
@click.option("--port", default=0, show_default="a free one", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--region", help="Region in ARNs and messages; any is answered.")
@click.option("--account-id", metavar="ID", help="Account in ARNs and messages.")
@click.option(
    "--long-poll",
    metavar="SECONDS",
    default=0.0,
    type=click.FloatRange(0, 55),
    help="DescribeEndpoint waits so long for an endpoint in a transient status, so that waiters, which sleep 30 s "
    "between two looks, return as soon as it is in service. 0, the default, is as on AWS.",
)
@click.option("--startup-seconds", type=float, help="Window for the first healthy ping, 60 to 3600 (480).")
@click.option("--stop-seconds", type=float, help="From SIGTERM to SIGKILL at the end (30).")
def serve(
    host: str,
    port: int,
    region: str | None,
    account_id: str | None,
    long_poll: float,
    startup_seconds: float | None,
    stop_seconds: float | None,
) -> None:
    r"""SageMaker hosting on real containers, and S3, ECR, STS, IAM, CloudWatch Logs and more by moto, at one address.

    Prints the address, and the line that points SDKs and the AWS CLI at it;
    sets nothing itself. Any credentials do, as secrets are not checked. Ctrl-C
    or SIGTERM deletes all endpoints and ends with exit code 0.

    \b
    byoc serve --port 4566 --long-poll 50
    export AWS_ENDPOINT_URL=http://127.0.0.1:4566
    """
    from emulator.cli.show import progress
    from emulator.local import local_aws
    from emulator.server.ending import asked_to_end
    from emulator.settings import Settings

    flags = {
        "region": region,
        "account_id": account_id,
        "startup_seconds": startup_seconds,
        "stop_seconds": stop_seconds,
    }
    settings = Settings.load(flags=flags)
    with (
        progress() as emit,
        local_aws(settings, host=host, port=port, long_poll_seconds=long_poll, emit=emit) as aws,
        asked_to_end() as wait,
    ):
        click.echo(aws.url)
        click.echo(f"export AWS_ENDPOINT_URL={aws.url}")
        dummies = " ".join(f"{name}={value}" for name, value in aws.environment.items() if name != "AWS_ENDPOINT_URL")
        click.echo(f"# if the shell has none: export {dummies}", err=True)
        click.echo("# Ctrl-C deletes all endpoints and stops", err=True)
        gc.freeze()  # what is loaded stays; the collector need not hold up requests to look at it again
        wait()
        click.echo("stopping", err=True)
