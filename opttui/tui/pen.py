"""Runs of cells as bytes for a terminal, few of them. Knows no widget and no picture.

Runs are written ink by ink: a colour takes about 18 bytes, a move of the cursor 4 to 8.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple, TypeVar

from rich.color import ColorSystem
from rich.style import Style

from opttui.plots.picture import Ink
from opttui.plots.sheet import INKS
from opttui.tui.cells import Runs

Key = TypeVar("Key")

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
        self._places: dict[int, int] = {}
        """Of each ink that was written with its place among those: neighbours have most in common."""
        self._turns: dict[tuple[int, int], str] = {}

    def written(self, runs: Runs, width: int) -> str:
        """All runs, on a terminal of so many columns."""
        if not runs.texts:
            return ""
        by_ink: dict[int, list[int]] = {}
        for at, ink in enumerate(runs.inks.tolist()):
            by_ink.setdefault(ink, []).append(at)
        ys, xs, sizes, texts = runs.y.tolist(), runs.x.tolist(), runs.sizes.tolist(), runs.texts
        found, before, x, y = [], -1, -1, -1
        for ink in self._sorted(by_ink):
            found.append(self._turn(before, ink))
            before = ink
            for at in by_ink[ink]:
                to_x, to_y = xs[at], ys[at]
                if to_x != x or to_y != y:
                    # A cursor behind the last column is in one that does not exist.
                    found.append(moved(x, y, to_x, to_y) if x < width else PLACED[to_x, to_y])
                found.append(texts[at])
                x, y = to_x + sizes[at], to_y
        return "".join((*found, RESET))

    def _sorted(self, inks: Collection[int]) -> list[int]:
        """Some inks by their places."""
        if not self._places.keys() >= set(inks):
            for ink in inks:
                self.codes(ink)
            order = sorted(self._codes, key=self._codes.__getitem__)
            self._places = {ink: place for place, ink in enumerate(order)}
        return sorted(inks, key=self._places.__getitem__)

    def codes(self, ink: int) -> Codes:
        """Those of an ink."""
        found = self._codes.get(ink)
        if found is None:
            found = self._codes[ink] = codes_of(self._style(INKS.list[ink]), self._system)
        return found

    def _turn(self, before: int, after: int) -> str:
        """From one ink to another; from −1 to the first."""
        found = self._turns.get((before, after))
        if found is None:
            found = turned(self.codes(before) if before >= 0 else None, self.codes(after))
            self._turns[before, after] = found
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


def moved(x: int, y: int, to_x: int, to_y: int) -> str:
    """The cursor from one cell to another, the shorter way; from −1 it is nowhere yet."""
    if x < 0:
        return PLACED[to_x, to_y]
    if y == to_y:
        return ACROSS[to_x - x]
    one, other = PLACED[to_x, to_y], DOWN[to_y - y] + ACROSS[to_x - x]
    return one if len(one) <= len(other) else other


class Known(dict[Key, str]):
    """Texts by what they are made from, made once: dictionaries are asked in a third of the time of a function's cache."""

    def __init__(self, make: Callable[[Key], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> str:
        # Of a terminal of 300×100 there are 30,000 places.
        if len(self) > 1 << 16:
            self.clear()
        found = self[key] = self._make(key)
        return found


def placed(place: tuple[int, int]) -> str:
    """The cursor to a cell, wherever it is."""
    x, y = place
    return f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"


def across(by: int) -> str:
    """So many columns to the right, or to the left."""
    return "\b" * -by if -3 <= by < 0 else step(by, "C", "D")


def down(by: int) -> str:
    """So many rows down, or up."""
    return step(by, "B", "A")


def step(by: int, on: str, back: str) -> str:
    """So many cells in one of two directions."""
    if not by:
        return ""
    return f"\x1b[{abs(by) if abs(by) > 1 else ''}{on if by > 0 else back}"


PLACED, ACROSS, DOWN = Known(placed), Known(across), Known(down)
