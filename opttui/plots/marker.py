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
        """What is in each cell, for `points`; dots of shape (…, rows of dots, columns of dots), row 0 at the top.

        Bit r + 4c stands for row r and column c of a cell's dots.
        """
        bits = np.ascontiguousarray(dots).view(np.uint8)
        if self.columns == 1:
            return bits
        # Two dots side by side as one number: a pass over half as many for each row of a cell.
        pairs = bits.view("<u2")
        cells = pairs[..., :: self.rows, :].copy()
        for row in range(1, self.rows):
            cells |= pairs[..., row :: self.rows, :] << np.uint16(row)
        cells |= cells >> np.uint16(4)
        return cells.astype(np.uint8)

    @functools.cached_property
    def points(self) -> NDArray[np.uint32]:
        """Code point of each of the numbers that `codes` gives."""
        found = []
        for code in range(256 if self.columns > 1 else 2):
            dots = [
                code >> (row + 4 * column) & 1 for row in range(self.rows) for column in range(self.columns)
            ]
            found.append(sum(weight * dot for weight, dot in zip(self.weights, dots, strict=True)))
        return np.array([ord(self.glyphs[at]) for at in found], np.uint32)


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
