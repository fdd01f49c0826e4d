"""The panel of the machine: any size, any card, read at the cursor, and shown by its key."""

import math
from pathlib import Path

import numpy as np
import pytest
from panel_runs import check, make_run, race, view_of, walk
from screen_runs import opened, shown

from opttui.plots.gauge import gauge, level, levels
from opttui.plots.picture import text_of
from opttui.record.machine import Card, Computer, MachineWriter, Running
from opttui.record.reader import RunReader
from opttui.tui.layout import Shape
from opttui.tui.panels import PANELS
from opttui.tui.panels.machine import size

PANEL = next(panel for panel in PANELS if panel.key == "machine")
GIB = 2.0**30
CORES = tuple(f"cpu{core}" for core in range(4))
CHANNELS = ("cpu", *CORES, "load", "memory", "process.cpu", "process.memory", "disk.read", "disk.write")
CARD = Card("gpu0", "NVIDIA H100 PCIe", 80 * GIB, 350.0)
OF_CARD = ("gpu0.use", "gpu0.memory", "gpu0.power", "gpu0.temperature")


def with_machine(
    reader: RunReader, count: int = 30, cards: tuple[Card, ...] = (CARD,), **more: float
) -> RunReader:
    """The run with so many readings, the k-th at step 20 k: core 0 at k %, all else as it is told."""
    channels = (*CHANNELS, *(OF_CARD if cards else ()))
    values = dict.fromkeys(channels, 50.0) | {"memory": 12 * GIB, "process.memory": GIB, "load": 1.5}
    values |= {"gpu0.memory": 20 * GIB, "gpu0.power": 310.0, "gpu0.temperature": 64.0} | more
    writer = MachineWriter(reader.path)
    writer.computer(Computer("box", "a processor", 4, 4, 32 * GIB, None, 77, 1000.0, channels, cards))
    for at in range(count):
        values["cpu0"] = float(at)
        writer.reading(float(at), 1000.0 + at, 20 * at, [values[name] for name in channels])
    writer.processes(1.0, [Running("gpu0", 77, "python", 3 * GIB), Running("gpu0", 5, "\x1b[31mother", None)])
    writer.close()
    reader.poll()
    return reader


def line(text: str, label: str) -> str:
    """The row that begins with a label."""
    return next(row for row in text.splitlines() if row.strip().startswith(label))


def test_each_reading_has_its_number_and_unit(tmp_path: Path) -> None:
    text = text_of(PANEL.draw(view_of(with_machine(race(tmp_path))), 100, 30))
    assert line(text, "CPU").endswith(
        "50 % of 4 cores".ljust(len(line(text, "CPU")) - line(text, "CPU").index("50 %"))
    )
    for label, words in {
        "core 0": "29 %",
        "load": "1.50 waiting or running",
        "memory": "12.0 GiB of 32.0 GiB",
        "own CPU": "50 % of a core",
        "gpu0": "NVIDIA H100 PCIe",
        "use": "50 %",
        "power": "310 of 350 W",
        "heat": "64 °C",
        "disks read": "50 B/s",
        "process": "77 this run, 3.0 GiB",
    }.items():
        assert words in line(text, label), (label, text)
    assert "20.0 GiB of 80.0 GiB" in text
    assert "\x1b" not in text and "5 �[31mother" in text


def test_at_the_cursor_stands_what_was_read_then(tmp_path: Path) -> None:
    reader = with_machine(race(tmp_path))
    view = view_of(reader, cursor=400.0)
    assert " 20 %" in line(text_of(PANEL.draw(view, 100, 30)), "core 0")
    assert PANEL.title(view) == "machine box · at step 400"
    view.cursor = 419.0
    assert " 20 %" in line(text_of(PANEL.draw(view, 100, 30)), "core 0")


@pytest.mark.parametrize("marker", ["braille", "block", "ascii"])
@pytest.mark.parametrize(
    "size", [(0, 0), (1, 1), (3, 2), (9, 5), (20, 5), (31, 9), (80, 24), (200, 60), (300, 1)]
)
def test_any_size(tmp_path: Path, size: tuple[int, int], marker: str) -> None:
    for number, reader in enumerate((with_machine(race(tmp_path / "a")), race(tmp_path / "b"))):
        for state in ("running", "ended"):
            picture = PANEL.draw(view_of(reader, marker=marker, state=state), *size)
            check(picture, *size)
            assert marker != "ascii" or text_of(picture).isascii(), number


def test_what_matters_most_is_left_where_there_is_no_room(tmp_path: Path) -> None:
    view = view_of(with_machine(race(tmp_path)))
    for height, labels in (
        (1, ["CPU"]),
        (3, ["CPU", "memory", "use"]),
        (5, ["CPU", "memory", "own", "use", "memory"]),
    ):
        rows = text_of(PANEL.draw(view, 60, height)).splitlines()
        assert [row.split()[0] for row in rows] == labels


def test_many_cores_share_a_row(tmp_path: Path) -> None:
    reader = race(tmp_path)
    channels = tuple(f"cpu{core}" for core in range(256))
    writer = MachineWriter(reader.path)
    writer.computer(Computer("big", "", 256, 128, 0.0, GIB, 1, 0.0, channels))
    writer.reading(0.0, 0.0, 0, [100.0 if core == 200 else 0.0 for core in range(256)])
    writer.close()
    reader.poll()
    text = text_of(PANEL.draw(view_of(reader), 90, 24))
    row = line(text, "each core")
    assert row.count("█") == 1 and row.endswith("up to 100 %".ljust(len(row) - row.index("up to")))
    assert "of 256 cores, 128 for us" in text


def test_a_card_that_tells_nothing_says_so(tmp_path: Path) -> None:
    reader = with_machine(race(tmp_path), **dict.fromkeys(OF_CARD, math.nan))
    text = text_of(PANEL.draw(view_of(reader), 80, 30))
    assert (
        "NVIDIA H100 PCIe" in text and "the card does not answer" in text and "W" not in text.split("H100")[1]
    )


def test_without_a_card_there_is_no_row_for_one(tmp_path: Path) -> None:
    text = text_of(PANEL.draw(view_of(with_machine(race(tmp_path), cards=())), 80, 30))
    assert "gpu" not in text and "CPU" in text


def test_a_run_without_readings_says_so(tmp_path: Path) -> None:
    reader = make_run(tmp_path, {0: walk(0, 20, 0.1)})
    assert "is being read" in text_of(PANEL.draw(view_of(reader), 60, 5))
    view = view_of(reader, state="ended")
    assert "nothing is known" in text_of(PANEL.draw(view, 60, 5))
    assert "machine" not in view.panels() and "machine" in view_of(reader).panels()
    # Another tool's log is followed, and says nothing of a machine.
    reader.foreign = True
    assert "machine" not in view_of(reader).panels()
    assert "nothing is known" in text_of(PANEL.draw(view_of(reader), 60, 5))


async def test_its_key_shows_it_and_readings_alone_move_it(tmp_path: Path) -> None:
    reader = with_machine(race(tmp_path))
    app, screen, _ = opened(reader)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "GiB of 32.0 GiB" not in shown(screen)
        version = reader.version
        await pilot.press("f7")
        await pilot.pause()
        assert "12.0 GiB of 32.0 GiB" in shown(screen) and screen.view.chosen == "machine"
        before = screen.signature()
        writer = MachineWriter(reader.path)
        writer.reading(31.0, 1031.0, 620, [99.0] * (len(CHANNELS) + len(OF_CARD)))
        writer.close()
        screen.look(0.0)
        assert screen.signature() != before and reader.version == version
        screen.redraw()
        assert " 99 % of 4 cores" in shown(screen)
        await pilot.press("shift+f7")
        await pilot.pause()
        assert "of 4 cores" not in shown(screen)


async def test_a_finished_run_without_readings_has_no_such_panel(tmp_path: Path) -> None:
    app, screen, _ = opened(race(tmp_path), state="ended")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        await pilot.pause()
        assert screen.view.chosen != "machine"


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (120, 40), (200, 60)])
async def test_every_layout_has_room_for_it(tmp_path: Path, size: tuple[int, int]) -> None:
    app, screen, _ = opened(with_machine(race(tmp_path)), shape=Shape(hidden=frozenset()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        await pilot.pause()
        assert "CPU" in shown(screen)
        await pilot.press("z")
        await pilot.pause()
        assert "CPU" in shown(screen)


def test_a_gauge_stands_on_zero() -> None:
    values = np.array([0.0, 50.0, 100.0, math.nan, 200.0])
    assert gauge(values, values, 5, 100.0) == "▁▅█ █"
    assert gauge(values, values, 7, 100.0) == "  ▁▅█ █"
    assert gauge(values[:3], values[:3], 3, 0.0) == "▁▅█"
    assert gauge(np.arange(1000.0), np.arange(1000.0), 4, 1000.0) == "▁▄▅█"
    assert gauge(np.empty(0), np.empty(0), 3, 1.0) == "   " and gauge(values, values, 0, 1.0) == ""
    assert level(math.inf, 100.0) == "█" and level(-5.0, 100.0) == "▁" and level(1.0, 0.0) == "▁"
    assert levels(np.array([0.0, 100.0, 0.0, 0.0]), 2, 100.0) == "█▁"


def test_sizes_are_read_easily() -> None:
    assert [size(value) for value in (0.0, 900.0, 1536.0, 99.96 * 2**20, 80 * GIB, math.nan, None)] == [
        "0 B", "900 B", "1.5 KiB", "100 MiB", "80.0 GiB", "–", "–",
    ]  # fmt: skip
