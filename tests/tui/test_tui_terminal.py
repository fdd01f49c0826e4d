"""A window in a real pseudo-terminal: keys, mouse, every size; terminals that do not read, that go, without colours."""

import base64
import itertools
import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from panel_runs import race
from terminal import PATIENCE, Glass, Terminal, expected

from opttui.record.rundir import read_manifest, write_manifest


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = race(tmp_path_factory.mktemp("runs")).path
    # A young run without a process might still be starting.
    manifest = read_manifest(path)
    write_manifest(path, msgspec.structs.replace(manifest, created=manifest.created - 60))
    return path


@pytest.fixture(scope="module")
def window(run: Path) -> Iterator[Terminal]:
    """One window for all tests that leave it as they found it."""
    terminal = Terminal(run, 120, 40)
    yield terminal
    terminal.close()


def settles(terminal: Terminal, run: Path, **choices: object) -> None:
    size = terminal.screen.columns, terminal.screen.lines
    wanted = expected(run, *size, **choices)
    terminal.wait(lambda: terminal.screen.display == wanted, f"as drawn at {size}:\n" + "\n".join(wanted))


def test_the_terminal_shows_the_panels_cell_by_cell_at_any_size(window: Terminal, run: Path) -> None:
    settles(window, run)
    dice = random.Random(1)
    for columns, rows in [
        (20, 5),
        *((dice.randint(20, 300), dice.randint(5, 100)) for _ in range(3)),
        (120, 40),
    ]:
        window.resize(columns, rows)
        settles(window, run)


def test_a_storm_of_resizes_ends_at_the_last_size(window: Terminal, run: Path) -> None:
    dice = random.Random(2)
    for _ in range(15):
        window.resize(dice.randint(1, 200), dice.randint(1, 60))
    window.resize(120, 40)
    settles(window, run)


def test_keys_reach_the_view(window: Terminal, run: Path) -> None:
    window.press("\x1b[F[[[")
    settles(window, run, cursor=581.0)
    window.press("c")
    window.wait(lambda: window.shows("Copied the values of 6 lanes at step 581"), "copied")
    (clip,) = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", bytes(window.raw))
    assert base64.b64decode(clip).decode().splitlines()[1].startswith("SGD\t581\t")
    window.press("\x1b[1;2Q" + "v")
    window.wait(lambda: not window.shows("path · x and y") and not window.shows("loss · log"), "hidden")
    window.press("V" + "\x1bOP" + "/ada\r")
    window.wait(lambda: window.shows("2 of 6 lanes · filter ada"), "filtered")
    window.press("\x1b")
    window.wait(lambda: not window.shows("at step 581"), "without cursor")
    window.press("\x1b")
    window.wait(lambda: not window.shows("filter"), "without filter")


def test_the_mouse_reads_and_zooms(window: Terminal, run: Path) -> None:
    window.press("0V\x1bOP")
    window.press("\x1b[<0;40;12M\x1b[<0;40;12m")
    window.wait(lambda: window.shows("at step"), "read")
    window.press("\x1b[<64;40;12M")
    window.wait(lambda: window.shows("zoomed"), "zoomed")
    window.press("0\x1b")
    window.wait(lambda: not window.shows("zoomed") and not window.shows("at step"), "as before")


def test_a_terminal_that_does_not_read_for_a_while(run: Path) -> None:
    """Frames are skipped: the window goes on, and what is read afterwards ends with the newest picture."""
    terminal = Terminal(run, 160, 50)
    try:
        settles(terminal, run)
        sent = len(terminal.raw)
        for _ in range(60):
            terminal.press("y[")
        settles(terminal, run, cursor=599.0 - 59 * 6, scale="log")
        assert len(terminal.raw) - sent < 3_000_000
        terminal.press("q")
        terminal.wait(terminal.gone, "left")
        assert terminal.child.exitstatus == 0
        assert b"\x1b[?1049l" in terminal.raw, "the terminal's own screen is back"
    finally:
        terminal.close()


@pytest.mark.parametrize("hangup", [True, False])
def test_a_terminal_that_goes_away_takes_its_window_along(run: Path, hangup: bool) -> None:
    terminal = Terminal(run, 80, 24, hangup=hangup)
    try:
        terminal.wait(lambda: terminal.shows("best loss"), "drawn")
        os.close(terminal.child.child_fd)
        terminal.child.child_fd = -1
        end = time.monotonic() + PATIENCE
        while terminal.child.isalive():
            assert time.monotonic() < end
    finally:
        terminal.child.terminate(force=True)


def test_without_colours_and_without_a_mouse(run: Path) -> None:
    terminal = Terminal(run, 100, 30, NO_COLOR="1", COLORTERM="", TERM="xterm")
    try:
        terminal.wait(lambda: terminal.shows("6 lanes · by best loss"), "drawn")
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;2;", bytes(terminal.raw)), "no colour of 24 bits"
        terminal.press("\x1b[F/adam\r")
        terminal.wait(lambda: terminal.shows("1 of 6 lanes · filter adam · at step 599"), "read and filtered")
    finally:
        terminal.close()


@pytest.fixture(scope="module")
def glass(run: Path) -> Iterator[Terminal]:
    """A window for thousands of sizes."""
    terminal = Terminal(run, 120, 40, screen=Glass(120, 40))
    settles(terminal, run)
    yield terminal
    terminal.press("q")
    terminal.wait(terminal.gone, "left")
    assert terminal.child.exitstatus == 0
    assert b"Traceback" not in terminal.raw
    terminal.close()


@pytest.mark.slow
def test_five_hundred_sizes_at_once(glass: Terminal, run: Path) -> None:
    """Sizes come faster than frames; now and then one stays, and it is drawn to the last cell."""
    dice = random.Random(3)
    for _ in range(500):
        glass.resize(dice.randint(1, 300), dice.randint(1, 100))
        if dice.random() < 0.2:
            settles(glass, run)
    glass.resize(120, 40)
    settles(glass, run)


@pytest.mark.slow
def test_every_width_and_every_height(glass: Terminal, run: Path) -> None:
    """Every width from 20 to 300 at three heights, every height from 5 to 100 at six widths or more, cell by cell."""
    seen = set()
    for width, turn in itertools.product(range(20, 301), range(3)):
        height = 5 + (width * 5 + turn * 32) % 96
        seen.add(height)
        glass.resize(width, height)
        settles(glass, run)
    assert seen == set(range(5, 101))
    for size in ((20, 5), (300, 100), (20, 100), (300, 5)):
        glass.resize(*size)
        settles(glass, run)


@pytest.mark.slow
def test_the_quick_terminal_shows_what_a_whole_one_shows(window: Terminal, run: Path) -> None:
    dice = random.Random(4)
    for columns, rows in [
        (300, 100),
        *((dice.randint(20, 300), dice.randint(5, 100)) for _ in range(12)),
        (120, 40),
    ]:
        window.resize(columns, rows)
        quick, begin = Glass(columns, rows), len(window.raw)
        settles(window, run)
        quick.feed(bytes(window.raw[begin:]))
        assert quick.display == window.screen.display
