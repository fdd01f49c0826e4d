"""A run's chart by name, drawn: which room it takes and what stands above it. Knows no format."""

from collections.abc import Sequence

from opttui.errors import InputError
from opttui.exports import chart as curves_chart
from opttui.exports import walk as walk_chart
from opttui.exports.chart import Heading, chart
from opttui.exports.scene import Scene
from opttui.exports.series import chart_named, curves_of
from opttui.exports.walk import walk
from opttui.printable import printable
from opttui.record.seen import SeenRun
from opttui.scenario.foreign import shown_name
from opttui.tui.panels import path as panel
from opttui.tui.view import RaceView


def drawn(
    reader: SeenRun,
    name: str,
    lanes: Sequence[int],
    *,
    axis: str = "steps",
    log: bool | None = None,
    beside: Sequence[SeenRun] = (),
    width: int | None = None,
    height: int | None = None,
) -> Scene:
    """The chart of a name, in pixels. InputError for a name that is none's."""
    name = chart_named(reader, name)
    words = run_words(reader)
    if name == "path":
        refuse_beside(beside)
        size = sized(width, height, walk_chart.WIDTH, walk_chart.HEIGHT)
        return walk(reader, lanes, Heading(panel.title(RaceView(reader)), words), *size)
    curves = curves_of(reader, name, lanes, axis, log, beside=beside)
    size = sized(width, height, curves_chart.WIDTH, curves_chart.HEIGHT)
    return chart(curves, Heading(curves.title, words), *size)


def refuse_beside(beside: Sequence[SeenRun]) -> None:
    """InputError where curves are to stand beside paths."""
    if beside:
        raise InputError("--beside draws curves, and the path has none.", "Its charts: loss, lr, grad_norm …")


def sized(width: int | None, height: int | None, usual: float, high: float) -> tuple[float, float]:
    """Width and height; where one is not given, in the usual proportion."""
    if width is None and height is None:
        return usual, high
    if height is None:
        return float(width or usual), max((width or usual) * high / usual, curves_chart.SMALLEST[1])
    return float(width) if width is not None else max(height * usual / high, curves_chart.SMALLEST[0]), float(
        height
    )


def run_words(reader: SeenRun) -> str:
    """The run in a line."""
    manifest = reader.manifest
    scenario = manifest.scenario
    title = (
        scenario.title
        or (manifest.problem.title if manifest.problem else "")
        or shown_name(scenario.problem.name)
    )
    return " · ".join(printable(part, 80) for part in (title, manifest.id) if part)
