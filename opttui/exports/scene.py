"""What a drawing is made of, in pixels from the upper left corner. Knows no format and no run; an ink is a role."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Shape (n, 2): x to the right, y down."""
Side = Literal["start", "middle", "end"]
PAPER = "paper"
"""The ink of what is left bare: marks stand clear of what lies behind them."""
WIDE = 0.58
"""Width of a usual character over the size of its font; of most sans-serif faces that is a little too much."""
BROAD, SLIM = frozenset("mwMWGOQDHNUA@%&–—…"), frozenset("iljtfrI.,:;'|![]() ")
"""Characters a third wider, and those two fifths narrower."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """Lines through points; those of several pieces are not joined."""

    pieces: tuple[Points, ...]
    ink: str
    width: float = 1.0
    dash: tuple[float, ...] = ()
    """Pixels drawn and left out, in turn."""
    strength: float = 1.0
    """Opacity."""
    inside: bool = False
    """Whether it ends at the frame."""
    lane: int | None = None
    """Whose it is, so that a page can hide it."""
    closed: bool = False


@dataclass(frozen=True, eq=False)
class Area:
    """Polygons, filled."""

    pieces: tuple[Points, ...]
    ink: str
    strength: float = 1.0
    inside: bool = False
    lane: int | None = None


@dataclass(frozen=True)
class Words:
    """A line of text; `y` is where it stands."""

    x: float
    y: float
    text: str
    ink: str = "text"
    size: float = 12.0
    side: Side = "start"
    """What of it lies at x."""
    bold: bool = False
    upright: bool = False
    """Turned by a quarter, to be read from below."""
    lane: int | None = None


@dataclass(frozen=True, eq=False)
class Shade:
    """A picture of one ink in many strengths."""

    x: float
    y: float
    width: float
    height: float
    strengths: NDArray[np.uint8]
    """Shape (rows, columns), row 0 at the top: 0 for paper, 255 for ink."""
    ink: str


Item = Stroke | Area | Words | Shade


@dataclass(frozen=True, eq=False)
class Scene:
    """A drawing; later items are painted over earlier ones."""

    width: float
    height: float
    items: tuple[Item, ...]
    frame: tuple[float, float, float, float]
    """x, y, width and height of what items that are `inside` end at."""
    title: str
    words: str
    """What is seen, for who cannot see it."""


class Palette(Protocol):
    """Colours by role, and that of the paper."""

    @property
    def paper(self) -> str:
        """What is drawn on."""

    def colour(self, role: str) -> str:
        """The colour of a role."""


def colour_in(palette: Palette) -> Callable[[str], str]:
    """The colour of an ink in a palette."""
    return lambda ink: palette.paper if ink == PAPER else palette.colour(ink)


def length(text: str, size: float) -> float:
    """About how wide a text is, rather too much than too little."""
    return size * sum(_width(character) for character in text)


def cut(text: str, size: float, room: float) -> str:
    """The text, or as much of it as has room, ending in …"""
    if length(text, size) <= room:
        return text
    kept, left = "", room - size * WIDE
    for character in text:
        left -= size * _width(character)
        if left < 0:
            break
        kept += character
    return f"{kept.rstrip()}…"


def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return WIDE * 1.35 if character in BROAD else WIDE * 0.6 if character in SLIM else WIDE


def points(*pairs: tuple[float, float]) -> Points:
    """An array of a few."""
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)
