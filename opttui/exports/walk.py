"""The lanes' paths over their surface, laid out on a page. A run in, a scene out; knows no format."""

from collections.abc import Sequence

import numpy as np

from opttui.errors import InputError
from opttui.exports.chart import ACROSS, SMALL, UPWARD, Frame, Heading, axes, axis_words, circle, headed
from opttui.exports.scene import Area, Item, Points, Scene, Shade, Stroke, length, points
from opttui.plots.scales import Floats, Scale
from opttui.plots.shades import LEVELS, Box, Terrain, levels_of, sampled
from opttui.plots.ticks import labels, ticks
from opttui.printable import printable
from opttui.record.seen import SeenLane, SeenRun
from opttui.tui.panels import path as panel
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.ground import ground
from opttui.tui.panels.kin import ink_of
from opttui.tui.view import RaceView

WIDTH, HEIGHT = 820, 620
STRONGEST = 190
"""Of 255, the ink of the highest level."""
FINE = 256
"""Columns and rows of half cells that a formula is evaluated on."""
AGES = (0.4, 0.55, 0.75, 1.0)
"""Strengths of a path's quarters, the oldest first."""


def walk(
    reader: SeenRun,
    lanes: Sequence[int],
    heading: Heading,
    width: float = WIDTH,
    height: float = HEIGHT,
    legend: bool = True,
) -> Scene:
    """The drawing of some lanes' paths. InputError where no lane has walked."""
    view = RaceView(reader)
    number = ledger(reader).plane.number
    shown = [lane for lane in reader.lanes if lane.id in lanes and lane.rows and lane.plane == number]
    box = panel.box_of(view)
    if box is None or not any(lane.path().shape[1] for lane in shown):
        raise InputError(f"The lanes of {reader.manifest.id} have no path: nothing of it is recorded.")
    names = {info.id: printable(info.name, 60) or f"lane {info.id}" for info in reader.manifest.lanes}
    entries = [(names[lane.id], ink_of(reader, lane.id), 0, lane.id) for lane in shown]
    top, items = headed(heading, entries if legend else [], width, height)
    across, up = Scale(box[0], box[1], "linear"), Scale(box[2], box[3], "linear")
    rows = ticks(up, max(2, int((height - top - 52) // UPWARD)))
    written, _ = labels(rows, 9)
    left = 38 + max([length(text, SMALL) for text in written], default=20.0)
    frame = (left, top, max(width - left - 24, 20.0), max(height - top - 52, 20.0))
    drawn = surface(reader, box, frame)
    items += drawn
    items += axes(frame, across, up, ticks(across, max(2, int(frame[2] // ACROSS))), rows, written)[
        0 if not drawn else 1 :
    ]
    problem = reader.manifest.problem
    names_of_axes = panel.axes(view, problem) if problem is not None else ("x", "y")
    items += axis_words(frame, names_of_axes[1], names_of_axes[0], height)
    for lane in shown:
        items += walked(lane, ink_of(reader, lane.id), across, up, frame)
    words = f"paths of {', '.join(name for name, *_ in entries)} over the loss"
    return Scene(width, height, tuple(items), frame, heading.title, words)


def surface(reader: SeenRun, box: Box, frame: Frame) -> list[Item]:
    """The loss in shades, the lowest as bright as paper, and its minima; nothing where nobody knows it."""
    terrain = ground(reader, box, FINE * 2, FINE)
    if terrain is None:
        return []
    levels = levels_of(heights(terrain, box)).astype(np.int64)
    strengths = np.where(levels < 0, 0, (levels * STRONGEST) // (LEVELS - 1)).astype(np.uint8)
    left, top, width, height = frame
    items: list[Item] = [Shade(left, top, width, height, strengths, f"level{LEVELS - 1}")]
    for x, y in terrain.minima:
        if box[0] <= x <= box[1] and box[2] <= y <= box[3]:
            px = left + (x - box[0]) / (box[1] - box[0]) * width
            py = top + (box[3] - y) / (box[3] - box[2]) * height
            cross = (points((px - 6, py), (px + 6, py)), points((px, py - 6), (px, py + 6)))
            items.append(Stroke(cross, "text", 2.0, inside=True))
    return items


def heights(terrain: Terrain, box: Box) -> Floats:
    """Values at each pixel of a surface, row 0 at the top; straight between the cells of a coarse grid. NaN outside."""
    nearest = sampled(terrain, box, FINE * 2, FINE * 2)
    rows, columns = terrain.values.shape
    if min(rows, columns) < 2 or max(rows, columns) >= FINE:
        return nearest
    left, right, low, high = terrain.box
    x = box[0] + (np.arange(FINE * 2) + 0.5) / (FINE * 2) * (box[1] - box[0])
    y = box[3] - (np.arange(FINE * 2) + 0.5) / (FINE * 2) * (box[3] - box[2])
    column = np.clip((x - left) / (right - left) * columns - 0.5, 0, columns - 1)
    row = np.clip((y - low) / (high - low) * rows - 0.5, 0, rows - 1)
    at, up = np.minimum(column.astype(int), columns - 2), np.minimum(row.astype(int), rows - 2)
    along, above = column - at, (row - up)[:, np.newaxis]
    with np.errstate(all="ignore"):
        lower = terrain.values[up][:, at] * (1 - along) + terrain.values[up][:, at + 1] * along
        upper = terrain.values[up + 1][:, at] * (1 - along) + terrain.values[up + 1][:, at + 1] * along
        between = lower * (1 - above) + upper * above
    return np.where(np.isfinite(between) & np.isfinite(nearest), between, nearest)


def walked(lane: SeenLane, ink: str, across: Scale, up: Scale, frame: Frame) -> list[Item]:
    """A path that fades towards its begin, an open circle there and a dot where the lane is."""
    left, top, width, height = frame
    _, x, y = lane.path()
    # Far outside: near enough that no number overflows.
    places = np.stack((np.clip(across.place(x), -9, 10), np.clip(up.place(y), -9, 10)), axis=1)
    way: Points = np.stack((left + places[:, 0] * width, top + (1 - places[:, 1]) * height), axis=1)
    if not len(way):
        return []
    # Tenths of a pixel cannot be told apart.
    moved = np.append(True, (np.diff(np.round(way * 10), axis=0) != 0).any(axis=1))
    way = way[moved]
    items: list[Item] = []
    cuts = [len(way) * quarter // len(AGES) for quarter in range(len(AGES) + 1)]
    for begin, end, strength in zip(cuts, cuts[1:], AGES, strict=False):
        piece = way[max(begin - 1, 0) : end]
        if len(piece) > 1:
            items.append(Stroke((piece,), ink, 1.9, strength=strength, inside=True, lane=lane.id))
    items.append(
        Stroke((circle(way[0, 0], way[0, 1], 4.2),), ink, 2.0, closed=True, inside=True, lane=lane.id)
    )
    items.append(Area((circle(way[-1, 0], way[-1, 1], 4.6),), ink, inside=True, lane=lane.id))
    return items
