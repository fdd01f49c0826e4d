"""A problem that can be named: a row of the tables. Knows no torch."""

from typing import Literal

import msgspec


class ProblemEntry(msgspec.Struct, frozen=True):
    """A problem that can be named."""

    name: str
    title: str
    """What is minimised, in a few words."""
    parameters: int
    """Number of parameters."""
    lanes: tuple[str, ...]
    """Phrases of the lanes that race when none are named."""
    steps: int
    """Steps when none are named."""
    dtype: Literal["float32", "float64"] = "float32"
    batch_size: int | None = None
    """Samples in a batch; None where every step sees the whole problem, and no size can be given."""
    start: int | None = None
    """Coordinates of a start point; None where the seed alone decides the start."""
    shows: str = ""
    """What it is good for showing, in a sentence or two."""
    data: str = ""
    """Where its data are from; empty where it has none."""
    metrics: tuple[str, ...] = ()
    """Names of what is measured on data that no lane learns from."""
    goal: float | None = None
    """A loss worth reaching, which the start does not meet: a target to give; no lane stops at it by itself."""
    family: str = "data"
    """What it is listed under."""
    starts: dict[str, tuple[float, float]] = msgspec.field(default_factory=dict)
    """Start points by name, in the first two coordinates; more dimensions repeat them."""
    any_dim: bool = False
    """Whether it exists in more dimensions."""
    noise: bool = False
    """Whether its slopes can be made noisy."""
    only_float64: bool = False
    """Whether float32 loses it."""
    target: float | None = None
    """Loss at which a lane stops when no target is named, where there is no least value; None: it does not."""
