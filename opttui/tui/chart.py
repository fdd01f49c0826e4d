"""A widget that shows a picture and repaints only the cells that changed. Knows nothing of what it shows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from opttui.plots.picture import Ink, Picture, Row
from opttui.printable import printable
from opttui.tui.cells import Cells, Corner, Inks, Run, cells_of, changed_cells, runs
from opttui.tui.gate import Gate
from opttui.tui.palettes import DARK
from opttui.tui.theme import Palette

BLANK = Ink()
INKS = Inks()
"""Those of all charts."""


class Changed(NamedTuple):
    """Rows that are others than before."""

    rows: list[int]
    cells: Cells
    where: NDArray[np.bool_]
    """The cells of them that are."""


class Chart(Widget):
    """Shows a `Picture`. Textual's strips are made of the rows that it asks for."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Chart { position: absolute; }"

    def __init__(self, key: str) -> None:
        super().__init__(id=key)
        self._rows: Picture = ()
        self._cells: Cells | None = None
        """What the rows are as cells; None while nobody has asked what changes in them."""
        self._strips: dict[int, Strip] = {}
        """By row, past the line filters: a strip is asked for two to five times a frame, and filtering it each time was
        a third of a frame."""
        self._filtering: object = None
        """The filters and the paper that those are for."""
        self.repainted = 0
        """Rows repainted so far; tests count them."""

    @property
    def picture(self) -> Picture:
        """What is shown."""
        return self._rows

    @property
    def palette(self) -> Palette:
        """The app's."""
        return getattr(self.app, "palette", DARK)

    def notify_style_update(self) -> None:
        """Another palette: every row is made anew."""
        super().notify_style_update()
        self._strips.clear()
        self._cells = None

    def show(self, picture: Picture) -> None:
        """Show another picture; nothing is repainted where it is the same."""
        changed = self._take(picture)
        if changed is not None:
            columns = [np.flatnonzero(changed.where[at]).tolist() for at in range(len(changed.rows))]
            spans = zip(changed.rows, columns, strict=True)
            self.refresh(*(Region(at[0], y, at[-1] + 1 - at[0], 1) for y, at in spans))

    def taken(self, picture: Picture, corner: Corner) -> list[Run]:
        """The same, where the caller repaints: what is to be written with the chart's upper left corner there.

        Of another size than the picture before it is repainted by Textual.
        """
        changed = self._take(picture)
        return [] if changed is None else runs(changed.cells, changed.where, INKS, changed.rows, corner)

    def _take(self, picture: Picture) -> Changed | None:
        """Take a picture over; None where nothing of it is new, or all."""
        if picture == self._rows:
            return None
        old, self._rows = self._rows, picture
        width = width_of(picture[0]) if picture else 0
        if len(old) != len(picture) or width_of(old[0]) != width:
            self._cells = None
            self._strips.clear()
            self.repainted += len(picture)
            self.refresh()
            return None
        if self._cells is None:
            self._cells = self._as_cells(old, width)
        rows = [y for y, (before, after) in enumerate(zip(old, picture, strict=True)) if before != after]
        after, cells = self._as_cells([picture[y] for y in rows], width), self._cells
        where = changed_cells(Cells(cells.points[rows], cells.inks[rows]), after)
        cells.points[rows], cells.inks[rows] = after.points, after.inks
        for y in rows:
            self._strips.pop(y, None)
        # Rows may differ though no cell does, in the inks of blanks.
        seen: NDArray[np.bool_] = np.logical_or.reduce(where, axis=1)
        if not seen.all():
            rows = [y for y, there in zip(rows, seen.tolist(), strict=True) if there]
            after, where = Cells(after.points[seen], after.inks[seen]), where[seen]
        self.repainted += len(rows)
        return Changed(rows, after, where) if rows else None

    def _as_cells(self, rows: Picture | list[Row], width: int) -> Cells:
        palette = self.palette
        if palette.ansi:
            rows = [tuple((palette.text(text, ink), ink) for text, ink in row) for row in rows]
        return cells_of(rows, width, INKS)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Straight from the strips, past the styles cache: there is no border, padding or tint here."""
        palette = self.palette
        paper, width = palette.style(BLANK), width_of(self._rows[0]) if self._rows else 0
        filters, background = self.filters(), self.background_colors[1]
        if (filters, background) != self._filtering:
            self._strips.clear()
            self._filtering = (filters, background)
        lines = []
        for y in range(crop.y, crop.bottom):
            strip = self._strips.get(y)
            if strip is None:
                strip = (
                    strip_of(self._rows[y], palette, width)
                    if y < len(self._rows)
                    else Strip.blank(crop.right, paper)
                )
                for one in filters:
                    strip = strip.apply_filter(one, background)
                self._strips[y] = strip
            if strip.cell_length < crop.right:
                strip = strip.adjust_cell_length(crop.right, paper)
            whole = crop.x == 0 and strip.cell_length == crop.right
            lines.append(strip if whole else strip.crop(crop.x, crop.right))
        return lines

    def filters(self) -> list[LineFilter]:
        """The app's, but for those with nothing to do here: texts are fit already, and most palettes are true colours."""
        ansi = self.palette.ansi
        return [
            one
            for one in self.get_line_filters()
            if not (isinstance(one, Gate) or (isinstance(one, ANSIToTruecolor) and not ansi))
        ]

    def style(self, ink: Ink) -> Style:
        """The style of an ink past the filters."""
        style = self.palette.style(ink)
        for one in self.filters():
            (segment,) = one.apply([Segment(" ", style)], self.background_colors[1])
            style = segment.style or style
        return style


def strip_of(row: Row, palette: Palette, width: int) -> Strip:
    """A row of so many cells as a strip: fit for a terminal, blanks in one segment with what stands before them."""
    segments: list[Segment] = []
    text, ink = "", BLANK
    for more, next_ink in row:
        # Of a blank only the paper is seen: fewer segments are fewer bytes and less to encode.
        if next_ink.bg == ink.bg and more.isspace():
            text += more
            continue
        if text:
            segments.append(segment_of(text, ink, palette))
        text, ink = more, next_ink
    if text:
        segments.append(segment_of(text, ink, palette))
    return Strip(segments, width)


def segment_of(text: str, ink: Ink, palette: Palette) -> Segment:
    """A text in its ink."""
    text = palette.text(text, ink)
    return Segment(text if text.isprintable() else printable(text), palette.style(ink))


def width_of(row: Row) -> int:
    """Cells of a row."""
    return sum(len(text) if text.isascii() else cell_len(text) for text, _ in row)
