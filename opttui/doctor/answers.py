"""What a terminal answers to questions in escape sequences, read from its bytes. Knows no descriptor.

Answers may come in any order, in pieces, with keys in between, or not at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from opttui.printable import printable

SAMPLES = {"braille": "⣿", "block": "▄", "wide": "日", "combining": "e\u0301"}
"""Characters whose widths are measured, and their names."""
WIDTHS = {"braille": 1, "block": 1, "wide": 2, "combining": 1}
"""What they should be, in cells."""
SYNCHRONISED, MOUSE, PASTE = 2026, 1006, 2004
"""Numbers of private modes: frames that appear whole, mouse reports by cell, pasted text marked as such."""

QUESTIONS = (
    "".join(f"\x1b[?{mode}$p" for mode in (SYNCHRONISED, MOUSE, PASTE))
    + "\x1b[>0q"
    # A colour that only 24 bits can tell, asked for at once and taken away again.
    + "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m"
    + "".join(f"\r{sample}\x1b[6n" for sample in SAMPLES.values())
    # Every terminal answers the last one: with it there is nothing to wait for any more.
    + "\r\x1b[K\x1b[c"
)

_MODE = re.compile(rb"\x1b\[\?(\d{1,5});(\d)\$y")
_VERSION = re.compile(rb"\x1bP>\|([^\x1b\x07]{1,200})(?:\x1b\\|\x07)")
_COLOUR = re.compile(rb"\x1bP([01])\$r([0-9;:]{0,100})m?(?:\x1b\\|\x07)")
_PLACE = re.compile(rb"\x1b\[(\d{1,4});(\d{1,4})R")
_ATTRIBUTES = re.compile(rb"\x1b\[\?([0-9;]{1,100})c")
_RGB = re.compile(rb"48[:;]2[:;]{1,2}(?:0[:;])?1[:;]2[:;]3(?!\d)")


@dataclass(frozen=True)
class Answers:
    """Everything is missing where the terminal did not say."""

    complete: bool = False
    """Whether it answered to the end."""
    version: str = ""
    """Its own name and version, printable."""
    modes: Mapping[int, bool] = field(default_factory=dict)
    """Whether it knows each private mode."""
    truecolor: bool | None = None
    """Whether it took a colour of 24 bits."""
    widths: Mapping[str, int] = field(default_factory=dict)
    """Cells of each sample, by its name."""
    attributes: tuple[int, ...] = ()
    """What it says it is: 52 stands for a clipboard that may be written."""


def is_complete(data: bytes) -> bool:
    """Whether the last question has been answered."""
    return _ATTRIBUTES.search(data) is not None


def read(data: bytes) -> Answers:
    """All answers in what has come from the terminal."""
    modes = {int(number): state in (b"1", b"2", b"3") for number, state in _MODE.findall(data)}
    version = _VERSION.search(data)
    colour = _COLOUR.search(data)
    places = [int(column) - 1 for _, column in _PLACE.findall(data)]
    # With one missing it is not known which.
    widths = dict(zip(SAMPLES, places, strict=True)) if len(places) == len(SAMPLES) else {}
    attributes = _ATTRIBUTES.search(data)
    return Answers(
        complete=attributes is not None,
        version=printable(version[1].decode("utf-8", "replace"), 60) if version else "",
        modes=modes,
        truecolor=bool(_RGB.search(colour[2])) if colour and colour[1] == b"1" else None,
        widths=widths,
        attributes=tuple(int(part) for part in attributes[1].split(b";") if part) if attributes else (),
    )
