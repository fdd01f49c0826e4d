"""What stands on the terminal while the screen's own libraries load: the first frame, without them. Draws nothing later.

Panels and words lie where the screen's first frame has them, so that nothing jumps when it comes.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from opttui.printable import printable
from opttui.record.manifest import Manifest
from opttui.record.rundir import read_manifest
from opttui.tui.layout import Place, places
from opttui.tui.palettes import DARK, PALETTES
from opttui.tui.settings import settings
from opttui.tui.theme import Palette

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""The alternate screen and back, with the cursor hidden between."""
TITLES = {"loss": "loss", "path": "path", "rate": "learning rate", "table": "lanes"}
Cell = tuple[str, str]
"""A text and the role of its colour."""


@contextmanager
def splash(path: Path | Manifest, words: str) -> Iterator[None]:
    """The splash while the block runs. What goes wrong in the block leaves the terminal as it was.

    Args:
        path: The run's directory, or its manifest.
        words: What is being waited for.
    """
    width, height = os.get_terminal_size(sys.stdout.fileno())
    manifest = path if isinstance(path, Manifest) else read_manifest(path)
    lines = drawn(manifest, words, width, height)
    sys.stdout.write(ENTER + painted(lines, colours(), width) + "\x1b[0m")
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        sys.stdout.write(LEAVE)
        sys.stdout.flush()
        raise


def colours() -> Palette | None:
    """The palette chosen; None without colours."""
    return None if os.environ.get("NO_COLOR") else PALETTES.get(settings().theme, DARK)


def drawn(manifest: Manifest, words: str, width: int, height: int) -> list[list[Cell]]:
    """The frame, a list of texts for each row of the terminal."""
    canvas: list[list[Cell]] = [[] for _ in range(height)]
    above, below = int(height >= 3), 2 if height >= 6 else 0
    lanes = [(printable(lane.name, 200), printable(lane.phrase, 200)) for lane in manifest.lanes]
    if above:
        scenario = manifest.scenario
        facts = f" · {printable(manifest.id)} · {printable(scenario.problem.name)}"
        canvas[0] = [(f" ○ {words}", "label"), (facts, "title")]
    shown = places(width, height - above - below, len(lanes), "loss", full=False)
    loss = shown.get("loss")
    if loss is not None:
        title = printable(manifest.scenario.title or manifest.scenario.problem.name, 200)
        welcome(canvas, loss, above, [[(title, "chosen")], [], *listed(lanes, loss), [], [(words, "label")]])
    # From left to right, after the words in the leftmost panel: a row is written once.
    for key, place in sorted(shown.items(), key=lambda item: item[1].x):
        if place.y + above < height:
            lay(canvas[place.y + above], place, rule(key, place.width, key == "loss"))
    return canvas


def rule(key: str, width: int, chosen: bool) -> list[Cell]:
    """A panel's upper edge with its name."""
    line = "━" if chosen else "─"
    name = f" {TITLES[key]} "
    return [
        (line, "axis"),
        (name, "chosen" if chosen else "title"),
        (line * max(0, width - len(name) - 1), "axis"),
    ]


def listed(lanes: Sequence[tuple[str, str]], place: Place) -> list[list[Cell]]:
    """A row for each lane that fits, with its phrase, as the waiting screen has them."""
    kept = lanes[: max(0, place.height - 5)]
    name = min(max((len(name) for name, _ in kept), default=0), max(1, place.width // 3))
    told = [phrase.removeprefix(f"{name_}=") if phrase != name_ else "" for name_, phrase in kept]
    wide = min(max(map(len, told), default=0), max(0, place.width - name - 8))
    return [
        [("━━ ", f"lane{at}"), (fit(lane, name), "text"), ("  ", "text"), (fit(phrase, wide), "faint")]
        for at, ((lane, _), phrase) in enumerate(zip(kept, told, strict=True))
    ]


def fit(text: str, width: int) -> str:
    """The text in so many characters."""
    return text.ljust(width) if len(text) <= width else text[: max(0, width - 1)] + "…" * min(1, width)


def welcome(canvas: list[list[Cell]], place: Place, above: int, block: list[list[Cell]]) -> None:
    """Title, lanes and what is being waited for, in the middle of a panel."""
    room = place.height - 1
    block = block[:room]
    top = place.y + above + 1 + (room - len(block)) // 2
    for at, cells in enumerate(block):
        left = max(0, (place.width - sum(len(text) for text, _ in cells)) // 2)
        if cells and top + at < len(canvas):
            lay(canvas[top + at], Place(place.x + left, 0, place.width - left, 1), cells)


def lay(row: list[Cell], place: Place, cells: Sequence[Cell]) -> None:
    """Put texts into a row that reaches not yet as far as their place."""
    used = sum(len(text) for text, _ in row)
    if used <= place.x:
        row.append((" " * (place.x - used), "text"))
        row.extend(cells)


def painted(lines: Sequence[Sequence[Cell]], palette: Palette | None, width: int) -> str:
    """The frame as a terminal takes it, each row on the palette's paper to its end."""
    rows = []
    for number, line in enumerate(lines, start=1):
        room, parts = width, [f"\x1b[{number};1H", ground(palette)]
        for text, role in line:
            parts.append(ink(palette, role) + text[:room])
            room -= len(text[:room])
        rows.append("".join(parts) + " " * room)
    return "".join(rows)


def ground(palette: Palette | None) -> str:
    """The escape for the paper."""
    return "\x1b[0m" if palette is None or palette.ansi else f"\x1b[48;2;{rgb(palette.paper)}m"


def ink(palette: Palette | None, role: str) -> str:
    """The escape for a role's colour."""
    if palette is None or palette.ansi:
        return "\x1b[2m" if role in ("axis", "label") else "\x1b[22m"
    return f"\x1b[38;2;{rgb(palette.colour(role) or palette.roles['text'])}m"


def rgb(colour: str) -> str:
    """#rrggbb as the terminal's three numbers."""
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
