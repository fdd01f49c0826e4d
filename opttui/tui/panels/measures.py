"""The line of measures: what of the view is not the usual one, what lies under the mouse, what drawing costs. Knows no
clock."""

from dataclasses import dataclass

from opttui.plots.picture import Row
from opttui.tui.layout import USUAL
from opttui.tui.panels.axis import short_place
from opttui.tui.panels.cells import tame
from opttui.tui.panels.headline import Part, fitting_row
from opttui.tui.panels.inks import FAINT, LABEL, MARK
from opttui.tui.panels.numbers import count_short
from opttui.tui.view import RaceView


@dataclass(frozen=True)
class Costs:
    """What the window cost over the last second."""

    frames: float = 0.0
    """Drawn a second."""
    bytes: float = 0.0
    """Sent to the terminal a second."""
    cpu: float = 0.0
    """Share of one core."""


def measures_line(view: RaceView, under: str, costs: Costs, width: int) -> Row:
    """Exactly `width` cells; what does not fit is left out from the least important on.

    Args:
        view: What is shown.
        under: What lies under the mouse, in words.
        costs: Of the last second.
        width: In cells.
    """
    parts = [Part(rank, ((words, MARK),)) for rank, words in enumerate(modes(view), start=2)]
    parts = [
        Part(0, ((" zoomed" if view.zoomed() else " follows", MARK if view.zoomed() else LABEL),)),
        *parts,
    ]
    if under:
        parts.append(Part(1, ((under, LABEL),)))
    sent = f"{count_short(costs.bytes)}B/s"
    parts += [
        Part(20, ((f"{costs.frames:.0f} frames/s", FAINT),)),
        Part(21, ((sent, FAINT),)),
        Part(22, ((f"{100 * costs.cpu:.0f} % CPU", FAINT),)),
    ]
    return fitting_row(parts, width)


def modes(view: RaceView) -> list[str]:
    """All that makes the picture another one than the usual."""
    found = []
    if view.x_window is not None:
        found.append("–".join(short_place(view, end) for end in view.x_window))
    if view.words:
        found.append(f"filter {tame(view.words)}")
    name = next((info.name for info in view.reader.manifest.lanes if info.id == view.baseline), "")
    if name:
        found.append(f"{'ratio to' if view.ratio else 'minus'} {tame(name)}")
    if view.clip:
        found.append("outliers clipped")
    if hidden := view.shape.hidden - USUAL.hidden:
        found.append(f"{len(hidden)} hidden")
    return found
