"""The table panel: a row a lane, best first. Knows no screen: a view in, a picture out, and which lane a row shows."""

from collections.abc import Sequence

from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.plots.spark import spark
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import LOSS, STEP
from opttui.tui.panels.cells import fit, make_row, tame
from opttui.tui.panels.columns import Column, columns_for, text_in, widths
from opttui.tui.panels.inks import FAINT, OUTCOME_INKS, lane_role
from opttui.tui.panels.numbers import NOTHING
from opttui.tui.panels.standings import LOST, Standing, ranked, standings
from opttui.tui.view import RaceView

GAP = 2
"""Cells between two columns."""

CHOSEN = "cursor"
"""The paper of the focused lane's row."""

NUMBERS = ("steps", "evaluations", "seconds", "lr")


def title(view: RaceView) -> str:
    """How many lanes, and by what they are ranked."""
    lanes = len(view.reader.manifest.lanes)
    return "1 lane" if lanes == 1 else f"{lanes} lanes · by best loss"


def draw(view: RaceView, width: int, height: int) -> Picture:
    """Header, lanes by rank, and how many more there are."""
    order = ranked(standings(view))
    metrics = view.reader.manifest.problem.metrics if view.reader.manifest.problem else ()
    columns = columns_for(order, [tame(key) for key in metrics])
    shared = widths(columns, width - 2, GAP)
    shown = [column for column in columns if column.key in shared]
    readers = {lane.id: lane for lane in view.reader.lanes}
    places = {lane.id: place for place, lane in enumerate(order, 1)}
    rows: list[Row] = []
    for lane in _layout(order, view.focus, height):
        if lane is None:
            rows.append(_header(shown, shared, width))
        elif isinstance(lane, str):
            rows.append(make_row([(" " + lane, FAINT)], width))
        else:
            rows.append(_lane(view, lane, readers.get(lane.id), places[lane.id], shown, shared, width))
    return tuple(rows[:height]) + (make_row((), width),) * max(0, height - len(rows))


def row_at(view: RaceView, width: int, height: int, y: int) -> int | None:
    """The id of the lane that row `y` of the picture shows; None where it shows none."""
    layout = _layout(ranked(standings(view)), view.focus, height)
    lane = layout[y] if 0 <= y < len(layout) else None
    return lane.id if isinstance(lane, Standing) else None


def _layout(order: Sequence[Standing], focus: int, height: int) -> list[Standing | str | None]:
    """What each row shows: None for the header, a lane, or words about those without a row."""
    header: list[Standing | str | None] = [None] if height > 1 else []
    room = height - len(header)
    if len(order) <= room:
        return [*header, *order]
    room -= 1 if room > 2 else 0
    at = next((place for place, lane in enumerate(order) if lane.id == focus), 0)
    first = max(0, at - room + 1)
    shown = order[first : first + room]
    words = [f"… {first} more above"] if first else []
    below = len(order) - first - len(shown)
    words += [f"… {below} more" + (" below" if first else "")] if below else []
    said = [", ".join(words)] if height - len(header) > len(shown) else []
    return [*header, *shown, *said]


def _header(shown: Sequence[Column], shared: dict[str, int], width: int) -> Row:
    cells = [fit(column.header, shared[column.key], column.right) for column in shown]
    return make_row([(" " + (" " * GAP).join(cells), FAINT)], width)


def _lane(
    view: RaceView,
    lane: Standing,
    reader: LaneReader | None,
    place: int,
    shown: Sequence[Column],
    shared: dict[str, int],
    width: int,
) -> Row:
    focused = lane.id == view.focus
    paper = CHOSEN if focused else ""
    spans: list[Span] = [(" ", Ink(bg=paper))]
    for column in shown:
        size = shared[column.key]
        text = _special(column, lane, reader, place, size)
        text = text_in(column, lane, size) if text is None else text
        role = _role(column.key, lane, place)
        bold = focused and column.key in ("name", "ink", "loss")
        spans.append((fit(text, size, column.right), Ink(role, paper, bold)))
        spans.append((" " * GAP, Ink(bg=paper)))
    return make_row(spans[:-1], width, Ink(bg=paper))


def _special(column: Column, lane: Standing, reader: LaneReader | None, place: int, size: int) -> str | None:
    """The cells that are not a text of the lane alone; None for all others."""
    if column.key == "rank":
        return str(place) if lane.best is not None or lane.outcome in LOST else NOTHING
    if column.key == "ink":
        return "━━"
    if column.key == "spark":
        if reader is None or not reader.rows:
            return ""
        curve = reader.overview.curve(STEP, LOSS)
        return spark(curve.low, curve.high, size, log=True)
    return None


def _role(key: str, lane: Standing, place: int) -> str:
    if key in ("ink", "spark"):
        return lane_role(lane.id)
    if key == "outcome":
        return OUTCOME_INKS.get(lane.outcome, "label")
    if lane.outcome in LOST:
        return "faint"
    if key == "best" and place == 1 and lane.best is not None:
        return "good"
    if key in ("rank", "phrase"):
        return "faint"
    return "label" if key in NUMBERS else "text"
