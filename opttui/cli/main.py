"""The command `opttui`: calls a verb and turns whatever went wrong into one line and an exit status."""

import sys
from collections.abc import Sequence

import click

import opttui
from opttui.cli.home import home
from opttui.cli.sentences import sentence_of
from opttui.cli.stdio import complain, silence_stdout, tolerate_narrow_encodings
from opttui.cli.verbs import Verbs
from opttui.errors import OpttuiError

DONE, ALL_FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line, by default the process's own; the exit status."""
    tolerate_narrow_encodings()
    try:
        status = command.main(arguments, "opttui", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.ClickException as error:
        return _refused(sentence_of(error))
    except OpttuiError as error:
        return _refused(str(error))
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return DONE
    except OSError as error:
        silence_stdout()
        return _refused(_what_the_system_says(error))
    return status if isinstance(status, int) else DONE


def _refused(sentence: str) -> int:
    complain(sentence)
    return BAD_INPUT


def _what_the_system_says(error: OSError) -> str:
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{error.strerror or error}."


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
    """
    return home(ctx) if ctx.invoked_subcommand is None else DONE
