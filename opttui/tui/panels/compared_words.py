"""Lanes beside each other as rows of words: what `opttui show --compare` prints and the screen draws. Knows no width."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from opttui.record.compare import Axis, Cost, Pair, cost_of, pairs_of, series_of, spent
from opttui.record.fair import best_of, by_held_out
from opttui.record.seen import SeenRun
from opttui.record.settings import settings_of
from opttui.tui.panels.cells import tame
from opttui.tui.panels.numbers import NOTHING, count, loss_text, seconds_text, short

WHERE = {
    "the drawn plane": " in the drawn plane, which is less than they really are",
    "last parameters": " in their last parameters",
}


@dataclass(frozen=True)
class Fact:
    """A row: what it is about, and what each lane has."""

    name: str
    values: tuple[str, ...]
    weighs: bool = True
    """Whether the lanes differ in it."""


@dataclass(frozen=True)
class Compared:
    """All that is said of some lanes, the first of which the others are held against."""

    lanes: tuple[int, ...]
    names: tuple[str, ...]
    reached: tuple[Fact, ...]
    """Losses, and what it cost to come as far as each of the lanes, and to the target."""
    settings: tuple[Fact, ...]
    """Those that differ come first."""
    sentences: tuple[str, ...]
    """About every two of them."""


def compared(reader: SeenRun, lanes: Sequence[int], axis: Axis) -> Compared:
    """What there is to say. The lanes are those of the run."""
    readers = {lane.id: lane for lane in reader.lanes}
    names = {info.id: tame(info.name) for info in reader.manifest.lanes}
    held_out = by_held_out(reader)
    series = [series_of(readers[lane], held_out) for lane in lanes]
    bests = [best_of(readers[lane], held_out) for lane in lanes]
    last = [readers[lane].last for lane in lanes]
    rows = [
        Fact("loss", tuple(loss_text(row[3]) if row else NOTHING for row in last)),
        Fact("best held out" if held_out else "best", tuple(map(loss_text, bests))),
        Fact("spent", tuple(cost_words(spent(*r[:3])) if r else NOTHING for r in last)),
    ]
    goals = [(f"to {names[lane]}'s best", best) for lane, best in zip(lanes, bests, strict=True)]
    reaching: list[Fact] = []
    if (target := reader.manifest.scenario.target) is not None:
        # It is a batch's loss that reaches it.
        own = [cost_words(cost_of(series_of(readers[lane]), target)) for lane in lanes]
        reaching = [Fact(f"to the target {short(target)}", tuple(own))]
    rows += [Fact(words, tuple(cost_words(cost_of(one, loss)) for one in series)) for words, loss in goals]
    rows += reaching
    facts = [
        Fact(tame(setting.name), tuple(map(tame, setting.values)), setting.differs)
        for setting in ([] if reader.foreign else settings_of(reader, lanes))
    ]
    sentences = [line for pair in pairs_of(reader, lanes, axis) for line in pair_words(pair, names, axis)]
    return Compared(
        tuple(lanes),
        tuple(names[lane] for lane in lanes),
        tuple(rows),
        tuple(sorted(facts, key=lambda fact: not fact.weighs)),
        tuple(sentences),
    )


def cost_words(cost: Cost | None) -> str:
    """Steps, evaluations where they are others, and seconds."""
    if cost is None:
        return "never"
    step = f"step {count(cost.step)}"
    evaluations = f" · {count(cost.evaluations)} ev" if cost.evaluations not in (None, cost.step + 1) else ""
    if math.isnan(cost.seconds):
        return step + evaluations
    time = seconds_text(cost.seconds)
    return f"{step}{evaluations} · {time}{' s' if time[-1:].isdigit() else ''}"


def place_words(place: float, axis: Axis) -> str:
    """A place on an axis."""
    if axis == "steps":
        return f"step {count(place)}"
    return f"{seconds_text(place)} s" if axis == "seconds" else f"{count(place)} evaluations"


def pair_words(pair: Pair, names: dict[int, str], axis: Axis) -> list[str]:
    """What there is to say of two lanes, a line each."""
    one, other = names[pair.one], names[pair.other]
    lines = [f"{one} and {other}: neither has the better best"]
    if pair.ahead is not None and pair.since is not None:
        lines = [
            f"{names[pair.ahead]} is ahead of {other if pair.ahead == pair.one else one} "
            f"since {place_words(pair.since, axis)}"
        ]
    if pair.luck is not None:
        lines.append(f"  {luck_words(pair)}")
    if pair.apart is not None:
        far = pair.apart
        share = f", {far.share:.0%} of their length" if far.share is not None else ""
        at = f" at step {count(far.step)}" if far.step is not None else ""
        lines.append(f"  {short(far.distance)} apart{WHERE.get(far.of, '')}{at}{share}")
    return lines


def luck_words(pair: Pair) -> str:
    """How much of their batches' luck two lanes have in common, and what that is worth."""
    luck, late = pair.luck, pair.late_luck
    if luck is None:
        return ""
    if math.isinf(luck.saved):
        return "the same luck at every step: they are one"
    later = f" (late {late.correlation:.2f})" if late is not None else ""
    return (
        f"same batches: correlation {luck.correlation:.2f}{later}, {_times(luck.saved)} variance between them"
    )


def _times(saved: float) -> str:
    return f"{saved:.1f} × less" if saved >= 1 else f"{1 / saved:.1f} × more"
