"""A widget that shows a picture and repaints only the spans that changed. Knows nothing of what it shows."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from opttui.plots.picture import Ink, Picture, Row
from opttui.printable import printable
from opttui.tui.gate import Gate
from opttui.tui.palettes import DARK
from opttui.tui.theme import Palette

BLANK = Ink()

MOST = 0.75
"""Share of a row from which on it is repainted whole."""


class Chart(Widget):
    """Shows a `Picture`. Rows that stay the same keep their strip, on which their encoded bytes are cached."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Chart { position: absolute; }"

    def __init__(self, key: str) -> None:
        super().__init__(id=key)
        self._rows: Picture = ()
        self._strips: list[Strip] = []
        self._filtered: dict[int, Strip] = {}
        """Strips past the line filters, by row: a strip is asked for two to five times a frame, and filtering it each
        time was a third of a frame."""
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
        width = width_of(self._rows[0]) if self._rows else 0
        self._strips = [strip_of(row, self.palette, width) for row in self._rows]
        self._filtered.clear()

    def show(self, picture: Picture) -> None:
        """Show another picture; nothing is repainted where it is the same."""
        if picture == self._rows:
            return
        old, self._rows = self._rows, picture
        width = width_of(picture[0]) if picture else 0
        if len(old) != len(picture):
            self._strips = [strip_of(row, self.palette, width) for row in picture]
            self._filtered.clear()
            self.repainted += len(picture)
            self.refresh()
            return
        changed = []
        for y, (before, after) in enumerate(zip(old, picture, strict=True)):
            if before != after:
                self._strips[y] = strip_of(after, self.palette, width)
                self._filtered.pop(y, None)
                changed.append(changed_part(before, after, y, width))
        self.repainted += len(changed)
        self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Straight from the strips, past the styles cache: there is no border, padding or tint here."""
        paper = self.palette.style(BLANK)
        filters, background = self.filters(), self.background_colors[1]
        if (filters, background) != self._filtering:
            self._filtered.clear()
            self._filtering = (filters, background)
        lines = []
        for y in range(crop.y, crop.bottom):
            strip = self._filtered.get(y)
            if strip is None:
                strip = self._strips[y] if y < len(self._strips) else Strip.blank(crop.right, paper)
                for one in filters:
                    strip = strip.apply_filter(one, background)
                self._filtered[y] = strip
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


def changed_part(before: Row, after: Row, y: int, width: int) -> Region:
    """The smallest run of spans outside of which two rows of one width are equal; the row where that is most of it."""
    first, last = shared(before, after), shared(before[::-1], after[::-1])
    left = width_of(after[:first])
    size = width - width_of(after[len(after) - last :]) - left
    # A whole row's strip is encoded as it is; a part has to be cut out of it first.
    return Region(0, y, width, 1) if size > MOST * width else Region(left, y, size, 1)


def width_of(row: Row) -> int:
    """Cells of a row."""
    return sum(cell_len(text) for text, _ in row)


def shared(before: Row, after: Row) -> int:
    """How many spans are equal from the begin on."""
    count = 0
    for a, b in zip(before, after, strict=False):
        if a != b:
            break
        count += 1
    return count
