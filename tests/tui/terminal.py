"""A window in a real pseudo-terminal: keys go in, what stands on the screen comes out."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pexpect
import pyte

from opttui.record.reader import RunReader
from opttui.tui import frames
from opttui.tui.layout import places
from opttui.tui.panels.measures import Costs
from opttui.tui.view import RaceView

PATIENCE = 60.0
"""Seconds to wait for a state; a busy machine needs a few."""


class Terminal:
    """`opttui attach` on a run, and the screen that it draws."""

    def __init__(self, run: Path, columns: int, rows: int, hangup: bool = True, **environment: str) -> None:
        """`hangup`: whether the window hears of a terminal that closes."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        """All that was written so far."""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "opttui", "attach", str(run)],
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
            timeout=None,
            ignore_sighup=not hangup,
        )

    def read(self, seconds: float = 0.0) -> None:
        """Take in what has been written, and what is for some seconds."""
        end = time.monotonic() + seconds
        while True:
            try:
                part = self.child.read_nonblocking(1 << 16, timeout=0.02)
            except pexpect.TIMEOUT:
                if time.monotonic() >= end:
                    return
                continue
            except pexpect.EOF:
                return
            self.raw += part
            self._stream.feed(part)

    def wait(self, met: Callable[[], bool], what: str = "") -> None:
        """Read until something holds; fails with the screen after a limit."""
        end = time.monotonic() + PATIENCE
        while not met():
            assert time.monotonic() < end, f"never {what}:\n" + "\n".join(self.screen.display)
            self.read(0.05)

    def shows(self, words: str) -> bool:
        """Whether some words stand there."""
        return any(words in line for line in self.screen.display)

    def press(self, keys: str) -> None:
        """Press keys."""
        self.child.send(keys)

    def resize(self, columns: int, rows: int) -> None:
        """Another size."""
        self.read()
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def gone(self) -> bool:
        """Whether the window has closed."""
        return not self.child.isalive()

    def close(self) -> None:
        """End it."""
        self.child.close(force=True)


def expected(run: Path, columns: int, rows: int, **choices: object) -> list[str]:
    """What a window on a run whose race is gone shows, cell by cell: every panel at its place and nothing else."""
    reader = RunReader(run)
    reader.poll()
    view = RaceView(reader, state="crashed", **choices)  # type: ignore[arg-type]
    above, below = frames.room(view, rows)
    cells = [[" "] * columns for _ in range(rows)]
    found = places(
        columns, rows - above - below, len(view.shown_lanes()), view.chosen, view.alone, view.sight()
    )
    pictures = [
        (place.x, place.y + above, frames.framed(view, key, place, key == view.chosen))
        for key, place in found.items()
    ]
    pictures += [(0, 0, frames.top(view, columns))] if above else []
    pictures += [(0, rows - below, frames.bottom(view, columns, below, "", Costs()))] if below else []
    for x, y, picture in pictures:
        for down, row in enumerate(picture):
            for across, character in enumerate("".join(text for text, _ in row)):
                cells[y + down][x + across] = character
    return ["".join(row) for row in cells]
