"""Pictures of the real screen: runs a command in a pseudo-terminal, presses keys, draws what stands there as SVG.

    python docs/picture.py docs/race.svg --size 120x36 --wait 'steps/s' --after 6 -- opttui race showcase

Every cell is drawn as rectangles, dots and text at its own place, so that the picture looks the same with any font.
"""

import argparse
import os
import re
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pexpect
import pyte

WIDE, HIGH = 8.4, 17.0
"""Size of a cell in pixels."""
PAPER, INK = "#0d1017", "#d5dae3"
SIXTEEN = {
    **{"black": "#1c1f26", "red": "#e06c75", "green": "#98c379", "brown": "#d7a95b", "blue": "#61afef"},
    **{"magenta": "#c678dd", "cyan": "#56b6c2", "white": "#c8ccd4", "brightblack": "#5c6370"},
    **{"brightred": "#ff7b86", "brightgreen": "#b5e890", "brightbrown": "#f2d06b", "brightblue": "#82c7ff"},
    **{
        "brightmagenta": "#e29cf7",
        "brightcyan": "#7fe0ec",
        "brightwhite": "#ffffff",
        "brightyellow": "#f2d06b",
    },
}
"""A usual terminal's own colours, by pyte's names."""
HALVES = {
    "▀": (0, 0, 1, 0.5),
    "▄": (0, 0.5, 1, 0.5),
    "█": (0, 0, 1, 1),
    "▌": (0, 0, 0.5, 1),
    "▐": (0.5, 0, 0.5, 1),
}
EIGHTHS = "▁▂▃▄▅▆▇"
RULES = {"─": (1.0, 1.0), "━": (2.2, 1.0), "┈": (0.7, 0.5)}
"""Thickness in pixels, and the share of the cell that is drawn."""
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each bit of a Braille character."""


STILL = 2.0
"""Seconds without a change after which a screen is taken to be drawn."""


class Terminal:
    """A command in a pseudo-terminal, and what stands on its screen."""

    def __init__(self, command: list[str], columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.changed = time.monotonic()
        """When something was written last."""
        self._stream = pyte.ByteStream(self.screen)
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self._child = pexpect.spawn(
            command[0], command[1:], dimensions=(rows, columns), env=environment, timeout=None
        )

    def read(self, seconds: float, met: Callable[[], bool] = lambda: False) -> bool:
        """Take in what is written for some seconds, or until something holds; whether it does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self._stream.feed(self._child.read_nonblocking(1 << 16, timeout=0.05))
                self.changed = time.monotonic()
            except pexpect.TIMEOUT:
                pass
            except pexpect.EOF:
                return met()
            if met():
                return True
        return False

    def shows(self, words: str) -> bool:
        """Whether some words stand there."""
        return any(words in line for line in self.screen.display)

    def stands(self) -> bool:
        """Whether a race runs on it, or it holds text and has not changed for a while."""
        full = any(line.strip() for line in self.screen.display) and not self.shows("opening …")
        return self.shows("steps/s") or (full and time.monotonic() - self.changed > STILL)

    def press(self, keys: str) -> None:
        """Press some keys."""
        self._child.send(keys)

    def close(self) -> None:
        """Hang up."""
        self._child.close(force=True)


def svg_of(screen: pyte.Screen) -> str:
    """The screen as an SVG."""
    width, height = screen.columns * WIDE + 24, screen.lines * HIGH + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="13.5">',
        f'<rect width="100%" height="100%" rx="10" fill="{PAPER}"/><g transform="translate(12 12)">',
    ]
    for y in range(screen.lines):
        parts += row_of(screen, y)
    return "\n".join([*parts, "</g></svg>\n"])


def row_of(screen: pyte.Screen, y: int) -> Iterator[str]:
    """One row: paper in runs, then what lies on it, text in runs of one ink."""
    cells = [screen.buffer[y][x] for x in range(screen.columns)]
    for x, end in runs([colour(cell.bg, PAPER) for cell in cells]):
        paper = colour(cells[x].bg, PAPER)
        if paper != PAPER:
            yield box(x * WIDE, y * HIGH, (end - x) * WIDE + 0.3, HIGH + 0.3, paper)
    looks = [(colour(cell.fg, INK), cell.bold, is_text(cell.data)) for cell in cells]
    for x, end in runs(looks):
        ink, bold, text = looks[x]
        words = "".join(cell.data for cell in cells[x:end])
        if not text:
            for at in range(x, end):
                yield from glyph(cells[at].data, at * WIDE, y * HIGH, ink)
        else:
            weight = ' font-weight="700"' if bold else ""
            # Word by word: renderers disagree about the width of spaces.
            for word in re.finditer(r"\S+", words):
                left, wide = (x + word.start()) * WIDE, len(word[0]) * WIDE
                yield (
                    f'<text x="{left:.1f}" y="{y * HIGH + 12.8:.1f}" fill="{ink}"{weight} '
                    f'textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs">{escape(word[0])}</text>'
                )


def glyph(data: str, x: float, y: float, ink: str) -> Iterator[str]:
    """Braille as dots, blocks and rules as rectangles."""
    if "\u2800" <= data <= "\u28ff":
        bits = ord(data) - 0x2800
        for bit, (column, row) in enumerate(DOTS):
            if bits >> bit & 1:
                at = x + WIDE * (0.27 + 0.46 * column), y + HIGH * (0.125 + 0.25 * row)
                yield f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="1.45" fill="{ink}"/>'
    elif data in RULES:
        thick, share = RULES[data]
        yield box(x, y + (HIGH - thick) / 2, WIDE * share + 0.2, thick, ink)
    else:
        high = (EIGHTHS.index(data) + 1) / 8 if data in EIGHTHS else 0.0
        left, top, wide, high = (0.0, 1 - high, 1.0, high) if high else HALVES[data]
        yield box(x + left * WIDE, y + top * HIGH, wide * WIDE + 0.2, high * HIGH + 0.2, ink)


def box(x: float, y: float, width: float, height: float, ink: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{ink}"/>'


def is_text(data: str) -> bool:
    """Whether a cell is drawn as text."""
    return (
        not (data in HALVES or data in RULES or data in EIGHTHS or "\u2800" <= data <= "\u28ff") or data == ""
    )


def colour(name: str, default: str) -> str:
    """A colour of pyte's as CSS."""
    if name == "default":
        return default
    return SIXTEEN.get(name) or f"#{name}"


def runs(values: list[object]) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of equal values."""
    begin = 0
    for at in range(1, len(values) + 1):
        if at == len(values) or values[at] != values[begin]:
            yield begin, at
            begin = at


def main() -> None:
    """Take a picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--size", default="120x36", help="columns x rows")
    parser.add_argument(
        "--wait", help="words to wait for before the keys; without them until a race runs or all is still"
    )
    parser.add_argument("--keys", action="append", default=[], help="keys to press, one second after another")
    parser.add_argument("--after", type=float, default=2.0, help="seconds until the picture is taken")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    columns, rows = map(int, given.size.split("x"))
    terminal = Terminal(given.command, columns, rows)
    try:
        words = given.wait
        if not terminal.read(60, (lambda: terminal.shows(words)) if words else terminal.stands):
            raise SystemExit(
                f"{words!r} did not appear within a minute" if words else "nothing appeared within a minute"
            )
        for keys in given.keys:
            terminal.press(keys.encode().decode("unicode_escape"))
            terminal.read(1.0)
        terminal.read(given.after)
        given.file.write_text(svg_of(terminal.screen), encoding="utf-8")
    finally:
        terminal.close()


if __name__ == "__main__":
    main()
