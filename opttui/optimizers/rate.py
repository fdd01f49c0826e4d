"""The learning rate that a person turns: a factor around the step, so that every schedule goes on in proportion.

Writing into the groups would be overwritten by five of torch's schedules at their next step (measured: LambdaLR,
CyclicLR, CosineAnnealingWarmRestarts, OneCycleLR, SWALR); a factor around the step works with all of them.
"""

from dataclasses import dataclass

from torch.optim import Optimizer


@dataclass
class RateKnob:
    """What a person asked of the learning rate: `wanted` when the schedule said `at`."""

    at: float = 1.0
    wanted: float = 1.0

    @property
    def turned(self) -> bool:
        """Whether the knob changes anything."""
        return self.wanted != self.at

    @property
    def factor(self) -> float:
        """What every scheduled rate is multiplied by."""
        return self.wanted / self.at

    def turn(self, scheduled: float, wanted: float) -> None:
        """Ask for a rate now, where the schedule says `scheduled` (not 0)."""
        self.at, self.wanted = scheduled, wanted

    def applied(self, scheduled: float) -> float:
        """The rate used where the schedule says `scheduled`; exactly what was wanted while the schedule rests."""
        return self.wanted if scheduled == self.at else scheduled * self.factor

    def put(self, optimizer: Optimizer) -> list[float]:
        """Write the turned rates into the groups; returns the scheduled ones."""
        scheduled = [group["lr"] for group in optimizer.param_groups]
        for group, rate in zip(optimizer.param_groups, scheduled, strict=True):
            group["lr"] = self.applied(rate)
        return scheduled

    @staticmethod
    def take_back(optimizer: Optimizer, scheduled: list[float]) -> None:
        """Write the scheduled rates back, exactly."""
        for group, rate in zip(optimizer.param_groups, scheduled, strict=True):
            group["lr"] = rate
