"""Lanes beside each other in a window and on paper."""

import json
import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from panel_runs import LANES, NETWORK, check, make_run, race, text_of_row, view_of
from safetensors.numpy import save
from screen_runs import opened, shown

from opttui.cli.compare import chosen_lanes, object_of, print_comparison
from opttui.errors import InputError
from opttui.plots.picture import text_of
from opttui.record.compare import apart_of
from opttui.record.events import Event
from opttui.record.layout import EVALUATIONS, LOSS, STEP, X, Y, final_file
from opttui.record.rundir import write_manifest
from opttui.record.settings import settings_of
from opttui.tui.frames import COMPARE
from opttui.tui.panels.compared import lanes_of


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory):
    return race(tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("picked", [(), (1, 0), (0, 1, 2, 3, 4, 5)])
def test_every_size_is_filled(reader, picked: tuple[int, ...]) -> None:
    for width in (1, 7, 20, 40, 80, 129, 130, 200):
        for height in (1, 3, 8, 21, 60):
            for marker in ("braille", "ascii"):
                view = view_of(reader, picked=picked, marker=marker)
                check(COMPARE.draw(view, width, height), width, height)


def test_without_marks_the_focused_lane_and_the_best_are_compared(reader) -> None:
    best = min((lane for lane in reader.lanes if lane.id != 5), key=lambda lane: lane.best_loss).id
    other = next(lane for lane in (0, 1) if lane != best)
    assert lanes_of(view_of(reader, focus=other)) == (other, best)
    assert lanes_of(view_of(reader, focus=other, picked=(2,))) == (2, other)
    assert lanes_of(view_of(reader, picked=(3, 2, 5))) == (3, 2, 5)


def test_what_is_said_of_two_lanes(reader) -> None:
    text = text_of(COMPARE.draw(view_of(reader, picked=(0, 1)), 120, 40))
    assert "━━ SGD" in text and "━━ Adam" in text
    for words in ("to SGD's best", "to Adam's best", "0.1 → 0.05", "Adam is ahead of SGD since step"):
        assert words in text
    assert "schedule" in text and "StepLR:step_size=500,gamma=0.5" in text
    assert "the same: momentum 0.9 · weight_decay 0" in text


def test_settings_that_differ(reader) -> None:
    found = {each.name: each for each in settings_of(reader, [0, 1, 5])}
    assert found["optimizer"].values == ("SGD", "Adam", "SGD")
    assert found["lr"].values == ("0.001", "0.1 → 0.05", "0.01") and found["lr"].differs
    assert found["schedule"].values[1:] == ("–", "–")
    assert not found["momentum"].differs


def test_what_a_fork_was_turned_to_is_its_setting(tmp_path: Path) -> None:
    forked = Event("forked", "a fork", 1, 21, data={"parent": 0, "values": {"lr": 0.01}})
    reader = make_run(tmp_path, lanes=[LANES[0], LANES[0]], events=[forked])
    found = {each.name: each for each in settings_of(reader, [0, 1])}
    assert found["lr"].values == ("0.001", "0.001 → 0.01")


async def test_lanes_are_marked_compared_and_let_go(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("x", "j", "x")
        assert screen.view.picked == (0, 1)
        assert sum(line.startswith("x") for line in shown(screen).splitlines()) == 2
        await pilot.press("C")
        assert "compare · Adam − SGD: best losses · by steps" in shown(screen) and "1 lane" not in shown(
            screen
        )
        await pilot.click(offset=(30, 10))
        assert screen.view.chosen == "loss"
        await pilot.press("X", "escape")
        assert not screen.view.comparing and "6 lanes" in shown(screen)
        await pilot.press("x")
        assert screen.view.picked == (0,)


def test_lanes_are_chosen_by_number_and_by_name(reader) -> None:
    assert chosen_lanes(reader, "0,2") == [0, 2]
    assert chosen_lanes(reader, "hot SGD, 1,Adagrad") == [5, 1, 3]
    for text, sentence in (
        ("0", "--compare: two lanes are needed at least, like --compare 0,1"),
        ("Adma,0", "--compare: there is no lane 'Adma'; did you mean Adam?"),
        ("0,SGD", "--compare: lane 'SGD' is given twice"),
    ):
        with pytest.raises(InputError) as caught:
            chosen_lanes(reader, text)
        assert str(caught.value) == sentence


@pytest.mark.parametrize("width", [60, 100])
def test_paper_is_as_wide_as_asked(reader, width: int, capsys: pytest.CaptureFixture[str]) -> None:
    print_comparison(reader, [0, 1, 4], width)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= width
    assert "Adam is ahead of SGD" in out and "to SGD's best" in out


def test_the_object_is_json_without_bare_words(reader) -> None:
    told = json.loads(json.dumps(object_of(reader, [0, 5], "steps"), allow_nan=False))
    assert [lane["name"] for lane in told["lanes"]] == ["SGD", "hot SGD"]
    assert told["lanes"][0]["to_best_of"]["0"]["step"] == reader.lanes[0].best_step
    assert told["pairs"][0]["one"] == 0 and told["pairs"][0]["ahead"] == 0


def test_the_distance_is_that_of_the_last_parameters_where_they_are_known(tmp_path: Path) -> None:
    rows = np.zeros((3, 9))
    rows[:, STEP], rows[:, LOSS] = range(3), 1.0
    other = rows.copy()
    other[:, X], other[:, Y] = 3.0, 4.0
    drawn = make_run(tmp_path, {0: rows, 1: other}, lanes=LANES[:2])
    far = apart_of(drawn, *drawn.lanes)
    assert far is not None and (far.distance, far.of, far.step) == (5.0, "the point", 2)
    reader = make_run(tmp_path, {0: rows, 1: other}, lanes=LANES[:2], problem=NETWORK)
    far = apart_of(reader, *reader.lanes)
    assert far is not None and (far.distance, far.of) == (5.0, "the drawn plane")
    for lane, value in enumerate((1.0, 3.0)):
        state = {"w": np.full((2, 2), value, np.float32), "bn.running_mean": np.full(2, 100 * value)}
        (reader.path / final_file(lane)).write_bytes(save(state))
    write_manifest(reader.path, msgspec.structs.replace(reader.manifest, state="ended"))
    reader.poll()
    far = apart_of(reader, *reader.lanes)
    # Four weights, each 2 apart; their lengths are 2 and 6.
    assert far is not None and (far.of, far.distance, far.share) == ("last parameters", 4.0, 1.0)
    (reader.path / final_file(1)).write_bytes(b"no such file")
    assert math.isfinite(far.distance)


def test_where_lanes_are_ranked_by_held_out_losses_they_are_compared_by_them(tmp_path: Path) -> None:
    """Lane 1 has the luckier batch, lane 0 the better loss on held-out data from step 10 on."""
    rows = np.ones((20, 9))
    rows[:, STEP] = rows[:, EVALUATIONS] = range(20)
    lucky = rows.copy()
    lucky[7, LOSS] = 0.01
    measured = [(0, 0, 3.0), (10, 0, 0.5), (20, 0, 0.6), (0, 1, 3.0), (10, 1, 0.9), (20, 1, 0.7)]
    validation = [(lane, step, {"loss": loss}) for step, lane, loss in measured]
    reader = make_run(tmp_path, {0: rows, 1: lucky}, lanes=LANES[:2], problem=NETWORK, validation=validation)
    told = object_of(reader, [0, 1], "steps")
    assert told["ranked_by"] == "held-out loss"
    assert [lane["best"] for lane in told["lanes"]] == [0.5, 0.7]
    assert told["lanes"][0]["to_best_of"]["0"]["step"] == 9  # measured after step 9
    assert told["lanes"][1]["to_best_of"] == {"0": None, "1": told["lanes"][1]["to_best_of"]["1"]}
    assert (told["pairs"][0]["ahead"], told["pairs"][0]["since"]) == (0, 9.0)
    text = text_of(COMPARE.draw(view_of(reader), 120, 40))
    assert "best held out" in text and "SGD is ahead of Adam since step 9" in text


def test_the_first_row_names_the_lanes(reader) -> None:
    rows = COMPARE.draw(view_of(reader, picked=(4, 0)), 80, 30)
    assert any("LBFGS" in text_of_row(row) and "SGD" in text_of_row(row) for row in rows)
