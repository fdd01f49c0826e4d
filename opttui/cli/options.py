"""Values of options, read as text and refused with a sentence that shows a right one. Knows no verb."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import click

from opttui.scenario.alarms import read_alarms
from opttui.scenario.nearest import meant
from opttui.scenario.parts import read_init
from opttui.scenario.specs import AlarmSpec, InitSpec

LONGEST = 1000
"""Digits of a number that is read; Python itself refuses more than 4,300."""

Reading = Callable[[click.Context, click.Parameter, Any], Any]
"""A click callback: from the text, or None when the option is not there, to the value."""


def whole(low: int | None = None, high: int | None = None) -> Reading:
    """A whole number, within bounds if there are any."""
    bounds = f" from {low} to {high}" if high is not None else "" if low is None else f" of at least {low}"

    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
        if value is None:
            return None
        digits = value.strip().removeprefix("-").replace("_", "")
        number = int(value) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST else None
        too_low = number is not None and low is not None and number < low
        too_high = number is not None and high is not None and number > high
        if number is None or too_low or too_high:
            raise _refused(ctx, param, value, f"a whole number{bounds}")
        return number

    return read


def number(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A finite number."""
    if value is None:
        return None
    try:
        read = float(value)
    except ValueError:
        read = math.nan
    if not math.isfinite(read):
        raise _refused(ctx, param, value, "a finite number")
    return read


def one_of(names: Sequence[str]) -> Reading:
    """One of some names."""

    def read(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value is None or value in names:
            return value
        raise click.UsageError(
            f"{_name(ctx, param)}: there is no {_short(value)}; {meant(value, names)}", ctx
        )

    return read


def start(ctx: click.Context, param: click.Parameter, value: str | None) -> InitSpec | None:
    """An initialiser with its arguments, like `orthogonal:gain=2`."""
    return None if value is None else read_init(value, _name(ctx, param))


def alarms(ctx: click.Context, param: click.Parameter, value: str | None) -> AlarmSpec | None:
    """Alarms with their thresholds, like `spike,stall=200,pause`."""
    return None if value is None else read_alarms(value, _name(ctx, param))


def _refused(ctx: click.Context, param: click.Parameter, value: str, wanted: str) -> click.UsageError:
    return click.UsageError(f"{_name(ctx, param)} must be {wanted}, not {_short(value)}.", ctx)


def _name(ctx: click.Context, param: click.Parameter) -> str:
    if isinstance(param, click.Argument):
        return str(ctx.info_name)
    return next((option for option in param.opts if option.startswith("--")), param.opts[0])


def _short(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:57] + "...")
