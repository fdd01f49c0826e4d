"""The command `opttui`: calls a verb and turns whatever went wrong into one line and an exit status."""

import sys
from collections.abc import Sequence

import click

import opttui
from opttui.cli.fault import confess
from opttui.cli.home import home
from opttui.cli.sentences import sentence_of
from opttui.cli.stdio import complain, quote, silence_stdout, tolerate_narrow_encodings
from opttui.cli.verbs import Verbs
from opttui.errors import OpttuiError

DONE, ALL_FAILED, BAD_INPUT, BUG, INTERRUPTED = 0, 1, 2, 70, 130
"""Exit statuses; 70 is what sysexits.h has for a fault in the program itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line, by default the process's own; the exit status."""
    tolerate_narrow_encodings()
    try:
        status = command.main(arguments, "opttui", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:
        return _told(error, sys.argv[1:] if arguments is None else arguments)
    return status if isinstance(status, int) else DONE


def _told(error: Exception, arguments: Sequence[str]) -> int:
    """Say what went wrong; the exit status. A reader that has gone is nothing to speak of."""
    if isinstance(error, OSError):
        silence_stdout()
    if isinstance(error, BrokenPipeError):
        return DONE
    sentence = _sentence(error)
    if not sentence:
        confess(error, arguments)
        return BUG
    if isinstance(error, OpttuiError):
        quote(error.details)
    complain(sentence)
    return BAD_INPUT


def _sentence(error: Exception) -> str:
    """What a person can put right; empty where nobody but us can."""
    if isinstance(error, click.ClickException):
        return sentence_of(error)
    if isinstance(error, OpttuiError):
        return str(error)
    if isinstance(error, OSError):
        what = f"{error.filename}: " if error.filename else ""
        return f"{what}{error.strerror or error}."
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith("opttui"):
        return f"The library '{error.name}' is missing. Installing opttui with pip brings it."
    return ""


@click.command(
    cls=Verbs,
    invoke_without_command=True,
    subcommand_metavar="[VERB] ...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(opttui.__version__, message="opttui %(version)s")
@click.pass_context
def command(ctx: click.Context) -> int:
    """Race PyTorch optimizers side by side in your terminal, live.

    Each lane is one optimizer on the same problem, from the same start, on
    the same batches. `opttui` alone opens the home screen; `opttui VERB --help`
    says more about a verb.

    Exit status: 0 done, 1 every lane failed, 2 a mistake to put right, 70 a bug
    of opttui, 130 interrupted.
    """
    return home(ctx) if ctx.invoked_subcommand is None else DONE
