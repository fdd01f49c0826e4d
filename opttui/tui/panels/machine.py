"""The panel of the machine that the race runs on: cores, memory, disks, cards. Knows no meter: it reads the record."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from opttui.plots.gauge import LEVELS, gauge, levels
from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.record.machine import Card, Computer, MachineReader, Running
from opttui.tui.panels.cells import filled, fit, make_row, tame, width_of
from opttui.tui.panels.inks import BOLD, FAINT, LABEL
from opttui.tui.panels.numbers import NOTHING, count, seconds_text, short
from opttui.tui.panels.then import step_at
from opttui.tui.panels.waiting import quiet
from opttui.tui.view import RaceView

CURVE, DETAIL = Ink("lane0"), Ink("lane0dim")
BUSY = Ink("mark")
FULL = Ink("bad")
NEAR, AT = 0.85, 0.97
"""Shares of what there is from which on a curve is in the ink of a warning, and of something bad."""
LABELS = 13
"""Cells of what stands before a curve."""
EASY = 24
"""Cells of a curve beside which there is room for more words."""
SHORTEST = 6
"""Cells of a curve below which numbers stand alone."""
GIB, MIB = 2.0**30, 2.0**20


@dataclass(frozen=True)
class Line:
    """A row of the panel. Of all, the one with the highest `rank` is left out first."""

    rank: int
    label: str
    text: str
    """The number with its unit."""
    channel: str = ""
    """What the curve is of; empty: there is none, and `text` has all the room."""
    top: float = 0.0
    """What the curve's highest glyph stands for; 0: its own highest value."""
    share: float = 0.0
    """Of what there is: what the curve's ink is by."""
    grows: bool = False
    """Whether that grows with the curve."""
    each: tuple[float, ...] = ()
    """Percents side by side that stand where a curve would."""
    more: str = ""
    """Words behind the number, where there is room."""

    @property
    def curved(self) -> bool:
        """Whether something is drawn beside the number."""
        return bool(self.channel or self.each)


def title(view: RaceView) -> str:
    """Which machine, and over how long the curves are."""
    machine = view.reader.machine
    if machine.computer is None:
        return "machine"
    words = [f"machine {tame(machine.computer.host)}"]
    step = step_at(view, view.focus)
    if step is not None:
        words.append(f"at step {count(step)}")
    elif machine.count:
        words.append(f"over {lasting(machine.last['seconds'])}")
    return " · ".join(words)


def draw(view: RaceView, width: int, height: int) -> Picture:
    """A row a reading, each with its curve, number and unit, as many as there is room for."""
    machine = view.reader.machine
    if machine.computer is None or not machine.count:
        going = view.state in ("starting", "running", "paused") and not view.reader.foreign
        return quiet(
            "the machine is being read" if going else "nothing is known of the machine", width, height
        )
    step = step_at(view, view.focus)
    now = machine.last if step is None else machine.at_step(step)
    glyphs = LEVELS[view.marker]
    lines = kept(lines_of(machine, now, height), height)
    longest = max((width_of(line.text + line.more) for line in lines if line.curved), default=0)
    if width - LABELS - longest - 3 >= EASY:
        lines = [replace(line, text=line.text + line.more) for line in lines]
    numbers = max((width_of(line.text) for line in lines if line.curved), default=0)
    return filled([row_of(machine, line, width, numbers, glyphs) for line in lines], width, height)


def lines_of(machine: MachineReader, now: dict[str, float], height: int) -> list[Line]:
    """All rows from the top down. `height`: rows that there are."""
    computer = machine.computer
    assert computer is not None
    lines = [*of_cores(computer, now, height), *of_memory(computer, now)]
    lines += of_process(computer, now)
    for card in computer.cards:
        lines += of_card(card, now)
    lines += of_processes(machine.processes, computer.pid, many=len(computer.cards) > 1)
    return [*lines, *of_disks(now)]


def of_cores(computer: Computer, now: dict[str, float], height: int) -> list[Line]:
    """All cores together, then each: a curve each where there is room, else a glyph each in one row."""
    known = [f"cpu{core}" for core in range(computer.cores)]
    names = [name for name in known if name in now]
    of = f" of {computer.cores} cores" + (
        f", {computer.usable} for us" if computer.usable < computer.cores else ""
    )
    lines = [Line(0, "CPU", percent(now.get("cpu")) + of, "cpu", 100.0, share(now.get("cpu"), 100.0))]
    if 1 < len(names) <= max(2, height - 12):
        lines += [
            Line(8, f"  core {core}", percent(now[name]), name, 100.0, share(now[name], 100.0))
            for core, name in enumerate(names)
        ]
    elif len(names) > 1:
        values = tuple(now[name] for name in names)
        busiest = max((value for value in values if math.isfinite(value)), default=math.nan)
        lines.append(Line(6, "  each core", f"up to {percent(busiest)}", each=values))
    if finite(now.get("load")):
        lines.append(
            Line(
                7,
                "  load",
                f"{now['load']:.2f} waiting or running",
                "load",
                float(computer.cores),
                grows=True,
            )
        )
    return lines


def of_memory(computer: Computer, now: dict[str, float]) -> list[Line]:
    """The machine's."""
    used = now.get("memory")
    if not finite(used):
        return []
    of = f" of {size(computer.memory)}" if computer.memory else ""
    lines = [Line(1, "memory", size(used) + of, "memory", computer.memory, share(used, computer.memory))]
    if computer.limit:
        lines.append(Line(9, "  limit", f"{size(computer.limit)} for this container"))
    return lines


def of_process(computer: Computer, now: dict[str, float]) -> list[Line]:
    """The race process's own share."""
    lines = []
    if finite(now.get("process.cpu")):
        threads = now.get("process.threads", math.nan)
        more = f", {threads:.0f} threads" if finite(threads) else ""
        lines.append(
            Line(
                2,
                "own CPU",
                f"{percent(now['process.cpu'])} of a core",
                "process.cpu",
                100.0 * computer.usable,
                more=more,
            )
        )
    if finite(now.get("process.memory")):
        lines.append(Line(4, "own memory", size(now["process.memory"]), "process.memory"))
    return lines


def of_card(card: Card, now: dict[str, float]) -> list[Line]:
    """A card: what it is, then what it does. What it does not tell is left out."""
    lines = [Line(3, card.key, tame(card.name))]
    found = {name: now.get(f"{card.key}.{name}") for name in ("use", "memory", "power", "temperature")}
    start = f"{card.key}."
    if finite(found["use"]):
        lines.append(
            Line(1, "  use", percent(found["use"]), f"{start}use", 100.0, share(found["use"], 100.0))
        )
    if finite(found["memory"]):
        of = f" of {size(card.memory)}" if card.memory else ""
        full = share(found["memory"], card.memory)
        lines.append(
            Line(2, "  memory", size(found["memory"]) + of, f"{start}memory", card.memory or 0.0, full)
        )
    if finite(found["power"]):
        of = f" of {card.power:.0f}" if card.power else ""
        text = f"{found['power']:.0f}{of} W"
        lines.append(Line(5, "  power", text, f"{start}power", card.power or 0.0))
    if finite(found["temperature"]):
        text = f"{found['temperature']:.0f} °C"
        lines.append(Line(5, "  heat", text, f"{start}temperature", 100.0, share(found["temperature"], 95.0)))
    if len(lines) == 1:
        lines.append(Line(5, "", "the card does not answer"))
    return lines


def of_processes(processes: Sequence[Running], own: int, many: bool) -> list[Line]:
    """The processes on the cards."""
    lines = []
    for process in processes:
        where = f" on {process.card}" if many else ""
        held = f", {size(process.memory)}" if process.memory is not None else ""
        who = "this run" if process.pid == own else tame(process.name)
        lines.append(Line(10, "  process", f"{process.pid} {who}{held}{where}"))
    return lines


def of_disks(now: dict[str, float]) -> list[Line]:
    """What all disks read and write."""
    lines = []
    for channel, words in (("disk.read", "disks read"), ("disk.write", "disks write")):
        if finite(now.get(channel)):
            lines.append(Line(11, words, f"{size(now[channel])}/s", channel))
    return lines


def kept(lines: Sequence[Line], height: int) -> list[Line]:
    """As many as there is room for, in their order."""
    left = list(lines)
    while len(left) > max(height, 1):
        # The last of the least important, so that a list is cut at its end.
        highest = max(line.rank for line in left)
        del left[max(at for at, line in enumerate(left) if line.rank == highest)]
    return left


def row_of(machine: MachineReader, line: Line, width: int, numbers: int, glyphs: str) -> Row:
    """A row in exactly `width` cells: label, curve, number; in little room the curve is left out."""
    label: Span = (fit(f" {line.label}", LABELS), LABEL if line.label.startswith("  ") else BOLD)
    text: Span = (line.text, Ink())
    room = width - LABELS - numbers - 3
    if not line.curved or room < SHORTEST:
        return make_row([label, text if line.curved else (line.text, FAINT)], width)
    if line.each:
        curve = fit(levels(np.array(line.each), room, 100.0, glyphs), room)
    else:
        course = machine.course(line.channel)
        curve = " " * room
        if course is not None:
            high = course.high[np.isfinite(course.high)].max(initial=0.0) if line.grows else 0.0
            curve = gauge(course.low, course.high, room, max(line.top, high), glyphs)
    ink = (
        FULL
        if line.share >= AT
        else BUSY
        if line.share >= NEAR
        else DETAIL
        if line.label[0] == " "
        else CURVE
    )
    return make_row([label, (curve, ink), ("  ", Ink()), text], width)


def percent(value: float | None) -> str:
    """`7 %`, as wide as `100 %`, so that nothing moves."""
    return f"{value:3.0f} %" if value is not None and math.isfinite(value) else f"{NOTHING:>3} %"


def size(value: float | None) -> str:
    """Bytes as a person reads them: `812 MiB`, `12.3 GiB`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    for unit_size, name in ((GIB, "GiB"), (MIB, "MiB"), (1024.0, "KiB")):
        if abs(value) >= unit_size:
            scaled = value / unit_size
            return f"{scaled:.1f} {name}" if abs(scaled) < 99.95 else f"{scaled:.0f} {name}"
    return f"{short(round(value))} B"


def share(value: float | None, whole: float | None) -> float:
    """Of what there is; 0 where that is not known."""
    return value / whole if value is not None and whole and math.isfinite(value) else 0.0


def finite(value: float | None) -> bool:
    """Whether there is a number."""
    return value is not None and math.isfinite(value)


def lasting(seconds: float) -> str:
    """`12 s`, then minutes and hours."""
    return f"{seconds:.0f} s" if seconds < 599.5 else seconds_text(seconds)
