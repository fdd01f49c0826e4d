"""Runs of cells as bytes for a terminal, few of them. Knows no widget and no picture.

Runs are written ink by ink: a colour takes about 18 bytes, a move of the cursor 4 to 8.
"""

import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style

from opttui.plots.picture import Ink
from opttui.plots.sheet import INKS
from opttui.tui.cells import Run

RESET = "\x1b[0m"


class Codes(NamedTuple):
    """How a terminal is told of an ink (ECMA-48's SGR)."""

    more: str
    """Bold and the like."""
    paper: str
    colour: str


class Pen:
    """Writes in the inks of one palette, for a terminal of some colours."""

    def __init__(self, style: Callable[[Ink], Style], system: ColorSystem | None) -> None:
        """`system`: what colours there are; None: none."""
        self._style, self._system = style, system
        self._codes: dict[int, Codes] = {}

    def written(self, runs: Sequence[Run], width: int) -> str:
        """All runs, on a terminal of so many columns."""
        if not runs:
            return ""
        codes = {ink: self.codes(ink) for ink in {run.ink for run in runs}}
        order = {ink: place for place, ink in enumerate(sorted(codes, key=codes.__getitem__))}
        found, ink, x, y = [], -1, -1, -1
        for run in sorted(runs, key=lambda run: order[run.ink]):
            if run.ink != ink:
                found.append(turned(codes.get(ink), codes[run.ink]))
                ink = run.ink
            if run.x != x or run.y != y:
                found.append(moved(x, y, run.x, run.y) if x < width else placed(run.x, run.y))
            found.append(run.text)
            x, y = run.x + run.size, run.y
        return "".join((*found, RESET))

    def codes(self, ink: int) -> Codes:
        """Those of an ink."""
        found = self._codes.get(ink)
        if found is None:
            found = self._codes[ink] = codes_of(self._style(INKS.list[ink]), self._system)
        return found


def codes_of(style: Style, system: ColorSystem | None) -> Codes:
    """Those of a style."""
    flags = (style.bold, style.dim, style.italic, style.underline, style.blink, style.blink2, style.reverse)
    more = ";".join(str(number) for number, flag in enumerate(flags, start=1) if flag)
    if system is None:
        return Codes(more, "", "")
    paper, colour = (
        ";".join(one.downgrade(system).get_ansi_codes(foreground))
        if one is not None
        else ("39" if foreground else "49")
        for one, foreground in ((style.bgcolor, False), (style.color, True))
    )
    return Codes(more, paper, colour)


def turned(before: Codes | None, after: Codes) -> str:
    """From one ink to another, or to the first."""
    if before is None or before.more != after.more:
        return f"\x1b[{';'.join(filter(None, ('0', *after)))}m"
    parts = [new for old, new in zip(before, after, strict=True) if new != old]
    return f"\x1b[{';'.join(parts)}m" if parts else ""


@functools.lru_cache(maxsize=1 << 14)
def placed(x: int, y: int) -> str:
    """The cursor to a cell, wherever it is."""
    return f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"


def moved(x: int, y: int, to_x: int, to_y: int) -> str:
    """The cursor from one cell to another, the shorter way; from −1 it is nowhere yet."""
    if x < 0:
        return placed(to_x, to_y)
    if y == to_y:
        return across(to_x - x)
    one, other = placed(to_x, to_y), down(to_y - y) + across(to_x - x)
    return one if len(one) <= len(other) else other


@functools.lru_cache(maxsize=1 << 11)
def across(by: int) -> str:
    """So many columns to the right, or to the left."""
    return "\b" * -by if -3 <= by < 0 else step(by, "C", "D")


@functools.lru_cache(maxsize=1 << 11)
def down(by: int) -> str:
    """So many rows down, or up."""
    return step(by, "B", "A")


def step(by: int, on: str, back: str) -> str:
    """So many cells in one of two directions."""
    if not by:
        return ""
    return f"\x1b[{abs(by) if abs(by) > 1 else ''}{on if by > 0 else back}"
