"""From one picture to the next in few bytes: what stands on a terminal afterwards, and how much was written for it."""

import random
import time
import unicodedata
from collections.abc import Sequence

import numpy as np
import pyte
import pytest
from panel_runs import race
from rich.color import ColorSystem
from screen_runs import opened

from opttui.plots.picture import Ink, Picture
from opttui.plots.sheet import letters
from opttui.tui.cells import Shown, by_cell, cells_of, runs
from opttui.tui.palettes import DARK, TERMINAL
from opttui.tui.panels.cells import make_row
from opttui.tui.pen import Pen, moved
from opttui.tui.screens.leave import LeaveScreen
from opttui.tui.straight import bare
from opttui.tui.theme import Palette

INKS = [
    Ink(fg, bg, bold)
    for fg in ("text", "lane0", "lane1")
    for bg in ("", "cursor", "level3")
    for bold in (False, True)
]
WIDTH, HEIGHT = 30, 6
BLANK: Picture = (make_row((), WIDTH),) * HEIGHT


def picture(dice: random.Random, characters: Sequence[str]) -> Picture:
    """Spans of random inks, filled up with blanks."""
    return tuple(
        make_row(
            [("".join(dice.choices(characters, k=dice.randint(1, 9))), dice.choice(INKS)) for _ in range(12)],
            WIDTH,
        )
        for _ in range(HEIGHT)
    )


class Screen:
    """A terminal on which pictures are shown one after the other."""

    def __init__(self, palette: Palette = DARK, system: ColorSystem | None = ColorSystem.TRUECOLOR) -> None:
        self.pen = Pen(palette.style, system)
        # pyte wraps before it puts a combining mark on the last cell of a row: that one is left free.
        self.screen = pyte.Screen(WIDTH + 1, HEIGHT)
        self.stream = pyte.Stream(self.screen)
        self.shown = Shown(BLANK, WIDTH, palette.flat)
        everywhere = np.ones((HEIGHT, WIDTH), bool)
        self.stream.feed(self.pen.written(runs(self.shown.cells, everywhere), WIDTH))

    def show(self, picture: Picture) -> str:
        """What was written for it."""
        text = self.pen.written(runs(self.shown.cells, self.shown.take(picture)), WIDTH)
        self.stream.feed(text)
        return text


@pytest.mark.parametrize("characters", ["ab 0 ", "⠁⣿ █ ", "a b漢字 ", ("e\u0301", " ", "x", "漢")])
def test_a_terminal_shows_the_new_picture_in_its_colours(characters: Sequence[str]) -> None:
    dice, screen, shown = random.Random(1), Screen(), BLANK
    for _ in range(40):
        new = picture(dice, characters)
        shown = tuple(dice.choice(pair) for pair in zip(shown, new, strict=True))
        screen.show(shown)
        for y, row in enumerate(shown):
            cells = screen.screen.buffer[y]
            x = 0
            for text, ink in row:
                style = DARK.style(ink)
                assert style.color is not None and style.bgcolor is not None
                for part in letters(cells_of([((text, ink),)], len(by_cell(text))).points):
                    cell = cells[x]
                    assert cell.data == unicodedata.normalize("NFC", part)
                    assert cell.bg == style.bgcolor.get_truecolor().hex[1:]
                    if part.strip():
                        assert (cell.fg, cell.bold) == (style.color.get_truecolor().hex[1:], ink.bold)
                    x += 1
            assert x == WIDTH


def test_what_has_not_changed_is_not_written() -> None:
    screen = Screen()
    assert screen.show(BLANK) == ""
    # Blanks look alike whatever their ink.
    assert screen.show((((" " * WIDTH, Ink("lane1", bold=True)),), *BLANK[1:])) == ""


def test_one_colour_is_said_once_whatever_the_order_of_cells() -> None:
    one, other = Ink("lane0"), Ink("lane1")
    screen = Screen()
    text = screen.show(tuple(make_row([("⠁", one), ("⠁", other)] * 15, WIDTH) for _ in range(HEIGHT)))
    assert text.count("m") == 3, "two colours and the reset"


def test_few_equal_cells_are_written_again_rather_than_passed() -> None:
    ink = Ink("text")
    screen = Screen()
    screen.show((make_row([("12 345 6", ink)], WIDTH), *BLANK[1:]))
    text = screen.show((make_row([("92 346 6", ink)], WIDTH), *BLANK[1:]))
    assert "92 346" in text
    text = screen.show((make_row([("02⣿⣿⣿⣿6 6", ink)], WIDTH), *BLANK[1:]))
    text = screen.show((make_row([("12⣿⣿⣿⣿7 6", ink)], WIDTH), *BLANK[1:]))
    assert "⣿" not in text and "\x1b[5C7" in text


def test_the_cursor_takes_the_shorter_way() -> None:
    assert moved(-1, -1, 3, 4) == "\x1b[5;4H"
    assert moved(10, 4, 11, 4) == "\x1b[C"
    assert moved(10, 4, 9, 5) == "\x1b[B\b"
    assert moved(100, 40, 0, 0) == "\x1b[1H"


def test_terminals_of_fewer_colours() -> None:
    mark = (((" ✗", Ink("bad", bold=True)), (" " * (WIDTH - 2), Ink())), *BLANK[1:])
    assert "38;5;" in Screen(system=ColorSystem.EIGHT_BIT).show(mark)
    assert "\x1b[0;1m" in Screen(system=None).show(mark)
    assert "\x1b[0;1;49;31m" in Screen(TERMINAL).show(mark)


async def test_under_a_toast_textual_repaints(tmp_path) -> None:
    app, screen, _ = opened(race(tmp_path), "paused")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.pause()
        assert {chart.id for chart in bare(screen)} == {"top", "loss", "path", "rate", "table", "bottom"}
        app.notify("Something lies over the lower right corner.")
        end = time.monotonic() + 20
        while len(bare(screen)) == 6 and time.monotonic() < end:
            await pilot.pause(0.01)
        assert (
            {"top", "loss"}
            <= {chart.id for chart in bare(screen)}
            < {chart.id for chart in screen.query("Chart")}
        )
        await app.push_screen(LeaveScreen("running"))
        assert not bare(screen)
