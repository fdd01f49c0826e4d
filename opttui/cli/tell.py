"""`opttui tell`: does from a script what a key does on the screen."""

from pathlib import Path

import click

from opttui.cli.wish import carried_out
from opttui.control.words import FORMS, parse_command, words_of
from opttui.record.rundir import find_run
from opttui.scenario.event_phrases import with_lanes
from opttui.scenario.foreign import anchored_lane


@click.command(
    "tell",
    epilog=f"Commands: {' · '.join(FORMS.values())}",
    # -1 and a lane called -x are words to refuse or to take, not options
    context_settings={"ignore_unknown_options": True},
)
@click.argument("run")
@click.argument("words", metavar="COMMAND...", nargs=-1, required=True)
def command(run: str, words: tuple[str, ...]) -> int:
    """Do from a script what a key does on the screen.

    Prints what was applied and at which step. A LANE is its number or its name.

    \b
      opttui tell rosen pause
      opttui tell rosen set Adam lr=0.02
      opttui tell rosen step 10
    """
    wish = parse_command(words[0] if len(words) == 1 else list(words))
    # The race works elsewhere: a file of one's own is named by its whole path.
    wish = parse_command(with_lanes(words_of(wish), lambda lane: anchored_lane(lane, Path.cwd())))
    print(carried_out(find_run(run), wish))
    return 0
