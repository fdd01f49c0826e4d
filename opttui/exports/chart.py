"""Curves laid out on a page: axes, ticks, legend, marks. Curves in, a scene out; knows no run and no format."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opttui.exports.scene import PAPER, Area, Item, Points, Scene, Stroke, Words, cut, length, points
from opttui.exports.series import Curves, LaneCurve
from opttui.exports.trace import traced
from opttui.plots.curves import Band, Line, Mark
from opttui.plots.scales import Scale
from opttui.plots.ticks import labels, ticks
from opttui.tui.panels.inks import ALARM, CROSS, FORK, STAR, TURN

WIDTH, HEIGHT = 960, 540
"""Usual size, in pixels."""
SMALLEST, LARGEST = (240, 160), (8000, 8000)
TITLE, SMALL = 15.0, 12.0
"""Sizes of fonts."""
PAD = 16.0
LONGEST_NAME = 30
DASHES = ((), (7.0, 4.0), (2.0, 3.0), (10.0, 3.0, 2.0, 3.0), (4.0, 4.0))
"""By the number of a lane's dash."""
NOTHING = "no data yet"
UPWARD, ACROSS = 38, 90
"""Pixels between two ticks, at least."""
KINDS = {"linear": "", "log": ", log scale", "symlog": ", symmetric log scale"}
FAINT, BAND = 0.28, 0.22
"""Strength of what was measured behind a smooth curve, and of the band about it."""

Frame = tuple[float, float, float, float]


@dataclass(frozen=True)
class Heading:
    """What stands above a chart."""

    title: str
    words: str = ""
    """The run in a line."""


def chart(
    curves: Curves, heading: Heading, width: float = WIDTH, height: float = HEIGHT, legend: bool = True
) -> Scene:
    """The drawing of some curves."""
    names = [(curve.name, curve.ink, curve.dash, curve.lane) for curve in curves.lanes if legend]
    top, above = headed(heading, names, width, height)
    rows = ticks(curves.up, max(2, int((height - top - 52) // UPWARD)))
    written, base = labels(rows, 9)
    left = PAD + 22 + max([length(text, SMALL) for text in written], default=20.0)
    frame = (left, top, max(width - left - PAD - 8, 20.0), max(height - top - 52, 20.0))
    across = ticks(curves.across, max(2, int(frame[2] // ACROSS)))
    items: list[Item] = [*above, *axes(frame, curves.across, curves.up, across, rows, written)]
    items += axis_words(
        frame,
        f"{curves.title}{KINDS[curves.up.kind]}{f' + {base}' if base else ''}",
        axis_name(curves),
        height,
    )
    if curves.target is not None:
        y = frame[1] + (1 - float(curves.up.place(curves.target))) * frame[3]
        items.append(Stroke((points((frame[0], y), (frame[0] + frame[2], y)),), "faint", 1.0, (4.0, 4.0)))
        items.append(Words(frame[0] + frame[2] - 4, y - 5, "target", "faint", SMALL - 1, "end"))
    for curve in curves.lanes:
        items += faint(curve, curves, frame)
    for curve in curves.lanes:
        items += clear(curve, curves, frame)
    for curve in curves.lanes:
        items += marks(curve, curves, frame)
    if not any(isinstance(item, Stroke) and item.lane is not None and item.pieces for item in items):
        items.append(
            Words(frame[0] + frame[2] / 2, frame[1] + frame[3] / 2, NOTHING, "faint", TITLE, "middle")
        )
    return Scene(width, height, tuple(items), frame, heading.title, described(curves))


def axis_name(curves: Curves) -> str:
    """What is counted to the right, and how smooth the curves are."""
    smooth = f"  ·  smoothed over {100 * curves.smoothed:g} % of the race" if curves.smoothed else ""
    return f"{curves.axis}{smooth}"


def described(curves: Curves) -> str:
    """A sentence for who cannot see the chart."""
    names = ", ".join(curve.name for curve in curves.lanes) or "no lane"
    return f"{curves.title} by {curves.axis}, {curves.up.kind} scale, of {names}"


def headed(
    heading: Heading, names: Sequence[tuple[str, str, int, int]], width: float, height: float
) -> tuple[float, list[Item]]:
    """Title and legend, and how far down they reach."""
    title = cut(heading.title, TITLE, width - 2 * PAD)
    items: list[Item] = [Words(PAD, PAD + 12, title, "title", TITLE, bold=True)]
    room = width - 2 * PAD - length(title, TITLE * 1.08) - 20
    if heading.words and room > 80:
        items.append(Words(width - PAD, PAD + 12, cut(heading.words, SMALL, room), "faint", SMALL, "end"))
    x, y, most = PAD, PAD + 36.0, max(PAD + 36.0, height * 0.3)
    for number, (name, ink, dash, lane) in enumerate(names):
        text = cut(name, SMALL, SMALL * WIDEST)
        size = 24 + length(text, SMALL) + 16
        if x > PAD and x + size > width - PAD:
            x, y = PAD, y + 19
        left = len(names) - number
        if y > most and left > 1:
            items.append(Words(x, y, f"… and {left} more lanes", "faint", SMALL))
            break
        items.append(
            Stroke((points((x, y - 4), (x + 18, y - 4)),), ink, 2.4, DASHES[dash % len(DASHES)], lane=lane)
        )
        items.append(Words(x + 24, y, text, "text", SMALL, lane=lane))
        x += size
    return (y + 14 if names else PAD + 26), items


WIDEST = 17.4
"""Room of a legend's name over the size of its font: thirty usual characters."""


def axes(
    frame: Frame,
    across: Scale,
    up: Scale,
    columns: Sequence[float],
    rows: Sequence[float],
    written: Sequence[str],
) -> list[Item]:
    """The frame, a faint line at every tick, and their names."""
    left, top, width, height = frame
    lines, items = [], []
    for value, text in zip(rows, written, strict=True):
        y = top + (1 - float(up.place(value))) * height
        lines.append(points((left, y), (left + width, y)))
        items.append(Words(left - 7, y + 4, text, "label", SMALL, "end"))
    named, base = labels(columns, 10)
    end = -math.inf
    for value, text in zip(columns, named, strict=True):
        x = left + float(across.place(value)) * width
        lines.append(points((x, top), (x, top + height)))
        size = length(text, SMALL)
        if x - size / 2 > end + 8 and x + size / 2 < left + width + PAD + 6:
            items.append(Words(x, top + height + 18, text, "label", SMALL, "middle"))
            end = x + size / 2
    if base:
        items.append(Words(left + width, top + height + 34, f"+ {base}", "label", SMALL, "end"))
    edge = points((left, top), (left, top + height), (left + width, top + height))
    return [Stroke(tuple(lines), "grid"), *items, Stroke((edge,), "axis", 1.2)]


def axis_words(frame: Frame, up: str, across: str, height: float) -> list[Item]:
    """What the axes are."""
    left, top, width, inside = frame
    return [
        Words(left + width / 2, top + inside + 38, cut(across, SMALL, width), "label", SMALL, "middle"),
        Words(PAD + 4, top + inside / 2, cut(up, SMALL, inside), "label", SMALL, "middle", upright=True),
    ]


def faint(curve: LaneCurve, curves: Curves, frame: Frame) -> list[Item]:
    """What lies behind all clear curves."""
    items: list[Item] = []
    if curve.band is not None and (area := band(curve.band, curves, frame)):
        items.append(Area(area, curve.ink, BAND, inside=True, lane=curve.lane))
    for line in curve.faint:
        dash = (2.0, 3.0) if line.dotted else ()
        strength = 0.6 if line.dotted else FAINT if curve.band is None else FAINT * 0.7
        items.append(
            Stroke(along(line, curves, frame), curve.ink, 1.0, dash, strength, inside=True, lane=curve.lane)
        )
    return items


def clear(curve: LaneCurve, curves: Curves, frame: Frame) -> list[Item]:
    """The curve, and how a fork hangs on its parent's."""
    pieces = along(curve.line, curves, frame)
    items: list[Item] = []
    if curve.fork is not None and pieces and len(pieces[0]):
        x, y = at(*curve.fork, curves, frame)
        items.append(
            Stroke(
                (points((x, y), tuple(pieces[0][0])),),
                curve.ink,
                1.4,
                (2.0, 3.0),
                inside=True,
                lane=curve.lane,
            )
        )
        items.append(Stroke((circle(x, y, 3.6),), curve.ink, 1.6, closed=True, inside=True, lane=curve.lane))
    dash = DASHES[curve.dash % len(DASHES)]
    items.append(Stroke(pieces, curve.ink, 1.9, dash, inside=True, lane=curve.lane))
    # A lane of one row, or of rows with gaps on either side, is a dot.
    dots = tuple(circle(piece[0, 0], piece[0, 1], 2.4) for piece in pieces if len(piece) == 1)
    if dots:
        items.append(Area(dots, curve.ink, inside=True, lane=curve.lane))
    return items


def along(line: Line, curves: Curves, frame: Frame) -> tuple[Points, ...]:
    """A line in pixels."""
    return traced(line.x, line.low, line.high, curves.across, curves.up, frame)


def band(area: Band, curves: Curves, frame: Frame) -> tuple[Points, ...]:
    """The outline of a band, in pixels."""
    fine = np.isfinite(area.low) & np.isfinite(area.high)
    if fine.sum() < 2:
        return ()
    left, top, width, height = frame
    x = left + curves.across.place(area.x[fine]) * width
    low, high = (
        top + (1 - np.clip(curves.up.place(values[fine]), -0.05, 1.05)) * height
        for values in (area.low, area.high)
    )
    outline = np.concatenate((np.stack((x, high), axis=1), np.stack((x, low), axis=1)[::-1]))
    return (outline,) if np.isfinite(outline).all() else ()


def at(x: float, y: float, curves: Curves, frame: Frame) -> tuple[float, float]:
    """A place of the curves in pixels; what lies on no scale lies at its end."""
    left, top, width, height = frame
    up = float(np.nan_to_num(np.clip(curves.up.place(y), 0.0, 1.0), nan=0.0))
    return left + float(curves.across.place(x)) * width, top + (1 - up) * height


def marks(curve: LaneCurve, curves: Curves, frame: Frame) -> list[Item]:
    """Turns, forks, alarms, the end of a lane that is lost, its target."""
    x, middle = curve.line.x, curve.line.low / 2 + curve.line.high / 2
    known = ~np.isnan(middle)
    items: list[Item] = []
    for mark in curve.line.marks:
        if not known.any() or not 0 <= float(curves.across.place(mark.x)) <= 1.0001:
            continue
        here, place = x[known], curves.up.place(middle[known])
        nearest = min(int(np.searchsorted(here, mark.x)), here.size - 1)
        up = float(np.interp(mark.x, here, place)) if np.isfinite(place).all() else float(place[nearest])
        left, top, width, height = frame
        items += shape(
            mark,
            left + float(curves.across.place(mark.x)) * width,
            top + (1 - min(max(up, 0.0), 1.0)) * height,
            curve,
        )
    return items


def shape(mark: Mark, x: float, y: float, curve: LaneCurve) -> list[Item]:
    """A mark, drawn: fonts do not have them all."""
    lane = curve.lane
    if mark.glyph in (TURN, FORK):
        outline = points((x, y - 5.5), (x + 5.5, y), (x, y + 5.5), (x - 5.5, y))
        if mark.glyph == TURN:
            halo = Stroke((outline,), PAPER, 2.0, closed=True, lane=lane)
            return [halo, Area((outline,), mark.ink, lane=lane)]
        return [Area((outline,), PAPER, lane=lane), Stroke((outline,), mark.ink, 1.5, closed=True, lane=lane)]
    if mark.glyph == CROSS:
        arms = (points((x - 5, y - 5), (x + 5, y + 5)), points((x - 5, y + 5), (x + 5, y - 5)))
        return [Stroke(arms, PAPER, 5.0, lane=lane), Stroke(arms, mark.ink, 2.6, lane=lane)]
    if mark.glyph == STAR:
        turns = np.arange(10) * math.pi / 5 - math.pi / 2
        reach = np.where(np.arange(10) % 2 == 0, 7.5, 3.2)
        return [
            Area(
                (np.stack((x + reach * np.cos(turns), y + reach * np.sin(turns)), axis=1),),
                mark.ink,
                lane=lane,
            )
        ]
    if mark.glyph == ALARM:
        outline = points((x, y - 6.5), (x + 6, y + 4.5), (x - 6, y + 4.5))
        return [Area((outline,), PAPER, lane=lane), Stroke((outline,), mark.ink, 1.6, closed=True, lane=lane)]
    return [Words(x, y + 4, mark.glyph, mark.ink, SMALL, "middle", lane=lane)]


def circle(x: float, y: float, radius: float) -> Points:
    """Twelve corners; so small a one looks round."""
    turns = np.arange(12) * math.pi / 6
    return np.stack((x + radius * np.cos(turns), y + radius * np.sin(turns)), axis=1)
