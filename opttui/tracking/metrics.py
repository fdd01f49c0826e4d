"""Numbers beside the loss, each log call a row of its own, as soon as all of it has come. Knows no lane's step."""

from collections.abc import Mapping

from torch import Tensor

from opttui.tracking.ferry import Ferry
from opttui.tracking.rows import Out


class Metrics:
    """Used from the thread that trains."""

    def __init__(self, ferry: Ferry, out: Out) -> None:
        self._ferry, self._out = ferry, out

    def tell(self, lane: int, step: int, numbers: Mapping[str, float | Tensor]) -> None:
        """Record numbers of a step; tensors of a device come later."""
        tensors = {name: value for name, value in numbers.items() if isinstance(value, Tensor)}
        found = {name: 0.0 if isinstance(value, Tensor) else value for name, value in numbers.items()}
        missing = set(tensors)

        def take(name: str, value: float) -> None:
            found[name] = value
            missing.discard(name)
            if not missing:
                self._out.metrics(lane, step, found)

        for name, value in tensors.items():
            self._ferry.send(value, lambda number, name=name: take(name, number))  # type: ignore[misc]
        if not tensors:
            self._out.metrics(lane, step, found)
