"""`--beside PATH`: runs and other tools' logs whose curves stand beside a race. Knows no verb."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from opttui.errors import InputError

if TYPE_CHECKING:
    from opttui.record.seen import SeenRun


F = TypeVar("F", bound=Callable[..., Any])


def takes_beside(command: F) -> F:
    """The option `--beside`."""
    option = click.option(
        "--beside", metavar="PATH", multiple=True, help="A run or log whose curves stand beside it, dim."
    )
    return option(command)


def refuse_beside(paths: Sequence[str], option: str) -> None:
    """InputError where an option leaves no chart in which curves could stand."""
    if paths:
        raise InputError(
            f"--beside draws curves in a chart, and {option} has none.", "Leave out one of them."
        )


def beside(paths: Sequence[str]) -> "tuple[SeenRun, ...]":
    """A reader for each. InputError or RunError for what is no run and no log."""
    if not paths:
        return ()
    from opttui.sources.open import open_reader

    return tuple(open_reader(path) for path in paths)
