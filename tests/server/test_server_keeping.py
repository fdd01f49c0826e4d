"""When checkpoints are written: by hand-moved clocks, of a race stepped by hand."""

from pathlib import Path

import pytest
from processes import until

from opttui.race.build import build_race
from opttui.record.layout import CHECKPOINTS
from opttui.record.pointer import Pointer
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
from opttui.server import keeping
from opttui.server.keeping import KEPT, Keeper
from opttui.server.kept import KeptTeller


class Pointers:
    """What the record is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []
        self.there: dict[str, int] = {}

    def pointer(self, lane: int, pointer: Pointer) -> None:
        self.told.append((lane, pointer.step))
        self.there[pointer.file] = pointer.bytes
        for file in pointer.instead:
            del self.there[file]


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
    files = {
        str(file.relative_to(tmp_path)): file.stat().st_size for file in tmp_path.glob("ckpt/*.safetensors")
    }
    assert pointers.there == files and keeper.on_disk == sum(files.values())


def test_windows_are_told_of_snapshots_in_memory_and_checkpoints_on_disk(tmp_path: Path) -> None:
    race, keeper = kept_race(tmp_path, Pointers())
    for _ in range(30):
        race.round()
        race.timeline.keep(race.lanes[0], race.streams)
    race.timeline.spent = 0.5
    keeper.keep()
    keeper.close()
    seconds = iter([0.0, 100.0, 100.1, 101.0])
    teller = KeptTeller(race.timeline, keeper, lambda: next(seconds))
    told = teller()
    assert told.memory[0].steps == list(range(1, 31)) and told.memory[0].count == 30
    assert told.bytes == told.memory[0].bytes == race.timeline.bytes
    assert (told.memory_budget, told.memory_share) == (race.timeline.budget, 0.005)
    assert told.disk == keeper.on_disk > 0
    race.timeline.keep(race.lanes[0], race.streams)
    assert teller() is told and teller() is not told
    race.hand_back()


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
