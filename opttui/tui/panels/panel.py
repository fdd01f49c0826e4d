"""What a panel is to the screen: a key, a title, and a function from a view to a picture. Knows no panel by name."""

from collections.abc import Callable
from dataclasses import dataclass

from opttui.plots.picture import Picture
from opttui.tui.view import RaceView


@dataclass(frozen=True)
class Panel:
    """A panel. It keeps nothing: the same view and size give the same picture."""

    key: str
    """loss, path, rate, table, look, bars or machine."""
    title: Callable[[RaceView], str]
    """What it shows, in a few words for its border; printable."""
    draw: Callable[[RaceView, int, int], Picture]
    """View, width and height in cells: exactly `height` rows, each exactly `width` cells."""
