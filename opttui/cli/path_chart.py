"""The lanes' paths over their plane as text, a character a lane. Knows no colour: in a pipe there is none."""

import numpy as np

from opttui.plots.axes import area_of
from opttui.plots.picture import text_of
from opttui.plots.printed import GLYPHS, SMALLEST, legend
from opttui.plots.scales import Scale
from opttui.plots.terrain import draw_terrain
from opttui.printable import printable
from opttui.record.seen import SeenRun
from opttui.tui.panels.path import axes, box_of
from opttui.tui.view import RaceView


def print_paths(reader: SeenRun, width: int, height: int) -> str:
    """The plane with a legend below; empty where no lane has walked, or there is no room.

    Where lanes have been in the same cell, the first of them is seen.
    """
    view, problem = RaceView(reader), reader.manifest.problem
    box = box_of(view)
    if box is None or width < SMALLEST[0] or height < SMALLEST[1]:
        return ""
    words = axes(view, problem) if problem is not None else ("x", "y")
    picture = draw_terrain(None, box, (), width, height, x_label=words[0], y_label=words[1], marker="braille")
    rows = [list(row) for row in text_of(picture).splitlines()]
    area = area_of(width, height)
    across, up = Scale(box[0], box[1], "linear"), Scale(box[2], box[3], "linear")
    shown = []
    for number, (lane, info) in enumerate(zip(reader.lanes, reader.manifest.lanes, strict=True)):
        glyph = GLYPHS[number % len(GLYPHS)]
        _, x, y = lane.path()
        if x.size:
            shown.append(
                (
                    lane.id,
                    glyph,
                    printable(info.name, max(8, min(30, width // 3))),
                    across.place(x),
                    up.place(y),
                )
            )
    for _, glyph, _, x, y in reversed(shown):
        inside = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
        columns = np.minimum((x[inside] * area.width).astype(int), area.width - 1)
        lines = np.minimum(((1 - y[inside]) * area.height).astype(int), area.height - 1)
        for column, line in zip(columns.tolist(), lines.tolist(), strict=True):
            rows[area.top + line][area.left + column] = glyph
    if not shown:
        return ""
    drawn = "\n".join("".join(row).rstrip() for row in rows)
    return f"{drawn}\n{legend([(glyph, name) for _, glyph, name, _, _ in shown], width)}\n"
