"""The commands, and what the program says of itself."""

from __future__ import annotations

import click

from dgrid_translate.cli.convert import convert
from dgrid_translate.cli.demo import demo
from dgrid_translate.cli.losses import losses
from dgrid_translate.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dgrid-translate")
def dgrid_translate() -> None:
    """Translate between the wire formats of LLM APIs, and say what was lost."""


dgrid_translate.add_command(convert)
dgrid_translate.add_command(losses)
dgrid_translate.add_command(demo)
dgrid_translate.add_command(serve)
