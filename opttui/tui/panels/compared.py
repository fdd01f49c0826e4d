"""Marked lanes beside each other: their difference as curves, then what was reached, what they are, how they go together.

Knows no screen: a view in, a picture out. The first lane is the one that the others are held against.
"""

from collections.abc import Sequence

import numpy as np

from opttui.plots.curves import Frame, Line, draw_curves
from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.record.compare import Axis, difference, series_of
from opttui.record.fair import by_held_out
from opttui.record.settings import NONE
from opttui.tui.panels.axis import on_axis, word
from opttui.tui.panels.cells import cut, filled, fit, make_row, tame, width_of
from opttui.tui.panels.compared_words import Compared, Fact, compared
from opttui.tui.panels.inks import BOLD, FAINT, LABEL, lane_role
from opttui.tui.panels.loss_range import loss_range
from opttui.tui.panels.memo import once
from opttui.tui.panels.waiting import quiet
from opttui.tui.view import RaceView

GAP = 2
"""Cells between two columns."""
BESIDE = 130
"""Cells from which the words stand beside the curves."""
LEAST = 6
"""Rows below which no curves are drawn."""
WIDEST = 26
"""Cells of a lane's column beyond which more are of no use."""


def lanes_of(view: RaceView) -> tuple[int, ...]:
    """The marked lanes; of fewer than two also the focused one, and the best of the others."""
    known = view.lanes()
    chosen = [lane for lane in view.picked if lane in known]
    losses = {lane.id: lane.best_loss for lane in view.reader.lanes if lane.best_loss is not None}
    others = sorted((lane for lane in known if lane in losses), key=lambda lane: losses[lane])
    for lane in (view.focus, *others):
        if len(chosen) < 2 and lane in known and lane not in chosen:
            chosen.append(lane)
    return tuple(chosen)


def title(view: RaceView) -> str:
    """Whose losses are compared with whose."""
    names = {info.id: tame(info.name) for info in view.reader.manifest.lanes}
    first, *others = [names[lane] for lane in lanes_of(view)] or [""]
    what = "best held-out losses" if by_held_out(view.reader) else "best losses"
    return f"compare · {', '.join(others)} − {first}: {what} · by {word(view)}" if others else "compare"


def draw(view: RaceView, width: int, height: int) -> Picture:
    """Curves of the differences above the words, or beside them where there is room."""
    lanes = lanes_of(view)
    if len(lanes) < 2:
        return quiet("there are no two lanes to compare", width, height)
    found = once(
        view.reader, ("compared", lanes, view.axis), lambda: compared(view.reader, lanes, axis_of(view))
    )
    if width >= BESIDE:
        left = width * 45 // 100
        right = width - left - 2
        words = filled(lines_of(found, right), right, height)
        curves = _curves(view, lanes, left, height)
        return tuple(
            make_row([*row, ("  ", FAINT), *beside], width) for row, beside in zip(curves, words, strict=True)
        )
    lines = lines_of(found, width)
    if len(lines) > height * 3 // 5:
        lines = lines_of(found, width, brief=True)
    above = max(height - len(lines), height * 2 // 5)
    if above < LEAST:
        return filled(lines, width, height)
    return *_curves(view, lanes, width, above), *filled(lines, width, height - above)


def axis_of(view: RaceView) -> Axis:
    """Samples go with steps."""
    return "steps" if view.axis == "samples" else view.axis


def _curves(view: RaceView, lanes: Sequence[int], width: int, height: int) -> Picture:
    """Every other lane's losses minus the first one's: faint as they are, clear their bests; below zero it is ahead."""
    readers = {lane.id: lane for lane in view.reader.lanes}
    held_out = by_held_out(view.reader)
    first, faint, clear, values = series_of(readers[lanes[0]], held_out), [], [], []
    for lane in reversed(lanes[1:]):
        apart = difference(series_of(readers[lane], held_out), first, axis_of(view))
        x = on_axis(view, apart.x)
        if not held_out:
            faint.append(Line(x=x, low=apart.raw, high=apart.raw, ink=f"{lane_role(lane)}ghost", behind=True))
        clear.append(Line(x=x, low=apart.best, high=apart.best, ink=lane_role(lane)))
        values.append(apart.best)
    ends = [float(line.x[at]) for line in clear for at in (0, -1) if line.x.size]
    if not ends:
        return quiet("no loss in common yet", width, height)
    scale = loss_range([each[np.isfinite(each)] for each in values], [], 0.0, "symlog")
    across = (min(ends), max(*ends, min(ends) + 1e-9))
    zero = Line(x=np.array(across), low=np.zeros(2), high=np.zeros(2), ink=lane_role(lanes[0]), dotted=True)
    frame = Frame(
        width=width,
        height=height,
        y_scale="symlog",
        x_label=word(view),
        marker=view.marker,
        x_range=across,
        y_range=(scale.low, scale.high) if scale is not None else None,
        y_linear=scale.linear if scale is not None else None,
    )
    return draw_curves([*faint, zero, *clear], frame)


def lines_of(found: Compared, width: int, brief: bool = False) -> list[Row]:
    """The words as rows of some width: a column a lane, then what is said of every two; `brief`: settings a row a lane."""
    label = min(
        max((width_of(fact.name) for fact in (*found.reached, *found.settings)), default=0), width // 3
    )
    room = (width - 1 - label) // len(found.lanes) - GAP
    widest = max(width_of(text) for fact in (*found.reached, *found.settings) for text in fact.values)
    column = max(1, min(room, max(WIDEST, widest)))
    heads: list[Span] = [(" " + fit("", label), FAINT)]
    for lane, name in zip(found.lanes, found.names, strict=True):
        heads += [(" " * GAP, FAINT), ("━━ ", Ink(lane_role(lane))), (fit(name, column - 3), BOLD)]
    rows = [make_row(heads, width)]
    rows += [_row(fact, label, column, width) for fact in found.reached]
    gap = [] if brief else [make_row((), width)]
    rows += gap
    for sentence in found.sentences:
        rows += _folded(sentence, width, LABEL)
    rows += gap
    weighing = [fact for fact in found.settings if fact.weighs]
    if brief:
        for place, name in enumerate(found.names):
            own = [f"{fact.name} {fact.values[place]}" for fact in weighing if fact.values[place] != NONE]
            rows += _folded(" · ".join([f"{name}:", *own]).replace(": · ", ": "), width)
    else:
        rows += [_row(fact, label, column, width) for fact in weighing]
    same = [f"{fact.name} {fact.values[0]}" for fact in found.settings if not fact.weighs]
    if same:
        rows += _folded("the same: " + " · ".join(same), width)
    return rows


def _row(fact: Fact, label: int, column: int, width: int) -> Row:
    spans: list[Span] = [(" " + fit(fact.name, label), LABEL)]
    for text in fact.values:
        spans += [
            (" " * GAP, FAINT),
            (fit(text, column), Ink("faint" if text in ("never", NONE) else "text")),
        ]
    return make_row(spans, width)


def _folded(text: str, width: int, ink: Ink = FAINT) -> list[Row]:
    """Over as many rows as it takes, the later ones set in."""
    rows: list[Row] = []
    line = ""
    margin = " " * (1 + len(text) - len(text.lstrip()))
    for piece in text.split():
        if line and width_of(margin + line) + 1 + width_of(piece) > width:
            rows.append(make_row([(cut(margin + line, width), ink)], width))
            line, margin = "", "   "
        line = f"{line} {piece}" if line else piece
    return [*rows, make_row([(cut(margin + line, width), ink)], width)]
