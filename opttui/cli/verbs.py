"""The verbs, each with its line of help, and the group that imports a verb's file only when it is called."""

import difflib
import importlib

import click

from opttui.cli.stdio import silence_stdout

VERBS = {
    "race": "Race optimizers on a problem, live or headless.",
    "attach": "Open a window on a running or finished race.",
    "watch": "Look at other tools' logs while they are written.",
    "runs": "List the runs, newest first.",
    "show": "Print a run's chart and table.",
    "tell": "Do from a script what a key does on the screen.",
    "resume": "Go on with a run whose process is gone, or that was stopped.",
    "stop": "End a running race; what it recorded stays.",
    "export": "Write a run as rows, a chart, a report, a script or a scenario.",
    "rm": "Delete runs that are over.",
    "list": "List problems, optimizers, schedules, initialisers or scenarios.",
    "serve": "Show a run, a race or the home screen in a browser.",
    "doctor": "Tell whether anything stands in the way here, and what to do.",
    "describe": "Tell what a name stands for, and how it runs.",
}
"""Verb to its line of help; the file and the command have the verb's name."""

HIDDEN = ("relay",)
"""Verbs that no person calls."""

TO_TRY = (
    ("opttui race showcase", "six optimizers, live"),
    ("opttui race linear SGD:lr=0.1 Adam:lr=0.1", "two of your choice"),
    ("opttui list optimizers", "who can race, and how"),
)


class Verbs(click.Group):
    """The command `opttui`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order in which a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, its file imported now."""
        if cmd_name not in VERBS and cmd_name not in HIDDEN:
            return None
        command: click.Command = importlib.import_module(f"opttui.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that is called; UsageError with the nearest one when there is none of that name."""
        command = self.get_command(ctx, args[0])
        if command is None:
            raise click.UsageError(no_verb(args[0]), ctx)
        return args[0], command, args[1:]

    def invoke(self, ctx: click.Context) -> object:
        """Carry the verb out; a reader that has gone is no mistake."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click itself would exit with status 1
            silence_stdout()
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs and three things to try, without importing any verb."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))
        with formatter.section("Three things to try"):
            formatter.write_dl(list(TO_TRY), col_max=45)


def no_verb(name: str) -> str:
    """That there is no such verb, and what would be right."""
    near = difflib.get_close_matches(name.lower(), VERBS, n=1)
    if near:
        return f"There is no verb {name!r}. Did you mean {near[0]!r}?"
    verbs = ", ".join(VERBS)
    return f"There is no verb {name!r}. To race a problem or a file: opttui race {name}. The verbs: {verbs}."
