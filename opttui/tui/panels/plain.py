"""Pictures in plain ASCII, for terminals and fonts that have nothing else. Knows no panel: only characters."""

from collections.abc import Callable

from opttui.plots.picture import Picture, Row
from opttui.tui.panels.cells import width_of
from opttui.tui.view import RaceView

Draw = Callable[[RaceView, int, int], Picture]

PLAIN = str.maketrans(
    {
        "◆": "o",
        "◇": "Y",
        "└": "`",
        "«": "<",
        "┃": "|",
        "▴": "^",
        "┴": "'",
        "├": "|",
        "┤": "|",
        "✗": "x",
        "★": "*",
        "●": "*",
        "■": "#",
        "○": "o",
        "‖": "=",
    }
    | {
        "━": "=",
        "─": "-",
        "│": "|",
        "┃": "|",
        "·": ".",
        "…": "~",
        "–": "-",
        "−": "-",
        "×": "x",
        "→": ">",
        "←": "<",
        "≤": "<",
        "÷": "/",
        "≈": "~",
        "◉": "@",
    }
    | {"\u2800": " ", "∞": "^"}
    | dict(zip("▁▂▃▄▅▆▇█", "_.-=+*%#", strict=True))
)
"""One ASCII character for each that the panels use themselves."""


def plain_row(row: Row) -> Row:
    """The row in ASCII: `?` for what has no likeness, twice for a wide character."""
    return tuple((_plain(text), ink) for text, ink in row)


def in_marker(draw: Draw) -> Draw:
    """The same panel, all in ASCII where the view asks for it, and nothing at all in no room."""

    def drawn(view: RaceView, width: int, height: int) -> Picture:
        if width < 1 or height < 1:
            return ((),) * max(height, 0)
        picture = draw(view, width, height)
        return tuple(map(plain_row, picture)) if view.marker == "ascii" else picture

    return drawn


def row_in_marker(line: Callable[[RaceView, int], Row]) -> Callable[[RaceView, int], Row]:
    """The same for a line of one row."""

    def drawn(view: RaceView, width: int) -> Row:
        row = line(view, width)
        return plain_row(row) if view.marker == "ascii" else row

    return drawn


def _plain(text: str) -> str:
    if text.isascii():
        return text
    text = text.translate(PLAIN)
    return text if text.isascii() else "".join(c if c.isascii() else "?" * width_of(c) for c in text)
