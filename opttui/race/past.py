"""What was done to a lane by hand, and where it comes from: what it takes to walk its way again. Knows no torch."""

from dataclasses import dataclass, field
from typing import Any

from opttui.control.commands import Fork
from opttui.record.manifest import Outcome
from opttui.scenario.specs import LaneSpec


@dataclass(frozen=True)
class Turned:
    """Hypers were set before a step."""

    step: int
    values: dict[str, float]
    actor: str = ""


@dataclass(frozen=True)
class Scheduled:
    """Another schedule was put in place before a step."""

    step: int
    spec: LaneSpec
    words: str = ""
    """The schedule as it was asked for."""
    actor: str = ""


Change = Turned | Scheduled


@dataclass(frozen=True)
class Descent:
    """Whose fork a lane is."""

    parent: int
    step: int
    exact: str
    """"exact", or why not."""
    changes: str = ""
    """What was changed when it was forked, as the command's words."""
    asked: Fork | None = None
    """The command that makes it again."""
    actor: str = ""


@dataclass
class Past:
    """A lane's way up to now, as far as its recipe does not say it."""

    base: Any = None
    """The snapshot that it began from; None: the problem's start."""
    changes: list[Change] = field(default_factory=list)
    """Since then, in order."""
    descent: Descent | None = None
    held: str = ""
    """frozen or dropped; empty while it takes part."""
    before_held: tuple[Outcome, str] = ("running", "")
    """Outcome and reason to come back to."""

    @property
    def by_hand(self) -> bool:
        """Whether it is no longer what its phrase says."""
        return bool(self.changes) or (self.descent is not None and bool(self.descent.changes))

    def before(self, step: int) -> list[Change]:
        """What was done before the lane arrived at a step."""
        return [change for change in self.changes if change.step < step]
