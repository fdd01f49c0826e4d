"""Four charts of eight curves at 200×60 as textual-plotext shows them: what our four panels are compared with.

`pip install textual-plotext` for the widget itself; without it its ways are gone by hand, plotext's picture read by
rich's text, in a widget that is repainted.
"""

import asyncio
import time
from typing import Any

import numpy as np
import plotext
from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import Static

from benchmarks.counting import Counting

try:
    from textual_plotext import PlotextPlot  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    PlotextPlot = None

TITLE = "textual-plotext" if PlotextPlot is not None else "textual-plotext, imitated,"
LANES, FRAMES, POINTS = 8, 12, 200


class Imitated(Static):
    """Draws in `render`, as the widget does."""

    plt: Any = plotext

    def __init__(self) -> None:
        super().__init__()
        self.curves: list[Any] = []

    def render(self) -> Text:
        """plotext's picture."""
        plotext.clear_figure()
        plotext.plotsize(self.size.width, self.size.height)
        for curve in self.curves:
            plotext.plot(curve, marker="braille")
        return Text.from_ansi(plotext.build())


class FourCharts(App[None]):
    """Four of them, two by two."""

    CSS = "Screen { layout: grid; grid-size: 2 2; }"

    def compose(self) -> ComposeResult:
        """The charts."""
        for _ in range(4):
            yield (PlotextPlot or Imitated)()


def foreign() -> list[float]:
    """Milliseconds of CPU of some frames, each with new data in all four."""
    app = FourCharts()
    app.driver_class = Counting
    return asyncio.run(played(app))


async def played(app: FourCharts) -> list[float]:
    """Run the app, and draw in it."""

    async def play() -> list[float]:
        while not app.is_running or not app.screen.children:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)
        found = []
        for frame in range(FRAMES):
            found.append(await drawn(app, frame))
        app.exit()
        return found

    playing = asyncio.create_task(play())
    await app.run_async(headless=False, size=(200, 60))
    return await playing


async def drawn(app: FourCharts, frame: int) -> float:
    """One frame."""
    rng = np.random.default_rng(frame)
    before, began = Counting.written, time.thread_time()
    for chart in app.screen.children:
        falls = np.exp(-np.arange(POINTS) / POINTS * 3)
        curves = [(falls * (lane + 1) * rng.lognormal(0, 0.15, POINTS)).tolist() for lane in range(LANES)]
        if isinstance(chart, Imitated):
            chart.curves = curves
        elif PlotextPlot is not None and isinstance(chart, PlotextPlot):
            chart.plt.clear_data()
            for curve in curves:
                chart.plt.plot(curve, marker="braille")
        chart.refresh()
    while Counting.written == before:
        await asyncio.sleep(0.004)
    return (time.thread_time() - began) * 1e3
