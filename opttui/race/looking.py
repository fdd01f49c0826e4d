"""What lanes' models show of their problem, between two steps: measured aside, like validation. Knows no file."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from opttui.problems.problem import Look as Seen
from opttui.race import cause
from opttui.race.lane import Lane
from opttui.race.race import Race
from opttui.record.events import Event
from opttui.record.look import TRUTH, Look


class Looker:
    """Looks at the lanes that have moved since."""

    def __init__(self, race: Race) -> None:
        self._race = race
        self._seen: dict[int, int] = {}
        """Lane to the step at which it was looked at."""
        self._failed = False

    def looks(self) -> list[Look]:
        """One of each lane that stands elsewhere than at the last call; with the first, what a perfect model would show.

        A look that raises is noted and is the last: it is no part of a step.
        """
        look = self._race.problem.look
        found: list[Look] = []
        if look is None or self._failed:
            return found
        for lane in self._race.lanes:
            if self._seen.get(lane.id) == lane.step:
                continue
            try:
                with self._race.streams.aside():
                    seen = looked(lane, look)
                kind = self._race.problem.info.look
                if not self._seen and seen.truth is not None:
                    found.append(Look(TRUTH, 0, kind, array(seen.truth)))
                labels = None if seen.labels is None else seen.labels.cpu().numpy().astype(np.uint8)
                found.append(Look(lane.id, lane.step, kind, array(seen.values), labels))
            except Exception as error:
                line, _ = cause.failure(error)
                text = f"what the model shows is left out: {line}"
                lane.events.append(Event("note", text, lane=lane.id, step=lane.step))
                self._failed = True
                return found
            self._seen[lane.id] = lane.step
        return found


def looked(lane: Lane, look: Callable[[nn.Module], Seen]) -> Seen:
    """What a lane's model shows in evaluation mode, where its optimizer has it measured; the model is left as it was."""
    modes = [(module, module.training) for module in lane.model.modules()]
    lane.model.eval()
    try:
        with lane.voice, torch.no_grad(), lane.at_average():
            return look(lane.model)
    finally:
        for module, training in modes:
            module.training = training


def array(values: Tensor) -> NDArray[Any]:
    """In float32 on the CPU."""
    found: NDArray[Any] = values.detach().to("cpu", torch.float32).numpy()
    return found
