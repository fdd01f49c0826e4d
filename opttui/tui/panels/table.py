"""The table panel: a row a lane, best first. Knows no screen: a view in, a picture out, and which lane a row shows."""

from collections.abc import Sequence

from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.plots.spark import spark
from opttui.record.layout import LOSS, STEP
from opttui.record.seen import SeenLane
from opttui.tui.panels.beside import FIRST_ID, ghosts, standings_beside
from opttui.tui.panels.cells import fit, joined, make_row, tame
from opttui.tui.panels.columns import TEXTS, Column, fitting, metric_text, needs_of
from opttui.tui.panels.inks import BOLD, FAINT, OUTCOME_INKS
from opttui.tui.panels.kin import ink_of
from opttui.tui.panels.numbers import NOTHING
from opttui.tui.panels.reached import best_header, compared_words, cursor_words, lanes_at, sorted_lanes
from opttui.tui.panels.standings import LOST, Standing, ranked
from opttui.tui.panels.waiting import quiet
from opttui.tui.view import RaceView

GAP = 2
"""Cells between two columns."""

CHOSEN = "cursor"
"""The paper of the focused lane's row."""

NUMBERS = ("fork", "steps", "evaluations", "seconds", "lr")


def title(view: RaceView) -> str:
    """How many lanes, and by what they are ranked."""
    lanes, shown = len(view.reader.manifest.lanes), len(view.shown_lanes())
    parts = ["1 lane" if lanes == 1 else f"{lanes} lanes"]
    if view.words:
        parts = [f"{shown} of {parts[0]} · filter {tame(view.words)}"]
    parts += [cursor_words(view)] if view.cursor is not None else []
    if lanes > 1:
        parts.append(compared_words(view))
    if view.sort != "best":
        parts.append(f"sorted by {view.sort.removeprefix('metric ')}")
    return " · ".join(parts)


def draw(view: RaceView, width: int, height: int) -> Picture:
    """Header, lanes by rank, and how many more there are."""
    order, places = _order(view)
    others = standings_beside(view)
    if not order and view.words:
        return quiet("no lane fits the filter: / changes it", width, height)
    shown, shared = _columns(view, width)
    readers = {lane.id: lane for lane in view.reader.lanes} | {
        each.id: each.lane for each in ghosts(view.beside)
    }
    rows: list[Row] = []
    for lane in _layout([*order, *others], view.focus, height):
        if lane is None:
            rows.append(_header(view, shown, shared, width))
        elif isinstance(lane, str):
            rows.append(make_row([(" " + lane, FAINT)], width))
        else:
            rows.append(_lane(view, lane, readers.get(lane.id), places.get(lane.id, 0), shown, shared, width))
    return tuple(rows[:height]) + (make_row((), width),) * max(0, height - len(rows))


def _order(view: RaceView) -> tuple[list[Standing], dict[int, int]]:
    """The lanes from top to bottom, and each one's rank."""
    order = ranked(lanes_at(view))
    places = {lane.id: place for place, lane in enumerate(order, 1)}
    return sorted_lanes(view, order), places


def _columns(view: RaceView, width: int) -> tuple[tuple[Column, ...], dict[str, int]]:
    """Columns that fit, from left to right, and the cells of each."""
    problem = view.reader.manifest.problem
    metrics = [tame(key) for key in problem.metrics] if problem is not None else []
    lanes = [*ranked(lanes_at(view)), *standings_beside(view)]
    return fitting(needs_of(lanes), tuple(metrics), versus_header(view), best_header(view), width - 2, GAP)


def column_keys(view: RaceView) -> tuple[str, ...]:
    """Columns by which the lanes can be sorted, what they are ranked by first."""
    problem = view.reader.manifest.problem
    metrics = tuple(f"metric {tame(key)}" for key in problem.metrics) if problem is not None else ()
    versus = ("versus",) if view.baseline is not None else ()
    tree = ("tree",) if any(info.parent is not None for info in view.reader.manifest.lanes) else ()
    return (
        "best",
        "name",
        *tree,
        "loss",
        *versus,
        *metrics,
        "lr",
        "steps",
        "evaluations",
        "seconds",
        "outcome",
    )


def versus_header(view: RaceView) -> str:
    """What the lanes are set against; empty without a baseline."""
    name = next((info.name for info in view.reader.manifest.lanes if info.id == view.baseline), "")
    return f"{'÷' if view.ratio else '−'} {tame(name)}" if name else ""


def column_at(view: RaceView, width: int, x: int) -> str | None:
    """Key of the column whose header stands at cell `x`, the gap before it included; None beyond the last."""
    shown, shared = _columns(view, width)
    end = 1
    for column in shown:
        end += shared[column.key]
        if x < end:
            return column.key
        end += GAP
    return None


def row_at(view: RaceView, width: int, height: int, y: int) -> int | None:
    """The id of the lane that row `y` of the picture shows; None where it shows none."""
    layout = _layout([*_order(view)[0], *standings_beside(view)], view.focus, height)
    lane = layout[y] if 0 <= y < len(layout) else None
    return lane.id if isinstance(lane, Standing) and lane.id > FIRST_ID else None


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


def _header(view: RaceView, shown: Sequence[Column], shared: dict[str, int], width: int) -> Row:
    spans: list[Span] = [(" ", FAINT)]
    for column in shown:
        by = column.key == view.sort and (view.sort != "best" or view.backwards)
        text = fit(column.header, shared[column.key], column.right)
        spans += [(text, BOLD if by else FAINT), (" " * GAP, FAINT)]
    return make_row(spans[:-1], width)


def _lane(
    view: RaceView,
    lane: Standing,
    reader: SeenLane | None,
    place: int,
    shown: Sequence[Column],
    shared: dict[str, int],
    width: int,
) -> Row:
    focused = lane.id == view.focus
    paper = CHOSEN if focused else ""
    picked, ink = lane.id in view.picked, ink_of(view.reader, lane.id)
    blank = Ink(bg=paper)
    spans: list[Span] = [("x" if picked else " ", Ink("mark" if picked else "", paper))]
    for column in shown:
        size = shared[column.key]
        make = TEXTS.get(column.key)
        text = make(lane, size) if make is not None else _other(view, column, lane, reader, place, size)
        bold = focused and column.key in ("name", "ink", "loss")
        # With its gap in one ink, of which on a blank only the paper is seen: half as many spans.
        text = fit(text, size, column.right) + (" " * GAP if column is not shown[-1] else "")
        spans.append((text, Ink(_role(column.key, lane, place, ink), paper, bold)))
    # Every text has just the cells of its column, and together they fit.
    taken = 1 + sum(shared.values()) + GAP * max(len(shown) - 1, 0)
    return joined(spans, width - taken, blank)


def _other(
    view: RaceView, column: Column, lane: Standing, reader: SeenLane | None, place: int, size: int
) -> str:
    """The cells that are not a text of the lane alone."""
    beside = lane.id <= FIRST_ID
    if column.key == "rank":
        known = lane.best is not None or lane.outcome in LOST
        return "" if beside else str(place) if known else NOTHING
    if column.key == "ink":
        return "╌╌" if beside else "━━"
    if column.key == "spark":
        return _spark(view, lane.id, reader, size) if reader is not None and reader.rows else ""
    return metric_text(column, lane)


def _spark(view: RaceView, lane: int, reader: SeenLane, size: int) -> str:
    """A lane's losses in so many cells."""

    def make() -> str:
        curve = reader.overview.coarse.curve(STEP, LOSS)
        return spark(curve.low, curve.high, size, log=True)

    if view.now is None or view.state != "running":
        return make()
    return view.sparks.get((lane, size), view.now, make)


def _role(key: str, lane: Standing, place: int, ink: str) -> str:
    if key in ("ink", "spark") or lane.id <= FIRST_ID:
        return "label" if lane.id <= FIRST_ID else ink
    if key == "outcome":
        return OUTCOME_INKS.get(lane.held or lane.outcome, "label")
    if key in ("rank", "phrase") or lane.outcome in LOST or lane.held == "dropped":
        return "faint"
    if key == "best" and place == 1 and lane.best is not None:
        return "good"
    if key == "fork" and lane.fork.startswith("≈"):
        return "mark"
    return "label" if key in NUMBERS else "text"
