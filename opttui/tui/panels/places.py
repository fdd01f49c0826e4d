"""What lies under a cell of a chart: places on the axes, points of the plane. Knows no mouse."""

from dataclasses import dataclass

from opttui.plots.axes import Area, area_of
from opttui.plots.places import value_at
from opttui.plots.scales import Kind, Scale, scale_of
from opttui.tui.panels import loss, momentum, path, rate
from opttui.tui.panels.reach import x_range
from opttui.tui.view import RaceView

CHARTS = ("loss", "path", "rate")


@dataclass(frozen=True)
class Ground:
    """A chart's inside and its scales, for a picture of some size."""

    area: Area
    x: Scale
    y: Scale | None
    """None where there is nothing yet to scale by."""

    def inside(self, column: int, row: int) -> bool:
        """Whether a cell of the picture lies within the frame."""
        area = self.area
        return 0 <= column - area.left < area.width and 0 <= row - area.top < area.height

    def share(self, column: int, row: int) -> tuple[float, float]:
        """Where a cell's middle lies, as shares of width and height from the lower left; beyond 0 and 1 outside."""
        area = self.area
        across = (column - area.left + 0.5) / max(area.width, 1)
        return across, 1 - (row - area.top + 0.5) / max(area.height, 1)

    def at(self, column: int, row: int) -> tuple[float, float | None]:
        """What lies under the middle of a cell."""
        across, up = self.share(column, row)
        return value_at(self.x, across), None if self.y is None else value_at(self.y, up)

    def column(self, x: float) -> int | None:
        """The picture's column in which a place of the x axis lies; None where it is out of sight."""
        share = float(self.x.place(x))
        if not 0 <= share <= 1 or self.area.width < 1:
            return None
        return self.area.left + min(self.area.width - 1, int(share * self.area.width))

    def row(self, y: float) -> int | None:
        """The same for a row."""
        share = -1.0 if self.y is None else float(self.y.place(y))
        if not 0 <= share <= 1 or self.area.height < 1:
            return None
        return self.area.top + min(self.area.height - 1, int((1 - share) * self.area.height))


def ground(view: RaceView, key: str, width: int, height: int) -> Ground | None:
    """The inside of a chart whose picture has so many cells; None where the panel draws none."""
    area = area_of(width, height - (momentum.rows_for(view, height) if key == "rate" else 0))
    if area.width < 1 or area.height < 1:
        return None
    if key == "path":
        box = path.box_of(view)
        return box and Ground(area, Scale(box[0], box[1], "linear"), Scale(box[2], box[3], "linear"))
    if key == "loss":
        return Ground(area, _scale(x_range(view)), loss.scale_in_sight(view))
    if key == "rate":
        return Ground(area, _scale(rate.rate_range(view)), _up(*rate.y_range(view)))
    return None


def _scale(ends: tuple[float, float]) -> Scale:
    low, high = ends
    # As the curves' own x axis: never without a span.
    return Scale(low, high if low + (high - low) / 1000 > low else low + max(1.0, abs(low) * 1e-9), "linear")


def _up(ends: tuple[float, float] | None, kind: Kind) -> Scale | None:
    return scale_of(*ends, kind) if ends is not None else None
