"""What the mouse does to a view: reads, zooms, pans, marks, chooses, moves borders. Knows no widget and no event.

Places are cells of the room in which the panels lie; the first row of a panel's place is its title.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from opttui.plots.places import value_at
from opttui.tui import choices, reading, zoom
from opttui.tui.choices import focus_on, move_focus, sort_by
from opttui.tui.frames import NUMBER, is_tag
from opttui.tui.layout import Border, Place, border_at, borders, moved
from opttui.tui.panels import column_at, row_at
from opttui.tui.panels.axis import place_text
from opttui.tui.panels.numbers import loss_text, short
from opttui.tui.panels.places import CHARTS, Ground, ground
from opttui.tui.view import Box, Ends, Marked, RaceView

LEAST = 2
"""Cells that a marked part spans at least, so that a slip of the hand zooms into nothing."""


@dataclass
class Held:
    """A button that is down."""

    x: int
    y: int
    key: str
    """The panel under it; empty on a border."""
    border: Border | None
    marks: bool
    """Whether a part is marked; else the panel is moved."""
    windows: tuple[Ends | None, Ends | None, Box | None]
    """What the view showed when it went down."""
    dragged: bool = False


class Mouse:
    """One view's mouse: which button is down, and where it went down."""

    def __init__(self, view: RaceView) -> None:
        self._view = view
        self._held: Held | None = None
        self.places: Mapping[str, Place] = {}
        """Where the panels lie; set at every layout."""
        self.size = (0, 0)
        """Cells of the room."""

    def press(self, x: int, y: int, marks: bool) -> None:
        """A button goes down; `marks`: the right one, or shift is held."""
        view = self._view
        border = border_at(borders(self.places, *self.size), x, y) if not view.alone else None
        key = self._panel(x, y)
        self._held = Held(x, y, key, border, marks, (view.x_window, view.y_window, view.box))

    def drag(self, x: int, y: int) -> None:
        """The mouse moves with the button down."""
        held = self._held
        if held is None or (not held.dragged and (x, y) == (held.x, held.y)):
            return
        held.dragged = True
        if held.border is not None and not held.marks:
            self._view.shape = moved(self._view.shape, held.border, x, y)
        elif held.key in CHARTS and held.marks:
            first, last = self._cell(held.key, held.x, held.y), self._cell(held.key, x, y)
            self._view.marked = Marked(held.key, first, last)
        elif held.key in CHARTS:
            self._pan(held, x, y)

    def release(self, x: int, y: int) -> str:
        """The button goes up: a click, or the end of a drag. What is to be said of it; mostly nothing."""
        held, self._held = self._held, None
        marked, self._view.marked = self._view.marked, None
        if held is None:
            return ""
        if held.dragged:
            if marked is not None:
                self._zoom_into(marked)
            return ""
        if held.y < 0 and y < 0:
            choices.bring_back(self._view)
        elif held.key and self._cell(held.key, x, y)[1] < 0:
            return self._click_title(held.key, x - self.places[held.key].x)
        elif held.key:
            self._click(held.key, x, y)
        return ""

    def wheel(self, x: int, y: int, up: bool, sideways: bool = False, heights: bool = False) -> None:
        """One turn of the wheel: zoom at the mouse, move `sideways`, or go through the lanes of the table.

        Over their labels or with `heights` it is the losses that are zoomed.
        """
        view, key = self._view, self._panel(x, y)
        if key == "table":
            move_focus(view, -1 if up else 1)
            return
        under = self._ground(key)
        if under is None:
            return
        column, row = self._cell(key, x, y)
        across, high = (min(max(share, 0.0), 1.0) for share in under.share(column, row))
        factor = zoom.STEP if up else 1 / zoom.STEP
        if key == "path":
            if sideways:
                reading.pan_plane(view, -reading.PAN if up else reading.PAN, 0.0)
            else:
                reading.zoom_plane(view, factor, (across, high))
        elif sideways:
            reading.pan_axis(view, -reading.PAN if up else reading.PAN)
        elif key == "loss" and (heights or column < under.area.left):
            reading.zoom_losses(view, factor, high)
        else:
            reading.zoom_axis(view, factor, value_at(under.x, across))

    def words(self, x: int, y: int) -> str:
        """What lies under the mouse: the values of the scales there; empty outside of all charts."""
        key = self._panel(x, y)
        under = self._ground(key)
        if under is None:
            return ""
        column, row = self._cell(key, x, y)
        if not under.inside(column, row):
            return ""
        across, up = under.at(column, row)
        if key == "path":
            return f"({short(across)}, {short(up)})"
        name = "lr" if key == "rate" else "loss"
        return f"{place_text(self._view, across)}, {name} {loss_text(up)}"

    def _panel(self, x: int, y: int) -> str:
        for key, place in self.places.items():
            if 0 <= x - place.x < place.width and 0 <= y - place.y < place.height:
                return key
        return ""

    def _cell(self, key: str, x: int, y: int) -> tuple[int, int]:
        """A cell of the panel's picture, below its title."""
        place = self.places[key]
        return x - place.x, y - place.y - (place.height >= 2)

    def _ground(self, key: str) -> Ground | None:
        if key not in CHARTS:
            return None
        place = self.places[key]
        return ground(self._view, key, place.width, place.height - (place.height >= 2))

    def _click(self, key: str, x: int, y: int) -> None:
        view = self._view
        column, row = self._cell(key, x, y)
        place = self.places[key]
        titled = place.height >= 2
        if key != "table":
            view.chosen = key
        if key == "table":
            lane = row_at(view, place.width, place.height - titled, row)
            if lane is not None:
                focus_on(view, lane)
            elif row == 0:
                sort_by(view, column_at(view, place.width, column))
            else:
                view.chosen = key
            return
        under = self._ground(key)
        if under is None or not under.inside(column, row):
            return
        if key == "path":
            self._read_path(under, column, row)
        else:
            reading.read_at(view, under.at(column, row)[0])

    def _click_title(self, key: str, column: int) -> str:
        """Choose a panel; the chosen one is shown alone, or all are again. Its number hides it."""
        view = self._view
        if is_tag(view, key, self.places[key].width, key == view.chosen, column):
            choices.toggle_panel(view, key)
            if key in view.shape.hidden:
                return f"{NUMBER[key]} shows that panel again, and so does a click on the line at the top."
        elif view.chosen == key:
            choices.toggle_alone(view)
        else:
            view.chosen = key
        return ""

    def _read_path(self, under: Ground, column: int, row: int) -> None:
        """Put the cursor where the focused lane was nearest to a cell."""
        lane = reading.focused(self._view)
        if lane is None or under.y is None:
            return
        steps, x, y = lane.path()
        across, up = under.share(column, row)
        with np.errstate(all="ignore"):
            # Cells are twice as high as they are wide.
            far = np.hypot(
                (under.x.place(x) - across) * under.area.width,
                (under.y.place(y) - up) * 2 * under.area.height,
            )
        if far.size and np.isfinite(far).any():
            reading.read_step(self._view, float(steps[np.nanargmin(far)]))

    def _pan(self, held: Held, x: int, y: int) -> None:
        view, under = self._view, self._ground(held.key)
        if under is None:
            return
        across, up = (held.x - x) / max(under.area.width, 1), (y - held.y) / max(under.area.height, 1)
        view.x_window, view.y_window, view.box = held.windows
        if held.key == "path":
            reading.pan_plane(view, across, up)
        else:
            reading.pan_axis(view, across)
            if held.key == "loss" and view.y_window is not None:
                reading.pan_losses(view, up)

    def _zoom_into(self, marked: Marked) -> None:
        """Show just what was marked."""
        view, under = self._view, self._ground(marked.panel)
        if under is None or under.y is None:
            return
        columns, rows = zip(marked.first, marked.last, strict=True)
        if max(columns) - min(columns) < LEAST or (
            max(rows) - min(rows) < LEAST - 1 and marked.panel != "rate"
        ):
            return
        left, low = under.share(min(columns), max(rows))
        right, high = under.share(max(columns), min(rows))
        half = 0.5 / under.area.width, 0.5 / under.area.height
        left, right = max(left - half[0], 0.0), min(right + half[0], 1.0)
        low, high = max(low - half[1], 0.0), min(high + half[1], 1.0)
        across = value_at(under.x, left), value_at(under.x, right)
        up = value_at(under.y, low), value_at(under.y, high)
        if marked.panel == "path":
            reading.set_plane(view, (*across, *up))
            return
        reading.set_axis(view, *across)
        if marked.panel == "loss":
            reading.set_losses(view, *up)
