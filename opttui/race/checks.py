"""Whether a fork goes on like its parent, seen on steps that the parent takes anyway. Adds no lane and replaces none."""

from dataclasses import dataclass

from opttui.control.commands import Fork
from opttui.optimizers.tree import NotDataError, equal
from opttui.race.bare_rows import BareRows
from opttui.race.lane import Lane
from opttui.race.lineage import CHEAP, EXACT, STEPS, Ground, restored, take_step, verdict
from opttui.race.snapshot import Snapshot, walked
from opttui.scenario.foreign import short_name

SOON = 0.05
"""Seconds after which one step that was alike has to do: somebody waits for the answer."""
SPARE = 4
"""Rounds beside one for each lane in which the parent must have stepped; else copies take steps for it."""


@dataclass
class Check:
    """A fork that holds what its parent held, and is to be seen going on alike."""

    child: Lane
    parent: Lane
    snapshot: Snapshot
    """Of the parent, where the child began."""
    command: Fork
    began: float
    """Seconds, by the race's clock."""
    changed: bool
    """Something was changed in the child, so that a copy in which nothing was goes beside the parent instead."""
    copy: Lane | None = None
    steps: int = 0
    """Of the parent, that were alike."""
    spent: float = 0.0
    """Seconds that the copy has taken."""
    rounds: int = 0


def look(race: Ground, check: Check, most: int) -> str:
    """Between two rounds: exact, or why not; empty while that is not known. `most`: rounds until it has to be."""
    parent, due = check.parent, check.snapshot.step + check.steps + 1
    check.rounds += 1
    if parent.past.held and parent.step < due:
        return settled(race, check)
    other = check.child
    if parent.step == due or not parent.running:
        if check.changed:
            try:
                other = _beside(race, check)
            except NotDataError as error:
                return f"not exact: {_kind(check)} holds {error}"
        if (other.step, other.outcome) == (parent.step, parent.outcome):
            if not alike(other, parent):
                times = f"{check.steps + 1} step{'s' * (check.steps > 0)}"
                return f"not exact: a copy of {_kind(check)} and itself differ after {times}"
            check.steps += 1
            known = check.steps == STEPS or not parent.running
            if known or check.spent > CHEAP or race.clock() - check.began > SOON:
                return EXACT
        elif check.changed or not other.running:
            return f"not exact: a copy of {_kind(check)} does not come to the same end"
    return settled(race, check) if check.rounds >= most else ""


def settled(race: Ground, check: Check) -> str:
    """Exact, or why not, by what is known already, or by copies that take some steps at once."""
    if check.steps:
        return EXACT
    return verdict(race, check.parent.recipe, check.parent.problem, check.snapshot)


def alike(some: Lane, other: Lane) -> bool:
    """Whether two lanes are at one point, bit for bit."""
    return all(equal(one, two) for one, two in zip(walked(some), walked(other), strict=True))


def _beside(race: Ground, check: Check) -> Lane:
    """The copy, one step on."""
    begin = race.clock()
    if check.copy is None:
        check.copy = restored(race, check.parent.recipe, check.parent.problem, check.snapshot, BareRows())
    take_step(race, check.copy)
    check.spent += race.clock() - begin
    return check.copy


def _kind(check: Check) -> str:
    return short_name(check.parent.recipe.stepping.call.kind)
