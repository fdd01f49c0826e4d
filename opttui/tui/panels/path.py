"""The path panel: where every lane walks, over the surface. Knows no screen: a view in, a picture out."""

from opttui.plots.canvas import Canvas
from opttui.plots.picture import Picture
from opttui.plots.terrain import Box, Path, draw_terrain
from opttui.record.manifest import ProblemInfo
from opttui.tui.panels.cells import tame, width_of
from opttui.tui.panels.crosshair import with_rings
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.ground import ground
from opttui.tui.panels.inks import FAINT
from opttui.tui.panels.kin import ink_of
from opttui.tui.panels.memo import once
from opttui.tui.panels.reached import row_at_cursor
from opttui.tui.panels.sight import box_in_sight
from opttui.tui.panels.standings import LOST, standings
from opttui.tui.panels.waiting import is_waiting, quiet
from opttui.tui.view import RaceView

COMPUTING = "the loss over this plane is being computed"


def title(view: RaceView) -> str:
    """The plane, in the problem's words."""
    problem = view.reader.manifest.problem
    if problem is None:
        return "path"
    return f"path · {_words(view, problem)}{' · zoomed' if view.box else ''}"


def _words(view: RaceView, problem: ProblemInfo) -> str:
    """The plane, and how much of the paths it shows where that is known."""
    plane = ledger(view.reader).plane
    if not plane.number:
        return tame(problem.plane) or f"{tame(problem.axes[0])} and {tame(problem.axes[1])}"
    if plane.kind == "pca":
        return f"PCA, {' + '.join(map(percent, plane.explained))} of the variance"
    return f"random plane, {percent(sum(plane.explained))} of the variance"


def percent(share: float) -> str:
    """A share in at most three digits."""
    return f"{100 * share:.3g} %" if share >= 0.0005 else "< 0.1 %"


def axes(view: RaceView, problem: ProblemInfo) -> tuple[str, str]:
    """What the axes are."""
    plane = ledger(view.reader).plane
    if plane.number:
        return ("PC1", "PC2") if plane.kind == "pca" else ("x", "y")
    return tame(problem.axes[0]), tame(problem.axes[1])


def draw(view: RaceView, width: int, height: int) -> Picture:
    """The terrain with all lanes' paths, the focused one on top."""
    problem = view.reader.manifest.problem
    if is_waiting(view) or problem is None:
        return quiet("the lanes' paths will be drawn here", width, height)
    box = box_of(view)
    if box is None:
        return quiet("no lane has taken a step yet", width, height)
    key = ("path", width, height, view.drawn())
    picture = once(view.reader, key, lambda: _walked(view, problem, box, width, height))
    return with_rings(picture, box, _points(view), width) if view.cursor is not None else picture


def _walked(view: RaceView, problem: ProblemInfo, box: Box, width: int, height: int) -> Picture:
    paths = [*_undone(view), *(path for _, path in _painters_order(view))]
    terrain = ground(view.reader, box, width, height)
    words = axes(view, problem)
    picture = draw_terrain(
        terrain, box, paths, width, height, x_label=words[0], y_label=words[1], marker=view.marker
    )
    if terrain is None and width > width_of(COMPUTING) + 4 and height > 5:
        canvas = Canvas.over(picture)
        canvas.write(height // 2, (width - width_of(COMPUTING)) // 2, COMPUTING, FAINT)
        return canvas.picture()
    return picture


def _painters_order(view: RaceView) -> list[tuple[int, Path]]:
    """Lanes that have walked and their paths, the focused one last."""
    return once(view.reader, ("paths", view.focus, view.words), lambda: _ordered(view))


def _undone(view: RaceView) -> list[Path]:
    """Where lanes went before they went back."""
    number = ledger(view.reader).plane.number
    return [
        Path(x=points[1], y=points[2], ink=ink_of(view.reader, lane.id), ghost=True)
        for lane in view.reader.lanes
        if view.shows(lane.id) and lane.plane == number
        for points in lane.ghost_paths()
        if points.size
    ]


def _ordered(view: RaceView) -> list[tuple[int, Path]]:
    lanes = sorted(view.reader.lanes, key=lambda lane: (lane.id == view.focus, -lane.id))
    found, number = [], ledger(view.reader).plane.number
    for lane in lanes:
        # A lane whose log has not been read up to the present plane would lie in the old one.
        if lane.rows and view.shows(lane.id) and lane.plane == number:
            _, x, y = lane.path()
            path = Path(
                *(x, y, ink_of(view.reader, lane.id), lane.id == view.focus),
                owner=lane.overview,
                stage=(lane.overview.coarse.stride, lane.plane),
            )
            found.append((lane.id, path))
    return found


def _points(view: RaceView) -> list[tuple[float, float, str]]:
    """Where each lane stood at the cursor."""
    rows = [(lane, row_at_cursor(view, lane)) for lane in view.reader.lanes if view.shows(lane.id)]
    rows.sort(key=lambda pair: pair[0].id == view.focus)
    return [(*lane.point(row), ink_of(view.reader, lane.id)) for lane, row in rows if row is not None]


def box_of(view: RaceView) -> Box | None:
    """The part of the plane that the viewer chose; else what follows the lanes."""
    return view.box or once(view.reader, ("plane", view.state, view.words), lambda: _followed(view))


def _followed(view: RaceView) -> Box | None:
    """Round the lanes that are doing well, or where none is, round all."""
    lost = {lane.id for lane in standings(view) if lane.outcome in LOST}
    lanes, usual = _painters_order(view), _conventional(view)
    kept = [path for lane, path in lanes if lane not in lost]
    if not kept and usual is None:
        kept = [path for _, path in lanes]
    return box_in_sight(kept, usual)


def _conventional(view: RaceView) -> Box | None:
    """The problem's usual picture, else the box of the newest grid; of another plane, that of its choice."""
    problem, grid, plane = view.reader.manifest.problem, view.reader.grid, ledger(view.reader).plane
    if plane.number:
        return plane.box
    if problem is not None and problem.view is not None:
        return problem.view
    return grid.box if grid is not None else None
