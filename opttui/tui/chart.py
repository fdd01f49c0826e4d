"""A widget that shows a picture and repaints only the cells that changed. Knows nothing of what it shows."""

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
from opttui.plots.sheet import Sheet
from opttui.printable import printable
from opttui.tui.cells import Shown
from opttui.tui.gate import Gate
from opttui.tui.palettes import DARK
from opttui.tui.theme import Palette

BLANK = Ink()


class Chart(Widget):
    """Shows a `Picture`. Textual's strips are made of the rows that it asks for."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Chart { position: absolute; }"

    def __init__(self, key: str) -> None:
        super().__init__(id=key)
        self._picture: Picture = ()
        self.shown = Shown((), 0)
        """What stands on the terminal for it."""
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
        return self._picture

    @property
    def palette(self) -> Palette:
        """The app's."""
        return getattr(self.app, "palette", DARK)

    def notify_style_update(self) -> None:
        """Another palette: every row is made anew."""
        super().notify_style_update()
        self._strips.clear()
        self.shown = self._shown(self.shown.sheet)

    def show(self, picture: Picture) -> None:
        """Show another picture; nothing is repainted where it is the same."""
        changed = self.taken(picture)
        if changed is not None:
            rows = np.flatnonzero(changed.any(axis=1)).tolist()
            ends = [(y, np.flatnonzero(changed[y])[[0, -1]].tolist()) for y in rows]
            self.refresh(*(Region(first, y, last + 1 - first, 1) for y, (first, last) in ends))

    def taken(self, picture: Picture) -> NDArray[np.bool_] | None:
        """Take a picture over where the caller repaints: the cells of it that are new, None where none is.

        Of another size than the picture before it is repainted by Textual, and None as well.
        """
        if picture is self._picture:
            return None
        self._picture = picture
        if (len(picture), width_in(picture)) != self.shown.cells.points.shape:
            self.shown = self._shown(picture)
            self._strips.clear()
            self.repainted += len(picture)
            self.refresh()
            return None
        changed = self.shown.take(picture)
        rows = np.flatnonzero(changed.any(axis=1)).tolist()
        for y in rows:
            self._strips.pop(y, None)
        self.repainted += len(rows)
        return changed if rows else None

    def _shown(self, picture: Picture) -> Shown:
        return Shown(picture, width_in(picture), self.palette.flat if self.palette.ansi else None)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Straight from the strips, past the styles cache: there is no border, padding or tint here."""
        palette = self.palette
        paper, width, picture = palette.style(BLANK), width_in(self._picture), self._picture
        filters, background = self.filters(), self.background_colors[1]
        if (filters, background) != self._filtering:
            self._strips.clear()
            self._filtering = (filters, background)
        lines = []
        for y in range(crop.y, crop.bottom):
            strip = self._strips.get(y)
            if strip is None:
                strip = (
                    strip_of(picture[y], palette, width)
                    if y < len(picture)
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


def width_in(picture: Picture) -> int:
    """Cells of each row."""
    if isinstance(picture, Sheet):
        return picture.width
    return sum(len(text) if text.isascii() else cell_len(text) for text, _ in picture[0]) if picture else 0
