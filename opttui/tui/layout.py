"""Where the panels lie, by the terminal's size. Knows no widget: sizes in, areas out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

KEYS = ("loss", "path", "rate", "table", "look", "bars", "machine")
EXTRAS = ("look", "bars", "machine")
BESIDE_TABLE = ("bars", "machine")
"""Panels that take part of another's place: their host's."""


class Place(NamedTuple):
    """An area of the screen, in cells."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Shape:
    """What the viewer made of the layout. Shares are None where nothing was moved."""

    hidden: frozenset[str] = frozenset(BESIDE_TABLE)
    """Panels that are not shown."""
    left: float | None = None
    """Width of the upper left panel."""
    upper: float | None = None
    """Height of what lies above the table; on a wide terminal, above learning rates and table."""
    path: float | None = None
    """Height of the paths over the learning rates, on a terminal of normal width."""
    rate: float | None = None
    """Width of the learning rates beside the table, on a wide terminal."""
    look: float | None = None
    """Of what the curves or paths share with the looks, their own part."""
    bars: float | None = None
    """Of what the table shares with the bars, its own part."""
    machine: float | None = None
    """Of what it shares with the machine's readings, likewise."""


USUAL = Shape()
BARE = Shape(hidden=frozenset(EXTRAS))
"""While it is not known whether there is something to look at."""


class Border(NamedTuple):
    """A border that can be moved: of an upright one `y` is the first row, else `x` the first column."""

    share: str
    """Which of a shape's shares it sets."""
    upright: bool
    x: int
    y: int
    length: int
    of: int
    """Cells that are the whole of the share."""
    origin: int = 0
    """Where that whole begins."""


LEAST_WIDTH, LEAST_HEIGHT = 16, 3
"""Cells that no border takes from a panel."""


def form(width: int, height: int, full: bool = False) -> str:
    """How many panels there is room for: `one`, `two`, `normal` (all, the table below) or `wide` (two by two)."""
    if full or height < 10:
        return "one"
    if width < 100 or height < 24:
        return "two"
    return "normal" if width < 160 else "wide"


def places(
    width: int, height: int, lanes: int, chosen: str, full: bool, shape: Shape = BARE
) -> dict[str, Place]:
    """Areas of the panels that are shown; the header lies above them, hypers and keys below.

    Args:
        width: Of the terminal.
        height: Of the room between header and hypers.
        lanes: Number of lanes: the table is as high as it needs, within bounds.
        chosen: The panel that a small terminal shows, or that is shown alone.
        full: Whether it is shown alone.
        shape: What the viewer hid and moved.
    """
    if width < 1 or height < 1:
        return {}
    shown = [key for key in KEYS if key not in shape.hidden] or [chosen]
    chosen = chosen if chosen in shown else shown[0]
    kind = form(width, height, full)
    if kind == "one" or len(shown) == 1:
        return {chosen: Place(0, 0, width, height)}
    if kind != "two":
        usual = [key for key in shown if key not in EXTRAS] or shown[:1]
        arranged = wide if kind == "wide" else normal
        found = arranged(width, height, lanes, usual, shape) if len(usual) > 1 else {}
        found = found or {usual[0]: Place(0, 0, width, height)}
        for key in EXTRAS:
            if key in shown and key not in found:
                found = parted(found, key, kind == "wide", getattr(shape, key))
        return found
    if "table" not in shown:
        return {chosen: Place(0, 0, width, height)}
    # The table may have more of the height, for it is the legend too.
    table = min(lanes + 2, max(4, height * 2 // 5))
    above = cut(height, shape.upper, height - table, LEAST_HEIGHT)
    upper = chosen if chosen != "table" else shown[0]
    return {upper: Place(0, 0, width, above), "table": Place(0, above, width, height - above)}


def parted(found: Mapping[str, Place], key: str, broad: bool, share: float | None) -> dict[str, Place]:
    """The places with one more panel, in its host's: looks beside paths or below curves, the others beside the table."""
    host = "table" if key in BESIDE_TABLE else "path" if broad else "loss"
    if host not in found or not (
        found[host].width > 2 * LEAST_WIDTH or found[host].height >= 2 * LEAST_HEIGHT
    ):
        host = max(found, key=lambda other: found[other].width * found[other].height)
    x, y, width, height = found[host]
    if (key in BESIDE_TABLE or broad) and width > 2 * LEAST_WIDTH:
        left = cut(width - 1, share, (width - 1) * (6 if key in BESIDE_TABLE else 5) // 10, LEAST_WIDTH)
        return {
            **found,
            host: Place(x, y, left, height),
            key: Place(x + left + 1, y, width - left - 1, height),
        }
    above = cut(height, share, height // 2, LEAST_HEIGHT)
    return {**found, host: Place(x, y, width, above), key: Place(x, y + above, width, height - above)}


def host_of(found: Mapping[str, Place], key: str) -> str:
    """The panel that shares its place with an extra one; empty where none does."""
    own = found[key]
    for other, place in found.items():
        left = (place.y, place.height) == (own.y, own.height) and place.x + place.width + 1 == own.x
        above = (place.x, place.width) == (own.x, own.width) and place.y + place.height == own.y
        if other != key and (left or above):
            return other
    return ""


def cut(whole: int, share: float | None, usual: int, least: int) -> int:
    """Cells of the first of two parts."""
    size = usual if share is None else round(whole * share)
    return min(max(size, least), max(whole - least, least))


def beside(keys: Sequence[str], y: int, width: int, height: int, left: int) -> dict[str, Place]:
    """One panel, or two with a bare column between them."""
    if len(keys) == 1:
        return {keys[0]: Place(0, y, width, height)}
    return {
        keys[0]: Place(0, y, left, height),
        keys[1]: Place(left + 1, y, width - left - 1, height),
    }


def normal(width: int, height: int, lanes: int, shown: Sequence[str], shape: Shape) -> dict[str, Place]:
    """Loss on the left, path over learning rates on the right, the table below."""
    table = min(lanes + 2, max(4, height // 3))
    upper = [key for key in shown if key != "table"]
    above = height
    if "table" in shown:
        # Two panels lie above each other on the right.
        above = max(cut(height, shape.upper, height - table, LEAST_HEIGHT), LEAST_HEIGHT * (len(upper) - 1))
    left = cut(width, shape.left, width * 56 // 100, LEAST_WIDTH)
    if len(upper) < 3:
        found = beside(upper, 0, width, above, left)
    else:
        right = width - left - 1
        path = cut(above, shape.path, above - max(8, above * 36 // 100), LEAST_HEIGHT)
        found = {
            "loss": Place(0, 0, left, above),
            "path": Place(left + 1, 0, right, path),
            "rate": Place(left + 1, path, right, above - path),
        }
    return {**found, "table": Place(0, above, width, height - above)} if "table" in shown else found


def wide(width: int, height: int, lanes: int, shown: Sequence[str], shape: Shape) -> dict[str, Place]:
    """Loss and path side by side, learning rates and the table below them."""
    rows = [[key for key in row if key in shown] for row in (KEYS[:2], KEYS[2:])]
    below = max(12, min(lanes + 2, height // 2), height * 30 // 100)
    above = cut(height, shape.upper, height - below, LEAST_HEIGHT) if all(rows) else height * bool(rows[0])
    left = cut(width, shape.left, width // 2, LEAST_WIDTH)
    rate = cut(width, shape.rate, max(60, width * 36 // 100), LEAST_WIDTH)
    found = beside(rows[0], 0, width, above, left) if rows[0] else {}
    return {**found, **(beside(rows[1], above, width, height - above, rate) if rows[1] else {})}


def borders(found: Mapping[str, Place], width: int, height: int) -> list[Border]:
    """The borders that can be moved between panels that lie as found; the bare columns, and lower panels' titles."""
    lines = []
    found = dict(found)
    for key in reversed(EXTRAS):
        host = host_of(found, key) if key in found else ""
        if host:
            own, other = found.pop(key), found[host]
            if own.y == other.y:
                both = other.width + own.width
                lines.append(Border(key, True, own.x - 1, own.y, own.height, both, other.x))
                found[host] = other._replace(width=both + 1)
            else:
                whole = other.height + own.height
                lines.append(Border(key, False, own.x, own.y, own.width, whole, other.y))
                found[host] = other._replace(height=whole)
    lower = {key: place for key, place in found.items() if place.y > 0}
    bottom = max((place.y for place in lower.values()), default=0)
    for key, place in found.items():
        end = place.x + place.width
        if end < width and place.x == 0:
            share = "rate" if key == "rate" and place.y else "left"
            lines.append(Border(share, True, end, place.y, place.height, width))
        if place.y and place.y == bottom:
            lines.append(Border("upper", False, place.x, place.y, place.width, height))
        elif place.y:
            lines.append(Border("path", False, place.x, place.y, place.width, bottom))
    if (
        "table" not in found
        and "rate" in lower
        and "path" in found
        and found["rate"].x == found["path"].x > 0
    ):
        # Without the table the learning rates' title is the border of the right column alone.
        lines = [line._replace(share="path") if line.share == "upper" else line for line in lines]
    return lines


def border_at(lines: Sequence[Border], x: int, y: int) -> Border | None:
    """The border on which a cell lies."""
    for line in lines:
        if line.upright and x == line.x and line.y <= y < line.y + line.length:
            return line
        if not line.upright and y == line.y and line.x <= x < line.x + line.length:
            return line
    return None


def moved(shape: Shape, border: Border, x: int, y: int) -> Shape:
    """The shape with a border at another cell."""
    share: Any = min(max(((x if border.upright else y) - border.origin) / border.of, 0.02), 0.98)
    return replace(shape, **{border.share: share})


def resized(shape: Shape, found: Mapping[str, Place], chosen: str, across: int, down: int) -> Shape:
    """The shape with the chosen panel wider by `across` cells and higher by `down`, where a border allows it."""
    place = found.get(chosen)
    if place is None:
        return shape
    width = max(each.x + each.width for each in found.values())
    height = max(each.y + each.height for each in found.values())
    for line in borders(found, width, height):
        beside = line.x in (place.x - 1, place.x + place.width)
        if (
            line.upright
            and across
            and beside
            and line.y < place.y + place.height
            and place.y < line.y + line.length
        ):
            shape = moved(shape, line, line.x + (across if place.x < line.x else -across), line.y)
            across = 0
        meets = line.x < place.x + place.width and place.x < line.x + line.length
        if not line.upright and down and meets and line.y in (place.y, place.y + place.height):
            shape = moved(shape, line, line.x, line.y + (down if place.y < line.y else -down))
            down = 0
    return shape


def toggled(shape: Shape, key: str, known: Sequence[str] = KEYS) -> Shape:
    """The shape with a panel hidden or shown; the last one of those that are known stays."""
    hidden = shape.hidden ^ {key}
    return replace(shape, hidden=hidden) if set(known) - hidden else shape


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
