"""Every panel at every size is exactly as large as asked, whatever the run holds."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from panel_runs import LANES, NETWORK, check, make_run, race, text_of_row, view_of, walk

from opttui.plots.picture import text_of
from opttui.record.grid import Grid
from opttui.record.layout import LOSS, LR, X, Y
from opttui.record.reader import RunReader
from opttui.tui.panels import PANELS, header, hyper_line, row_at
from opttui.tui.panels.cells import width_of

HOSTILE = [
    "",
    "日本語の名前がとても長いのです",
    "e\u0301" * 12,
    "👩‍👩‍👧🇩🇪",
    "\x1b[31mred\x1b[0m\x07",
    "a\nb\r\tc",
    "\u202egnirts",
    "x" * 300,
    "\u0301\u0301",
]


def nan_lane(steps: int) -> np.ndarray:
    rows = walk(3, steps, 0.1)
    rows[:, [LOSS, LR, X, Y]] = math.nan
    return rows


def wild_lane(steps: int) -> np.ndarray:
    rows = walk(2, steps, 0.1)
    rows[::2, LOSS], rows[1::2, LOSS] = 1e308, -1e308
    rows[::3, X], rows[::5, Y] = 1e300, -math.inf
    rows[::7, LR] = math.inf
    return rows


def runs(path: Path) -> dict[str, RunReader]:
    """Runs of all sorts by name."""
    hostile = [(name, name * 2, 0.1) for name in HOSTILE]
    values = np.linspace(0, 5, 48).reshape(6, 8)
    holed = np.where(values > 4, math.nan, values)
    return {
        "six lanes": race(path),
        "not built": make_run(path, problem=None, title="Round the bend 日本"),
        "no rows": make_run(path),
        "one row": make_run(path, {0: walk(0, 1, 0.1)}),
        "two rows": make_run(path, {0: walk(0, 2, 0.1), 1: walk(1, 1, 0.1)}),
        "nan": make_run(path, {0: nan_lane(40), 1: nan_lane(1)}),
        "wild": make_run(path, {0: wild_lane(50), 1: walk(1, 50, 0.1)}),
        "network without a grid": make_run(path, {0: walk(0, 30, 0.1)}, problem=NETWORK),
        "network": make_run(
            path, {0: walk(0, 30, 0.1)}, problem=NETWORK, grid=Grid((-3.0, 3.0, -2.0, 2.0), holed)
        ),
        "hostile names": make_run(
            path, {i: walk(i, 20, 0.1) for i in range(9)}, lanes=hostile, title="\x1b]0;x\x07"
        ),
        "a hundred lanes": make_run(path, {i: walk(i, 5, 0.1) for i in range(100)}, lanes=LANES[:1] * 100),
        "no lanes": make_run(path, lanes=[]),
        "one step": make_run(path, {0: walk(0, 1, 0.1)}, steps=1),
    }


@pytest.fixture(scope="module")
def all_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunReader]:
    return runs(tmp_path_factory.mktemp("runs"))


NAMES = [
    "six lanes", "not built", "no rows", "one row", "two rows", "nan", "wild", "network without a grid", "network",
    "hostile names", "a hundred lanes", "no lanes", "one step",
]  # fmt: skip
STATES = ["starting", "running", "paused", "ended", "crashed", "hung"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "size", [(0, 0), (1, 1), (2, 1), (1, 5), (5, 2), (20, 5), (80, 24), (200, 60), (300, 1)]
)
def test_exact_sizes(all_runs: dict[str, RunReader], name: str, size: tuple[int, int]) -> None:
    view = view_of(all_runs[name])
    for panel in PANELS:
        check(panel.draw(view, *size), *size)
    for row in (header(view, size[0]), hyper_line(view, size[0])):
        check((row,), size[0], 1)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_size_axis_marker_and_state(all_runs: dict[str, RunReader], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    width, height = data.draw(st.integers(0, 210)), data.draw(st.integers(0, 62))
    view = view_of(
        all_runs[name],
        focus=data.draw(st.integers(0, 101)),
        hyper=data.draw(st.integers(0, 9)),
        axis=data.draw(st.sampled_from(["steps", "evaluations", "seconds"])),
        scale=data.draw(st.sampled_from([None, "log", "symlog", "linear"])),
        marker=data.draw(st.sampled_from(["braille", "block", "ascii"])),
        state=data.draw(st.sampled_from(STATES)),
        reason=data.draw(st.sampled_from(["", "loading torch …", "\x1b[31m日本"])),
        steps_per_second=data.draw(st.none() | st.floats()),
        pace=data.draw(st.none() | st.floats(min_value=0.1, allow_infinity=False)),
    )
    for panel in PANELS:
        picture = panel.draw(view, width, height)
        check(picture, width, height)
        assert width_of(panel.title(view)) >= 4 and panel.title(view).isprintable()
        if view.marker == "ascii":
            assert text_of(picture).isascii()
    check((header(view, width), hyper_line(view, width)), width, 2)
    lane = row_at(view, width, height, data.draw(st.integers(-1, 70)))
    assert lane is None or lane in {info.id for info in view.reader.manifest.lanes}


def test_the_same_view_gives_the_same_picture(all_runs: dict[str, RunReader]) -> None:
    view = view_of(all_runs["six lanes"])
    for panel in PANELS:
        assert panel.draw(view, 100, 30) == panel.draw(view, 100, 30)


def test_while_waiting_one_reads_what_for(all_runs: dict[str, RunReader]) -> None:
    view = view_of(all_runs["not built"], state="starting", reason="loading torch …")
    text = text_of(PANELS[0].draw(view, 100, 24))
    assert "Round the bend 日本" in text and "loading torch …" in text
    assert all(name in text and phrase in text for name, phrase, _ in LANES)
    assert "will be drawn here" in text_of(PANELS[1].draw(view, 60, 12))
    assert "… 4 more" in text_of(PANELS[0].draw(view, 100, 7))
    assert "loading torch …" in text_of(PANELS[0].draw(view, 30, 1))


def test_no_raw_text_from_outside(all_runs: dict[str, RunReader]) -> None:
    view = view_of(all_runs["hostile names"], focus=4)
    shown = [text_of(panel.draw(view, 160, 30)) for panel in PANELS] + [text_of_row(hyper_line(view, 80))]
    for text in shown:
        assert not any(character in text for character in "\x1b\x07\r\t\u202e\u200d")
