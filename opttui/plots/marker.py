"""Dots within cells, and the glyphs round them: Braille, blocks, plain ASCII. Knows no data."""

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Name = Literal["braille", "block", "ascii"]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Marker:
    """How many dots a cell holds, and the character for each combination of them."""

    columns: int
    rows: int
    weights: tuple[int, ...]
    """Bit of each dot, row by row."""
    glyphs: str
    """Character of each sum of bits."""
    plain: bool = False
    """Whether everything drawn must be ASCII."""

    def glyph(self, glyph: str) -> str:
        """A sign as this marker may write it: one cell, itself or its ASCII stand-in."""
        return glyph[:1] if not self.plain or glyph[:1].isascii() else STAND_INS.get(glyph[:1], "#")

    def codes(self, dots: Bools) -> NDArray[np.uint8]:
        """Sum of bits of each cell; dots of shape (…, rows of dots, columns of dots), row 0 at the top."""
        *more, height, width = dots.shape
        cells = np.zeros((*more, height // self.rows, width // self.columns), np.uint8)
        bits = dots.view(np.uint8)
        for index, weight in enumerate(self.weights):
            row, column = divmod(index, self.columns)
            cells |= bits[..., row :: self.rows, column :: self.columns] * np.uint8(weight)
        return cells

    @functools.cached_property
    def points(self) -> NDArray[np.uint32]:
        """Code point of each sum of bits."""
        return np.array([ord(glyph) for glyph in self.glyphs], np.uint32)


STAND_INS = {
    "◆": "+",
    "✗": "x",
    "★": "$",
    "○": "o",
    "●": "@",
    "✛": "+",
    "◂": "<",
    "▸": ">",
    "▴": "^",
    "▾": "v",
    **dict(zip("→↗↑↖←↙↓↘", ">/^\\</v\\", strict=True)),
    "│": "|",
    "┤": "|",
    "─": "-",
    "┬": "+",
    "└": "+",
    "╎": ":",
    "┈": ".",
}

MARKERS: dict[str, Marker] = {
    "braille": Marker(
        2, 4, (1, 8, 2, 16, 4, 32, 64, 128), " " + "".join(chr(0x2800 + code) for code in range(1, 256))
    ),
    "block": Marker(2, 2, (1, 2, 4, 8), " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"),
    "ascii": Marker(1, 1, (1,), " *", plain=True),
}
