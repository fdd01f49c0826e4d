"""A window in a real pseudo-terminal: keys go in, what stands on the screen comes out."""

import codecs
import os
import re
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


OWN = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "OPTTUI_THEME": "", "NO_COLOR": ""}
"""What a window runs under, whatever the person running the tests has chosen."""
TOKENS = re.compile(
    r"\x1b\[(?P<private>[?<=>]?)(?P<numbers>[0-9;:]*)(?P<middle>[ -/]*)(?P<end>[@-~])"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[^\[\]()]|[\r\n\b\x07]|(?P<text>[^\x00-\x1f]+)"
)
"""What is written to a terminal: control sequences (ECMA-48), commands (OSC), and text."""


class Glass:
    """A terminal that knows where cells stand and nothing of colours: ten times as quick as pyte, for many sizes.

    Only what the app writes is understood; a sequence that moves the cursor in any other way is an error.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._left = ""
        self.resize(rows, columns)

    def resize(self, rows: int, columns: int) -> None:
        """Another size, bare."""
        self.columns, self.lines, self._x, self._y = columns, rows, 0, 0
        self._rows = [[" "] * columns for _ in range(rows)]

    @property
    def display(self) -> list[str]:
        """The rows."""
        return ["".join(row) for row in self._rows]

    def feed(self, part: bytes) -> None:
        """Take in what was written; what is cut off at the end waits for its rest."""
        data = self._left + self._decoder.decode(part)
        at = 0
        while at < len(data):
            found = TOKENS.match(data, at)
            if not found:
                break
            at = found.end()
            if found["text"] is not None:
                self._write(found["text"])
            elif found["end"] is not None:
                self._obey(found["private"], found["numbers"], found["end"])
            elif found[0] in "\r\n\b":
                self._x = 0 if found[0] == "\r" else self._x - (found[0] == "\b")
                self._y = min(self._y + (found[0] == "\n"), self.lines - 1)
        self._left = data[at:]
        assert len(self._left) < 64, f"the app writes {self._left[:80]!r}"

    def _write(self, text: str) -> None:
        if 0 <= self._y < self.lines:
            row = self._rows[self._y]
            room = len(row) - self._x
            row[self._x : self._x + len(text)] = text[: max(room, 0)]
        self._x += len(text)

    def _obey(self, private: str, numbers: str, end: str) -> None:
        if private or end in "mhlputq":
            return
        values = [int(part) if part else 0 for part in numbers.split(";")]
        by = max(values[0], 1)
        if end == "H":
            self._y, self._x = by - 1, (max(values[1], 1) if len(values) > 1 else 1) - 1
        elif end in "CD":
            self._x += by if end == "C" else -by
        elif end in "AB":
            self._y += by if end == "B" else -by
        elif end == "J" and values[0] == 2:
            self._rows = [[" "] * self.columns for _ in range(self.lines)]
        else:
            raise AssertionError(f"the app writes CSI {numbers}{end}")


class Terminal:
    """`opttui attach` on a run (or another verb on a path), and the screen that it draws."""

    def __init__(
        self,
        run: Path,
        columns: int,
        rows: int,
        *words: str,
        hangup: bool = True,
        verb: str = "attach",
        screen: "pyte.Screen | Glass | None" = None,
        **environment: str,
    ) -> None:
        """`words`: options of attach; `hangup`: whether the window hears of a terminal that closes."""
        self.screen = screen or pyte.Screen(columns, rows)
        self._stream = self.screen if isinstance(self.screen, Glass) else pyte.ByteStream(self.screen)
        self.raw = bytearray()
        """All that was written so far."""
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "opttui", verb, str(run), *words],
            dimensions=(rows, columns),
            env={**os.environ, **OWN, "XDG_CONFIG_HOME": str(run.parent / "config"), **environment},
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
