"""What of other tools' logs is taken: the options of every verb that reads them. Knows no file."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from opttui.sources.choice import Choice

F = TypeVar("F", bound=Callable[..., Any])


def chooses(command: F) -> F:
    """The options `--metric`, `--metrics` and `--filter`, for `choice_of`."""
    for option in (
        click.option(
            "--filter",
            "words",
            metavar="WORDS",
            default="",
            help="Of logs only runs whose names hold all these words; !word leaves out, * and ? work.",
        ),
        click.option(
            "--metrics",
            metavar="NAME,...",
            default="",
            help="Of logs only these metrics, like 'val/*,acc'; all by default.",
        ),
        click.option(
            "--metric",
            metavar="NAME",
            default="",
            help="The metric of a log that is the loss; * and ? stand for anything.",
        ),
    ):
        command = option(command)
    return command


def choice_of(metric: str, metrics: str, words: str) -> "Choice | None":
    """What was chosen; None where nothing was."""
    from opttui.sources.choice import Choice

    patterns = tuple(filter(None, (name.strip() for name in metrics.split(","))))
    found = Choice(metric.strip(), tuple(words.split()), patterns)
    return found if found != Choice() else None
