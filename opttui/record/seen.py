"""What a window sees of a run, whoever wrote it: rows that grow. A race's own record and another tool's log are both
this; nothing here reads a file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from opttui.record.blocks import Array
from opttui.record.events import Event
from opttui.record.fair import HeldOut
from opttui.record.grid import Grid
from opttui.record.layout import Row
from opttui.record.look import Look
from opttui.record.machine import MachineReader
from opttui.record.manifest import Manifest
from opttui.record.overview import Curve
from opttui.record.past import Past
from opttui.record.pointer import Pointer


class SeenRows(Protocol):
    """A lane's rows in bounded memory: what `Overview` is."""

    @property
    def stride(self) -> int:
        """Rows in a bucket."""

    @property
    def rows(self) -> int:
        """Rows taken in."""

    @property
    def coarse(self) -> "SeenRows":
        """The same in fewer buckets."""

    def curve(self, x: int, y: int) -> Curve:
        """Column `y` against column `x` (numbers of `layout`)."""

    def row(self, bucket: int) -> Array:
        """The last row of a bucket."""


class SeenLane(Protocol):
    """A lane, as of the last poll: what `LaneReader` is."""

    @property
    def id(self) -> int:
        """Its place in the run."""

    @property
    def rows(self) -> int:
        """Rows read."""

    @property
    def last(self) -> Row | None:
        """The newest row."""

    @property
    def first_loss(self) -> float | None:
        """The first row's loss."""

    @property
    def best_loss(self) -> float | None:
        """The least finite loss."""

    @property
    def best_step(self) -> int | None:
        """Where it was met first."""

    @property
    def ended(self) -> bool:
        """Whether the log says that it is over."""

    @property
    def metrics(self) -> dict[str, float]:
        """The newest of the other numbers."""

    @property
    def metrics_step(self) -> int | None:
        """The step of the newest validation row."""

    @property
    def validation(self) -> list[tuple[int, dict[str, float]]]:
        """All validation rows, where they are kept one by one."""

    @property
    def held_out(self) -> HeldOut:
        """The least held-out loss at every step."""

    @property
    def pointers(self) -> Sequence[Pointer]:
        """Files beside it that belong to a step: checkpoints."""

    @property
    def past(self) -> Past | None:
        """Where it was before another plane was chosen."""

    @property
    def plane(self) -> int:
        """Number of the plane in which its newest rows lie."""

    @property
    def overview(self) -> SeenRows:
        """Its rows."""

    @property
    def ghosts(self) -> Sequence[tuple[int, SeenRows]]:
        """Undone passages: the step to which the lane went back, its rows until then."""

    @property
    def metric_names(self) -> Sequence[str]:
        """What other numbers there are, in the order in which they came."""

    def metric(self, name: str) -> SeenRows | None:
        """Rows whose loss is that number; None where there is none of that name."""

    def metrics_at(self, step: float) -> Mapping[str, float]:
        """The newest of the other numbers up to a step."""

    def path(self) -> Array:
        """Step, x and y of the points drawn."""

    def ghost_paths(self) -> list[Array]:
        """The same of undone passages, from where the lane went back."""

    def point(self, row: Row) -> tuple[float, float]:
        """The point drawn of a row."""

    def between(self, first: int, last: int) -> Array:
        """The rows from one step to another, both included, exact, in an array (n, 9); none where only buckets are kept."""

    def read(self) -> Iterator[Array]:
        """Every row, exact, in arrays (n, 9)."""

    def read_metrics(self) -> Iterator[tuple[int | float, dict[str, float]]]:
        """Every one of the other numbers, exact, by ascending step."""


class SeenRun(Protocol):
    """A run, as of the last poll: what `RunReader` is."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def manifest(self) -> Manifest:
        """What it is."""

    @property
    def lanes(self) -> Sequence[SeenLane]:
        """Its lanes."""

    @property
    def events(self) -> list[Event]:
        """All so far."""

    @property
    def grid(self) -> Grid | None:
        """The newest grid."""

    @property
    def looks(self) -> dict[int, list[Look]]:
        """What the lanes' models showed."""

    @property
    def machine(self) -> MachineReader:
        """Readings of the machine; `MachineReader()` where nobody has taken any."""

    @property
    def version(self) -> int:
        """Counts up whenever anything new was read."""

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read."""

    @property
    def foreign(self) -> bool:
        """Whether another tool writes it, so that there is no race to command."""

    def poll(self, most: int | None = None) -> bool:
        """Read what is new; True when anything is."""
