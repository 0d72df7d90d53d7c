"""The ``byoc`` command: finds the subcommand, and turns what can go wrong into an exit code.

0 done, 1 the image or AWS's rules say no, 2 the command line is wrong, 3 we or the machine broke.
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from types import FrameType
from typing import cast

import click

from emulator.errors import EmulatorError, ServiceFault, UsageError

COMMANDS = {
    "engine": "Find the container engine, bring one up, make base images.",
    "invoke": "Start an image or a chain, send one request, print the reply.",
    "check": "The hosting contract against any image: what is wrong, why, how to fix it.",
    "checks": "The table of all checks.",
    "explain": "The manual of one check.",
    "fuzz": "Search for requests that break an image, by Hypothesis.",
    "diff": "How two versions differ: replies, numbers, latency, start-up, and on how little.",
    "record": "Save what an image, a chain or an endpoint answers, to be compared with later.",
    "matrix": "Many versions against a baseline: which of them change what the images answer.",
    "run": "Start an image or a chain and keep it until Ctrl-C.",
    "serve": "SageMaker hosting, S3 and other AWS services at one address, until Ctrl-C.",
    "push": "Register a local image in the stubbed ECR of byoc serve.",
    "train": "Train inside an image and write model.tar.gz.",
}

INTERRUPTED = 130
TERMINATED = 143


class Commands(click.Group):
    """Imports a subcommand only when it is called, so that ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"emulator.cli.{cmd_name}"), cmd_name)
        return cast("click.Command", command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in ``--help``, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="byoc-emulator", prog_name="byoc")
def byoc() -> None:
    """Amazon SageMaker hosting on this machine, for the container images you bring.

    Exit codes: 0 done, 1 the image or AWS's rules say no, 2 usage, 3 the
    emulator or the machine broke.
    """


def main() -> None:
    """Run the command line and exit."""
    # A plain SIGTERM would end the process without any clean-up.
    signal.signal(signal.SIGTERM, _terminate)
    try:
        byoc.main(standalone_mode=False)
    except click.exceptions.Abort:
        _leave("interrupted; everything that was started has been removed", INTERRUPTED)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except UsageError as wrong:
        _leave(str(wrong), 2)
    except EmulatorError as broken:
        _leave(str(broken), 3)
    except ServiceFault as fault:
        _leave(f"{fault.code}: {fault}", 1)


def _leave(text: str, code: int) -> None:
    click.echo(text, err=True)
    sys.exit(code)


def _terminate(_signum: int, _frame: FrameType | None) -> None:
    sys.exit(TERMINATED)
