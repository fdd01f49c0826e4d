"""A widget that shows a picture and repaints only the spans that changed. Knows nothing of what it shows."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from opttui.plots.picture import Ink, Picture, Row
from opttui.tui.palettes import DARK
from opttui.tui.theme import Palette

BLANK = Ink()


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
        self._strips = [strip_of(row, self.palette) for row in self._rows]
        self._filtered.clear()

    def show(self, picture: Picture) -> None:
        """Show another picture; nothing is repainted where it is the same."""
        if picture == self._rows:
            return
        old, self._rows = self._rows, picture
        if len(old) != len(picture):
            self._strips = [strip_of(row, self.palette) for row in picture]
            self._filtered.clear()
            self.repainted += len(picture)
            self.refresh()
            return
        changed = []
        for y, (before, after) in enumerate(zip(old, picture, strict=True)):
            if before != after:
                self._strips[y] = strip_of(after, self.palette)
                self._filtered.pop(y, None)
                changed.append(changed_part(before, after, y))
        self.repainted += len(changed)
        self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Straight from the strips, past the styles cache: there is no border, padding or tint here."""
        paper = self.palette.style(BLANK)
        filters, background = self.get_line_filters(), self.background_colors[1]
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
            whole = crop.x == 0 and strip.cell_length == crop.width
            lines.append(
                strip if whole else strip.adjust_cell_length(crop.right, paper).crop(crop.x, crop.right)
            )
        return lines


def strip_of(row: Row, palette: Palette) -> Strip:
    """A row as a strip."""
    return Strip([Segment(palette.text(text, ink), palette.style(ink)) for text, ink in row])


def changed_part(before: Row, after: Row, y: int) -> Region:
    """The smallest run of spans outside of which two rows of one width are equal."""
    first, last = shared(before, after), shared(before[::-1], after[::-1])
    left = width_of(after[:first])
    return Region(left, y, width_of(after) - width_of(after[len(after) - last :]) - left, 1)


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
