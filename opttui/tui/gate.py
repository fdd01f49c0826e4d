"""The last gate before the terminal: no control, bidi or zero-width character passes. Knows no widget."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from opttui.printable import printable


class Gate(LineFilter):
    """Replaces what no text on the screen may hold, in every segment."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with printable text."""
        return [
            segment if segment.control or segment.text.isprintable() else safe(segment)
            for segment in segments
        ]


def safe(segment: Segment) -> Segment:
    """A segment whose text is fit for a terminal."""
    return Segment(printable(segment.text), segment.style, segment.control)
