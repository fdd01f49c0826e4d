"""Grids of a surface that has no formula, computed beside the race: off the lanes' clocks, for a small share
of the time.

Knows neither the problem nor the file: it asks `draw` for evaluations and hands finished grids to `write`.
"""

import math
from collections.abc import Callable, Iterator, Mapping

from opttui.record.grid import Grid

Box = tuple[float, float, float, float]
"""x_low, x_high, y_low, y_high."""
Draw = Callable[[Box, int, int], Iterator[Grid | None]]
"""Box, columns, rows → a few evaluations at each `next`, the grid at the end."""

SIZES = ((16, 10), (32, 20), (64, 40))
"""Columns and rows of the grids of one box, coarse first."""
SHARE = 0.02
"""Of the time, once the first grid is there."""
HALF = 0.5
"""Of the time, for the coarse grids of a plane: the lanes leave its first box within seconds."""
URGENT = 1.0
"""Most seconds that they get in this way."""
SAVED = 0.25
"""Seconds of that share that can be saved up, so that a pause is not followed by a stall."""
CHUNK = 0.02
"""Seconds of work at a time while the race is paused, or waits for its next beat."""
FIRST = 1.0
"""Most seconds for the first grid, before the first step."""
DOUBLINGS = 8
"""A lane that leaves a box 256 times the first one's size is on its way to infinity."""


class Survey:
    """The surface round the lanes, finer and finer, and wider when they leave it."""

    def __init__(
        self, draw: Draw, box: Box, write: Callable[[Grid], None], clock: Callable[[], float]
    ) -> None:
        self._draw = draw
        self._write = write
        self._clock = clock
        self._box = box
        self._widened = 0
        self._level = 0
        self._written = False
        """Whether there is a grid at all."""
        self._work: Iterator[Grid | None] | None = draw(box, *SIZES[0])
        self._urgent = URGENT
        """Seconds of work in which a plane's coarse grids may have half of the time."""
        self._saved = 0.0
        """Seconds that may be spent; below zero after an evaluation that took longer."""
        self._last = clock()

    def first(self, wanted: Callable[[], bool]) -> None:
        """The coarse grid before the first step, or what can be had of it until somebody is `wanted` elsewhere."""
        begin = self._clock()
        while self._level == 0 and self._clock() - begin < FIRST and not wanted():
            self._evaluate()
        self._last = self._clock()

    def over(self, box: Box) -> None:
        """Begin again with a box of another plane; its coarse grids have half of the time for a while."""
        self._box, self._widened, self._written = box, 0, False
        self._urgent = URGENT
        self._begin(0)

    def share(self, tips: Mapping[int, tuple[float, float]]) -> None:
        """Spend the share of the time since the last call. `tips`: where the lanes are."""
        now = self._clock()
        urgent = self._urgent > 0 and self._level == 0
        share = HALF if urgent else SHARE
        self._saved = min(SAVED, self._saved + share * (now - self._last))
        self._last = now
        self._look(tips)
        if self._saved > 0:
            spent = self._spend(self._saved)
            self._saved -= spent
            self._urgent -= spent

    def idle(self, tips: Mapping[int, tuple[float, float]], seconds: float = CHUNK) -> bool:
        """Work for a moment while nobody needs the time; False when nothing is left to do."""
        self._look(tips)
        self._spend(min(seconds, CHUNK))
        self._last = self._clock()
        return self._work is not None

    def finish(self, tips: Mapping[int, tuple[float, float]], seconds: float) -> None:
        """After the last step: go on for at most so many seconds."""
        self._look(tips)
        self._spend(seconds)

    def _spend(self, seconds: float) -> float:
        """Work until the time is up; the seconds that it took."""
        begin = now = self._clock()
        while self._work is not None and now - begin < seconds:
            self._evaluate()
            now = self._clock()
        return now - begin

    def _evaluate(self) -> None:
        """A few evaluations. With the last of a grid, on to the next finer one."""
        grid = next(self._work, None) if self._work is not None else None
        if grid is not None:
            self._write(grid)
            self._written = True
            self._begin(self._level + 1 if tuple(grid.box) == self._box else 0)

    def _look(self, tips: Mapping[int, tuple[float, float]]) -> None:
        """Widen the box until every lane is in it."""
        box = self._box
        while self._widened < DOUBLINGS and not all(_inside(box, tip) for tip in tips.values()):
            box = _doubled(box)
            self._widened += 1
        if box != self._box:
            self._box = box
            # The very first grid is finished, small as its box may be: lanes that run away would leave none.
            if self._written:
                self._begin(0)

    def _begin(self, level: int) -> None:
        """On to a grid of the present box; nothing more after the finest."""
        self._level = level
        self._work = self._draw(self._box, *SIZES[level]) if level < len(SIZES) else None


def _inside(box: Box, tip: tuple[float, float]) -> bool:
    """Whether a point is in the box; one at infinity needs none."""
    x, y = tip
    return not (math.isfinite(x) and math.isfinite(y)) or (box[0] <= x <= box[1] and box[2] <= y <= box[3])


def _doubled(box: Box) -> Box:
    """Twice as wide and high about the same centre."""
    dx, dy = (box[1] - box[0]) / 2, (box[3] - box[2]) / 2
    return box[0] - dx, box[1] + dx, box[2] - dy, box[3] + dy
