"""The lanes side by side as bars: of whatever the table is sorted by. Knows no screen: a view in, a picture out."""

import math

from opttui.plots.bars import Bar, draw_bars
from opttui.plots.picture import Picture
from opttui.plots.scales import Kind
from opttui.tui.panels.columns import TEXTS
from opttui.tui.panels.kin import ink_of
from opttui.tui.panels.numbers import loss_text
from opttui.tui.panels.reached import lanes_at, number_of, ranking_words, sorted_lanes
from opttui.tui.panels.standings import Standing, ranked
from opttui.tui.panels.waiting import is_waiting, quiet
from opttui.tui.view import RaceView

WORDS = {
    "best": "best loss",
    "loss": "loss",
    "versus": "loss against the baseline",
    "lr": "learning rate",
    "steps": "steps",
    "evaluations": "evaluations",
    "seconds": "seconds",
}
"""What can be a bar; the table sorted by anything else, best losses are."""


def title(view: RaceView) -> str:
    """What the bars are, and where they are read."""
    column = _column(view)
    what = WORDS.get(column) or f"validation {column.removeprefix('metric ')}"
    if column == "best":
        what = ranking_words(view).removeprefix("by ")
    return f"{what} of each lane" + (" · by logarithm" if _kind(view, column) == "log" else "")


def draw(view: RaceView, width: int, height: int) -> Picture:
    """A bar a lane, in the table's order."""
    if is_waiting(view):
        return quiet("the lanes will be compared here", width, height)
    column = _column(view)
    bars = [
        _bar(lane, column, ink_of(view.reader, lane.id))
        for lane in sorted_lanes(view, ranked(lanes_at(view)))
    ]
    if not any(math.isfinite(bar.value) for bar in bars):
        return quiet("no numbers yet", width, height)
    return draw_bars(bars, width, height, _kind(view, column), view.marker)


def _column(view: RaceView) -> str:
    return view.sort if view.sort in WORDS or view.sort.startswith("metric ") else "best"


def _kind(view: RaceView, column: str) -> Kind:
    """Losses by their logarithm, where there is one."""
    values = [number_of(lane, column) for lane in lanes_at(view)]
    fine = [value for value in values if value is not None and math.isfinite(value)]
    loss = column in ("best", "loss") or column.startswith("metric ")
    wide = bool(fine) and min(fine) > 0 and max(fine) > 20 * min(fine)
    return "log" if wide and (loss or column == "lr") else "linear"


def _bar(lane: Standing, column: str, ink: str) -> Bar:
    value = number_of(lane, column)
    text = TEXTS[column](lane, 10) if column in TEXTS else loss_text(value)
    return Bar(lane.name, math.nan if value is None else float(value), text, ink)
