"""All 26,976 sizes from 20×5 to 300×100: every panel in its place, and a window in a real pseudo-terminal at each."""

import functools
import os
import select
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from panel_runs import race
from terminal import PATIENCE, Glass, Terminal

from opttui.plots.picture import Picture
from opttui.plots.sheet import Sheet
from opttui.record.reader import RunReader
from opttui.record.rundir import read_manifest, write_manifest
from opttui.tui import frames
from opttui.tui.cells import all_narrow
from opttui.tui.layout import Place, places
from opttui.tui.panels.cells import width_of
from opttui.tui.panels.measures import Costs
from opttui.tui.view import RaceView

WIDTHS, HEIGHTS = range(20, 301), range(5, 101)
PARTS = 16
"""Windows, each for so many heights: they can run beside each other."""
STAYS = 16
"""Of so many sizes one stays until it is drawn."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = race(tmp_path_factory.mktemp("runs")).path
    manifest = read_manifest(path)
    write_manifest(path, msgspec.structs.replace(manifest, created=manifest.created - 60))
    return path


class Drawn:
    """What a window on a run whose race is gone shows at any size, its panels drawn once for each of theirs."""

    def __init__(self, run: Path) -> None:
        reader = RunReader(run)
        reader.poll()
        self.view = RaceView(reader, state="crashed")
        self.panel = functools.lru_cache(maxsize=4096)(self._panel)

    def _panel(self, key: str, width: int, height: int) -> Picture:
        return frames.framed(self.view, key, Place(0, 0, width, height), key == self.view.chosen)

    def pictures(self, columns: int, rows: int) -> list[tuple[Place, Picture]]:
        """All of them, and where they stand."""
        view, (above, below) = self.view, frames.room(self.view, rows)
        found = places(
            *(columns, rows - above - below, len(view.shown_lanes())), view.chosen, view.alone, view.sight()
        )
        parts = [
            (Place(p.x, p.y + above, p.width, p.height), self.panel(key, p.width, p.height))
            for key, p in found.items()
        ]
        if above:
            parts.append((Place(0, 0, columns, above), frames.top(view, columns)))
        if below:
            bottom = frames.bottom(view, columns, below, "", Costs())
            parts.append((Place(0, rows - below, columns, below), bottom))
        return parts

    def at(self, columns: int, rows: int) -> list[str]:
        """The rows at a size."""
        cells = [[" "] * columns for _ in range(rows)]
        for place, picture in self.pictures(columns, rows):
            for y, line in enumerate(texts(picture), place.y):
                cells[y][place.x : place.x + place.width] = line
        return ["".join(row) for row in cells]

    def edges(self, columns: int, rows: int) -> list[str]:
        """The first and the last of them: the quickest to draw, and others at every width."""
        above, below = frames.room(self.view, rows)
        if not above or not below:
            return [self.at(columns, rows)[at] for at in (0, -1)]
        bottom = frames.bottom(self.view, columns, below, "", Costs())
        return [texts(frames.top(self.view, columns))[0], texts(bottom)[-1]]


def picture_size(picture: Picture) -> tuple[int, int]:
    """Cells of every row, and rows."""
    if isinstance(picture, Sheet):
        assert all_narrow(picture.points)
        return picture.width, len(picture)
    (width,) = {sum(width_of(text) for text, _ in row) for row in picture}
    return width, len(picture)


def texts(picture: Picture) -> list[str]:
    return ["".join(text for text, _ in row) for row in picture]


def sizes(part: int) -> list[tuple[int, int]]:
    """All widths at one height, back at the next, and so on."""
    heights = HEIGHTS[part::PARTS]
    return [(w, h) for n, h in enumerate(heights) for w in (WIDTHS if n % 2 == 0 else reversed(WIDTHS))]


def test_the_parts_are_all_sizes() -> None:
    every = [size for part in range(PARTS) for size in sizes(part)]
    assert len(every) == len(set(every)) == 26_976


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_panel_fills_its_place_at_every_size(run: Path, part: int) -> None:
    drawn = Drawn(run)
    for columns, rows in sizes(part):
        taken = np.zeros((rows, columns), np.int8)
        for place, picture in drawn.pictures(columns, rows):
            assert picture_size(picture) == (place.width, place.height), (columns, rows, place)
            assert place.x >= 0 and place.y >= 0
            assert place.x + place.width <= columns and place.y + place.height <= rows, (columns, rows, place)
            taken[place.y : place.y + place.height, place.x : place.x + place.width] += 1
        assert taken.max() == 1, "no panel lies over another"


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_window_lives_through_every_size(run: Path, part: int) -> None:
    """At each size its first and its last row come before the next one does; every sixteenth stays until it is drawn to
    the last cell.
    """
    drawn, way = Drawn(run), sizes(part)
    terminal = Terminal(run, *way[0], screen=Glass(*way[0]))
    shown, descriptor = terminal.screen, terminal.child.child_fd
    try:
        for number, size in enumerate(way):
            shown.resize(size[1], size[0])
            terminal.child.setwinsize(size[1], size[0])
            stays = number % STAYS == 0 or size == way[-1]
            wanted, end = drawn.at(*size) if stays else drawn.edges(*size), time.monotonic() + PATIENCE
            while (shown.display if stays else [shown.display[0], shown.display[-1]]) != wanted:
                assert time.monotonic() < end, f"never as drawn at {size}:\n" + "\n".join(wanted)
                if select.select([descriptor], [], [], 1.0)[0]:
                    written = os.read(descriptor, 1 << 20)
                    assert b"Traceback" not in written
                    shown.feed(written)
        terminal.press("q")
        terminal.wait(terminal.gone, "left")
        assert terminal.child.exitstatus == 0
    finally:
        terminal.close()
