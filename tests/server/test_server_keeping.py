"""When checkpoints are written: by hand-moved clocks, of a race stepped by hand."""

from pathlib import Path

import pytest
from processes import until

from opttui.race.build import build_race
from opttui.record.layout import CHECKPOINTS
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
from opttui.server import keeping
from opttui.server.keeping import KEPT, Keeper


class Pointers:
    """What the record is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def pointer(self, lane: int, step: int, file: str) -> None:
        self.told.append((lane, step))


def kept_race(path: Path, pointers: Pointers) -> tuple[object, Keeper]:
    race = build_race(Scenario(ProblemSpec("rosenbrock"), (LaneSpec("Adam", {"lr": 0.01}),), steps=100))
    return race, Keeper(path, race, pointers, lambda: 0.0, lambda: 0.0)


def test_the_newest_stay_and_what_has_not_moved_is_not_written_again(tmp_path: Path) -> None:
    pointers = Pointers()
    race, keeper = kept_race(tmp_path, pointers)
    for _ in range(KEPT + 2):
        race.round()
        keeper.keep()
        keeper.keep()
    keeper.close()
    race.hand_back()
    assert pointers.told == [(0, step) for step in range(1, KEPT + 3)]
    assert len(list((tmp_path / CHECKPOINTS).glob("*.safetensors"))) == KEPT
    assert keeper.written == KEPT + 2


def test_a_disk_that_refused_once_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pointers = Pointers()
    race, keeper = kept_race(tmp_path, pointers)
    write, refused = keeping.write_checkpoint, []

    def full_at_first(path: Path, snapshot: object) -> int:
        if not refused:
            refused.append(path)
            raise OSError(28, "No space left on device")
        return write(path, snapshot)

    monkeypatch.setattr(keeping, "write_checkpoint", full_at_first)
    race.round()
    keeper.keep()
    until(keeper._done.qsize)
    keeper.keep()
    keeper.close()
    race.hand_back()
    assert len(refused) == 1 and pointers.told == [(0, 1)]
