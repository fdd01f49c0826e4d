"""Charts written straight to the terminal, past Textual's compositor. All that touches the insides of Textual 8.2 for it.

The compositor crops and encodes whole spans, each with its full style: four times the bytes and the time of the cells
that have changed. Where anything lies over a chart, or what stands on the terminal is not known, the chart is repainted
by Textual as any other widget.
"""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from rich.console import Console
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen

from opttui.plots.picture import Picture
from opttui.plots.sheet import SPACE, Sheet
from opttui.tui.cells import runs
from opttui.tui.chart import Chart, width_in
from opttui.tui.pen import Pen


class Written(CompositorUpdate):
    """An update that is encoded already."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:
        """As it is."""
        return self.text


def show_all(screen: Screen[Any], pictures: Mapping[Chart, Picture]) -> None:
    """Show pictures, at once and in one write."""
    places, (width, height) = bare(screen), screen.size
    points, inks = np.full((height, width), SPACE, np.uint32), np.full((height, width), -1, np.int32)
    changed = np.zeros((height, width), bool)
    for chart, picture in pictures.items():
        place = places.get(chart)
        if place is None or (place.height, place.width) != (len(picture), width_in(picture)):
            chart.show(picture)
        elif (where := chart.taken(picture)) is not None:
            inside = slice(place.y, place.bottom), slice(place.x, place.right)
            cells, changed[inside] = chart.shown.cells, where
            points[inside], inks[inside] = cells.points, cells.inks
    if changed.any():
        text = pen_of(screen, next(iter(pictures))).written(runs(Sheet(points, inks), changed), width)
        screen.app._display(screen, Written(text))  # type: ignore[arg-type]


def bare(screen: Screen[Any]) -> dict[Chart, Region]:
    """The charts that stand on the terminal with nothing over them, and where."""
    # A screen under a dialog counts as current for Textual.
    if screen.app.screen is not screen or screen._layout_required or screen.app._batch_count:
        return {}
    places = {widget: region for widget, (region, _) in screen._compositor.visible_widgets.items()}
    charts = {widget: region for widget, region in places.items() if isinstance(widget, Chart)}
    others = [region for widget, region in places.items() if widget is not screen and widget not in charts]
    return {
        chart: region
        for chart, region in charts.items()
        if screen.size.region.contains_region(region) and not any(region.overlaps(other) for other in others)
    }


_pens: WeakKeyDictionary[App[Any], tuple[object, Pen]] = WeakKeyDictionary()


def pen_of(screen: Screen[Any], chart: Chart) -> Pen:
    """The app's pen; another one when its colours are others."""
    system = screen.app.console._color_system
    # The paper is asked for by filters alone, and takes as long as a panel's title.
    filters = chart.filters()
    key = chart.palette.name, filters, chart.background_colors[1] if filters else None, system
    known = _pens.get(screen.app)
    if known is None or known[0] != key:
        known = _pens[screen.app] = key, Pen(chart.style, system)
    return known[1]
