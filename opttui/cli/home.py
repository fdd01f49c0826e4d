"""`opttui` alone: the home screen on a terminal, the help without one."""

import click

from opttui.cli.stdio import has_screen


def home(ctx: click.Context) -> int:
    """Show what there is to start with; the exit status."""
    if not has_screen():
        click.echo(ctx.get_help())
        return 0
    from opttui.tui import run_home

    return run_home()
