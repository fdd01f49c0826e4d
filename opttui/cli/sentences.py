"""What click finds wrong with a command line, as one sentence that says what would be right."""

import difflib
import re

import click

EXTRA = re.compile(r"unexpected extra arguments? \((.*)\)")
"""click has no class of its own for this."""


def sentence_of(error: click.ClickException) -> str:
    """The mistake in one sentence, and what would be right."""
    if isinstance(error, click.NoSuchOption):
        return _no_option(error)
    if isinstance(error, click.MissingParameter):
        return f"{_verb(error)!r} needs {_name(error).rstrip('.')}. {_usage(error)}"
    message = error.format_message()
    extra = EXTRA.search(message)
    if extra and isinstance(error, click.UsageError):
        return f"{_verb(error)!r} has no use for {extra[1]!r}. {_usage(error)}"
    return message


def _no_option(error: click.NoSuchOption) -> str:
    options = _options(error.ctx)
    near = difflib.get_close_matches(error.option_name, options, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Its options: {', '.join(options)}."
    return f"{_verb(error)!r} has no option {error.option_name!r}. {hint}"


def _options(ctx: click.Context | None) -> list[str]:
    if ctx is None:
        return []
    return [
        option for parameter in ctx.command.get_params(ctx) for option in parameter.opts if option[:1] == "-"
    ]


def _verb(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx else "opttui"


def _name(error: click.MissingParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "something more"
    return (
        parameter.human_readable_name
        if isinstance(parameter, click.Argument)
        else f"the option {parameter.opts[0]}"
    )


def _usage(error: click.UsageError) -> str:
    if error.ctx is None:
        return ""
    return f"Write: {' '.join([error.ctx.command_path, *error.ctx.command.collect_usage_pieces(error.ctx)])}"
