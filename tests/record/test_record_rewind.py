"""A log only grows: rows that a rewind has undone stay in it and are in no reader's history."""

import random
from pathlib import Path

import numpy as np
import pytest

from opttui.record.events import Event
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import LOSS, STEP
from opttui.record.writer import RunWriter


def row(step: int, turn: int = 0) -> tuple[float, ...]:
    """A row that tells which passage it belongs to."""
    return (step, step + 1, step / 10, 100.0 - step - turn / 10, 0.1, 1.0, 1.0, step, turn)


def rewound(to: int) -> Event:
    return Event("rewound", "back", lane=0, step=to)


def seen(lane: LaneReader) -> dict[str, object]:
    curve = lane.overview.curve(STEP, LOSS)
    return {
        "rows": lane.rows,
        "last": lane.last,
        "first": lane.first_loss,
        "best": (lane.best_loss, lane.best_step),
        "curve": (curve.x.tolist(), curve.last.tolist()),
        "validation": lane.validation,
    }


def plain(path: Path, rows: list[tuple[float, ...]], validation: list[int]) -> dict[str, object]:
    """What a reader sees of a log that holds nothing but these rows."""
    path.mkdir()
    writer = RunWriter(path, 1)
    for step in validation:
        writer.validation(0, step, {"loss": float(step)})
    writer.rows(0, rows)
    writer.close()
    lane = LaneReader(path, 0)
    lane.poll()
    return seen(lane)


@pytest.mark.parametrize("seed", range(12))
def test_any_passages_there_and_back(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    run = tmp_path / "run"
    run.mkdir()
    writer, follower = RunWriter(run, 1), LaneReader(run, 0)
    kept: list[tuple[float, ...]] = []
    checked: list[int] = []
    for turn in range(dice.randrange(2, 9)):
        if kept and dice.random() < 0.7:
            to = dice.randrange(len(kept))
            writer.event(rewound(to))
            kept, checked = kept[:to], [step for step in checked if step < to]
        for step in range(len(kept), len(kept) + dice.randrange(0, 700)):
            if step % 50 == 0:
                writer.validation(0, step, {"loss": float(step)})
                checked.append(step)
            writer.rows(0, [row(step, turn)])
            kept.append(row(step, turn))
            if dice.random() < 0.01:
                writer.flush()
        writer.flush()
        if dice.random() < 0.6:
            follower.poll(dice.choice([None, 5_000]))
    writer.close()
    while follower.poll(20_000):
        pass
    fresh = LaneReader(run, 0)
    exact = [tuple(values) for block in fresh.read() for values in block.tolist()]
    assert exact == kept
    fresh.poll()
    wanted = plain(tmp_path / "plain", kept, checked)
    assert seen(fresh) == seen(follower) == wanted
    again = RunWriter(run, 1)
    again.rows(0, [row(len(kept), 99)])
    again.close()
    follower.poll()
    assert follower.rows == len(kept) + 1


def test_what_was_undone_is_kept_as_a_ghost(tmp_path: Path) -> None:
    writer, lane = RunWriter(tmp_path, 1), LaneReader(tmp_path, 0)
    writer.rows(0, [row(step) for step in range(100)])
    writer.event(rewound(40))
    writer.rows(0, [row(step, 1) for step in range(40, 60)])
    writer.flush()
    lane.poll()
    ((step, ghost),) = lane.ghosts
    assert step == 40
    assert len(ghost) == 100
    assert lane.rows == 60
    assert lane.last == row(59, 1)
    for to in range(50, 40, -1):
        writer.event(rewound(to))
        writer.flush()
        lane.poll()
    assert [step for step, _ in lane.ghosts] == [44, 43, 42, 41]
    writer.close()


def test_a_long_log_that_went_back_is_not_opened_by_its_index(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, 1)
    rows = [row(step) for step in range(40_000)]
    writer.rows(0, rows)
    writer.event(rewound(30_000))
    writer.rows(0, [row(step, 1) for step in range(30_000, 36_000)])
    writer.end()
    writer.close()
    lane = LaneReader(tmp_path, 0, capacity=64)
    lane.poll()
    assert lane.rows == 36_000
    assert lane.last == row(35_999, 1)
    assert lane.ended
    assert np.array_equal(np.concatenate(list(lane.read()))[:30_000], np.array(rows[:30_000]))
