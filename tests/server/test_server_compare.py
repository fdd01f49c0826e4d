"""What is walked again is held against the record: a lane that does not repeat itself is told of, any other is not."""

import math
from pathlib import Path

from opttui.record.events import Event
from opttui.record.layout import LOSS, SECONDS, UPDATE_NORM, X
from opttui.record.writer import RunWriter
from opttui.server.compare import compared


def row(step: int, **other: float) -> tuple[float, ...]:
    values = [
        step,
        step + 1,
        step / 10,
        math.sin(step),
        0.1,
        1.0,
        math.nan if step == 7 else 2.0,
        step,
        -step,
    ]
    for column, value in other.items():
        values[int(column[1:])] = value
    return tuple(map(float, values))


def test_rows_that_repeat_say_nothing_and_others_say_where(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, 1)
    writer.rows(0, [row(step) for step in range(60)])
    writer.event(Event("rewound", lane=0, step=40))
    writer.rows(0, [row(step) for step in range(40, 45)])
    writer.close()
    again = [row(step, **{f"_{SECONDS}": 99.0, f"_{X}": 5.0}) for step in range(5, 45)]
    assert compared(tmp_path, 0, "Adam", again) is None
    assert compared(tmp_path, 0, "Adam", []) is None
    again[20] = row(25, **{f"_{LOSS}": 0.5})
    again[30] = row(35, **{f"_{UPDATE_NORM}": math.nan})
    event = compared(tmp_path, 0, "Adam", again)
    assert (event.kind, event.lane, event.step) == ("note", 0, 25)
    assert event.text == (
        f"Adam: walked again, step 25 has loss 0.5, and the record has {math.sin(25)!r}: it does not repeat itself"
    )
