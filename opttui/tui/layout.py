"""Where the panels lie, by the terminal's size. Knows no widget: sizes in, areas out."""

from typing import NamedTuple

KEYS = ("loss", "path", "rate", "table")


class Place(NamedTuple):
    """An area of the screen, in cells."""

    x: int
    y: int
    width: int
    height: int


def places(width: int, height: int, lanes: int, chosen: str, full: bool) -> dict[str, Place]:
    """Areas of the panels that are shown; the header lies above them, hypers and keys below.

    Args:
        width: Of the terminal.
        height: Of the room between header and hypers.
        lanes: Number of lanes: the table is as high as it needs, within bounds.
        chosen: The panel that a small terminal shows, or that is shown alone.
        full: Whether it is shown alone.
    """
    if width < 1 or height < 1:
        return {}
    if full or height < 10:
        return {chosen: Place(0, 0, width, height)}
    table = min(lanes + 2, max(4, height // 3))
    if width < 100 or height < 24:
        # Two panels: the table may have more of the height, for it is the legend too.
        table = min(lanes + 2, max(4, height * 2 // 5))
        upper = chosen if chosen != "table" else "loss"
        return {upper: Place(0, 0, width, height - table), "table": Place(0, height - table, width, table)}
    if width < 160:
        return normal(width, height, table)
    return wide(width, height, lanes)


def normal(width: int, height: int, table: int) -> dict[str, Place]:
    """Loss on the left, path over learning rates on the right, the table below."""
    above = height - table
    left = width * 56 // 100
    rate = max(8, above * 36 // 100)
    return {
        "loss": Place(0, 0, left, above),
        "path": Place(left + 1, 0, width - left - 1, above - rate),
        "rate": Place(left + 1, above - rate, width - left - 1, rate),
        "table": Place(0, above, width, table),
    }


def wide(width: int, height: int, lanes: int) -> dict[str, Place]:
    """Loss and path side by side, learning rates and the table below them."""
    below = max(12, min(lanes + 2, height // 2), height * 30 // 100)
    above, left = height - below, width // 2
    rate = max(60, width * 36 // 100)
    return {
        "loss": Place(0, 0, left, above),
        "path": Place(left + 1, 0, width - left - 1, above),
        "rate": Place(0, above, rate, below),
        "table": Place(rate + 1, above, width - rate - 1, below),
    }


def home_places(width: int, height: int) -> dict[str, Place]:
    """Areas of the home screen: list and preview side by side, or one above the other in a narrow terminal."""
    below, above = int(height >= 6), 0 if height < 4 else 1 if height < 20 else 2
    room = height - above - below
    found = {"top": Place(0, 0, width, min(above, 1)), "bottom": Place(0, height - below, width, below)}
    if width >= 96:
        left = min(64, width * 45 // 100)
        found["list"] = Place(0, above, left, room)
        found["preview"] = Place(left + 1, above, width - left - 1, room)
        return found
    lower = room // 2 if room >= 16 else 0
    found["list"] = Place(0, above, width, room - lower)
    found["preview"] = Place(0, above + room - lower, width, lower)
    return found
