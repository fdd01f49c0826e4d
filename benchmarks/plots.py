"""`python -m benchmarks.plots`: what a picture costs in CPU time, beside plotext drawing the same.

Rounds are interleaved, the best of several counts. Aims: 8 curves of 10,000 points at 100×30 with axes at least 60 times
faster than plotext; of 100,000 points at most 3 times the cost of 10,000; four panels of a 200×60 screen at most 6 ms
together, and with their bytes for the terminal at least 10 times less than plotext's pictures by way of rich's text, as
textual-plotext shows them, of two points a column. Every frame has new data, so that nothing but the shades of the terrain
can be kept from the one before.
"""

import itertools
import time
from collections.abc import Callable

import numpy as np
import plotext
from rich.console import Console
from rich.text import Text
from textual.strip import Strip

from benchmarks.shared import show, within
from opttui.plots.curves import Frame, Line, Mark, draw_curves
from opttui.plots.picture import Picture
from opttui.plots.shades import Terrain
from opttui.plots.terrain import Path, draw_terrain
from opttui.tui.chart import strip_of
from opttui.tui.palettes import DARK

ROUNDS = 15
PLOTEXT_ROUNDS = 2
BOX = (-2.0, 2.0, -1.0, 3.0)
PANEL = (98, 27)
BUCKETS = 2000


def milliseconds(work: Callable[[], object]) -> float:
    """CPU time of this thread."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def losses(curves: int, points: int, seed: int = 0) -> list[Line]:
    """Noisy decays."""
    rng = np.random.default_rng(seed)
    x = np.arange(float(points))
    values = [np.exp(-x / points * (2 + lane) + rng.normal(0, 0.1, points)) for lane in range(curves)]
    return [Line(x, y, y, f"lane{lane}") for lane, y in enumerate(values)]


def with_plotext(lines: list[Line], width: int, height: int) -> None:
    """The same picture, drawn by plotext."""
    plotext.clear_figure()
    plotext.plotsize(width, height)
    for line in lines:
        plotext.plot(line.x.tolist(), line.low.tolist(), marker="braille")
    plotext.build()
    plotext.clear_figure()


CONSOLE = Console(force_terminal=True, color_system="truecolor", width=PANEL[0], height=PANEL[1])


def encoded(pictures: tuple[Picture, ...]) -> list[str]:
    """What the terminal gets for whole pictures."""
    return [strip_of(row, DARK, PANEL[0]).render(CONSOLE) for picture in pictures for row in picture]


def by_textual_plotext() -> Callable[[], object]:
    """Four charts of six curves, their ANSI text read by rich and encoded again."""
    frames = itertools.cycle([losses(6, 2 * PANEL[0], seed) for seed in range(6)])

    def frame() -> object:
        written = []
        for _ in range(4):
            plotext.clear_figure()
            plotext.plotsize(*PANEL)
            for line in next(frames):
                plotext.plot(line.x.tolist(), line.low.tolist(), marker="braille")
            rows = CONSOLE.render_lines(Text.from_ansi(plotext.build()))
            written += [Strip(row).render(CONSOLE) for row in rows]
        plotext.clear_figure()
        return written

    return frame


def panels() -> Callable[[], tuple[Picture, ...]]:
    """A frame of the screen: three panels of curves, and a terrain with the paths of all lanes."""
    frames = itertools.cycle([losses(6, BUCKETS, seed) for seed in range(6)])
    mark = (Mark(700.0, "◆", "lane0"),)
    x, y = np.meshgrid(np.linspace(BOX[0], BOX[1], 400), np.linspace(BOX[2], BOX[3], 240))
    terrain = Terrain(BOX, (1 - x) ** 2 + 100 * (y - x**2) ** 2, ((1.0, 1.0),))
    walks = itertools.cycle([walk(seed) for seed in range(6)])

    def frame() -> tuple[Picture, ...]:
        lines = [Line(one.x, one.low * 0.9, one.high * 1.1, one.ink, marks=mark) for one in next(frames)]
        log, linear = Frame(*PANEL, "log", "steps", "loss"), Frame(*PANEL, "linear", "steps", "lr", 1200.0)
        return (
            draw_curves(lines, log),
            draw_curves(lines, linear),
            draw_curves(lines, log),
            draw_terrain(terrain, BOX, next(walks), *PANEL),
        )

    return frame


def walk(seed: int) -> list[Path]:
    """Six paths from a common start."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0005, 0.01, (6, 2, BUCKETS)).cumsum(axis=2)
    return [Path(-1.2 + x, 1 + y, f"lane{lane}") for lane, (x, y) in enumerate(steps)]


def spread(work: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Best of several rounds of each, interleaved."""
    best = dict.fromkeys(work, float("inf"))
    for _ in range(rounds):
        for name, one in work.items():
            best[name] = min(best[name], milliseconds(one))
    return best


def main() -> None:
    """Print each figure and its ratio."""
    few, many = losses(8, 10_000), losses(8, 100_000)
    frame = Frame(100, 30, "linear", "step", "loss")
    ours: dict[str, Callable[[], object]] = {
        "10,000": lambda: draw_curves(few, frame),
        "100,000": lambda: draw_curves(many, frame),
        "four panels": panels(),
        "encoded": lambda: encoded(drawn()),
    }
    drawn, shown = panels(), by_textual_plotext()
    best, theirs, whole = dict.fromkeys(ours, float("inf")), float("inf"), float("inf")
    for _ in range(PLOTEXT_ROUNDS):
        best = {name: min(best[name], took) for name, took in spread(ours, ROUNDS).items()}
        theirs = min(theirs, milliseconds(lambda: with_plotext(few, 100, 30)))
        whole = min(whole, *(milliseconds(shown) for _ in range(3)))
    small, large, panel = best["10,000"], best["100,000"], best["four panels"]
    faster = theirs / small
    show(
        "8 curves × 10,000 points, 100×30, over plotext",
        f"{small:.2f} ms",
        "≥ 60 × speed",
        faster,
        faster >= 60,
    )
    show(
        "8 curves × 100,000 points, over 10,000",
        f"{large:.2f} ms",
        "≤ 3 × time",
        large / small,
        large / small <= 3,
    )
    within("pictures of four panels of 200×60, new data", panel, 6, "ms")
    less = whole / best["encoded"]
    show(
        "the same painted and encoded, over textual-plotext's way",
        f"{best['encoded']:.2f} ms",
        "≥ 10 × speed",
        less,
        less >= 10,
    )


if __name__ == "__main__":
    main()
