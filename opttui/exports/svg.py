"""A scene as SVG. Text is escaped, nothing is loaded, and the same scene is the same file. Knows no run."""

import base64
from collections.abc import Callable
from html import escape
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from opttui.exports.markup import text_of
from opttui.exports.pixels import png_of
from opttui.exports.scene import PAPER, Area, Item, Points, Scene, Shade, Stroke, Words

FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"


class Paint(Protocol):
    """How an ink is put on an element: attributes, each with a blank before it."""

    def line(self, ink: str) -> str:
        """Of a stroke."""

    def fill(self, ink: str) -> str:
        """Of an area or a text."""


class Colours:
    """Colours written out, for a file of its own."""

    def __init__(self, colour: Callable[[str], str]) -> None:
        self._colour = colour

    def line(self, ink: str) -> str:
        """Of a stroke."""
        return f' stroke="{self._colour(ink)}"'

    def fill(self, ink: str) -> str:
        """Of an area or a text."""
        return f' fill="{self._colour(ink)}"'


def svg(scene: Scene, colour: Callable[[str], str]) -> str:
    """A file."""
    body = drawing(scene, Colours(colour), "c", colour)
    width, height = number(scene.width), number(scene.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="c-title c-words" font-family="{escape(FONTS)}">\n'
        f'<rect width="{width}" height="{height}" fill="{colour(PAPER)}"/>\n{body}</svg>\n'
    )


def drawing(scene: Scene, paint: Paint, name: str, colour: Callable[[str], str]) -> str:
    """What is inside of the svg element.

    Args:
        scene: What is drawn.
        paint: How inks are put on elements.
        name: The begin of all ids, so that several drawings can stand on one page.
        colour: Of shades, whose pixels have no class.
    """
    x, y, width, height = map(number, scene.frame)
    parts = [
        f'<title id="{name}-title">{text_of(scene.title)}</title>\n<desc id="{name}-words">{text_of(scene.words)}</desc>\n',
        f'<clipPath id="{name}-frame"><rect x="{x}" y="{y}" width="{width}" height="{height}"/></clipPath>\n',
    ]
    lane, inside = None, False
    for item in scene.items:
        theirs = None if isinstance(item, Shade) else item.lane
        ends = isinstance(item, Stroke | Area) and item.inside
        if (theirs, ends) != (lane, inside):
            parts.append("</g>\n" if lane is not None or inside else "")
            group = (f' data-lane="{theirs}"' if theirs is not None else "") + (
                f' clip-path="url(#{name}-frame)"' if ends else ""
            )
            parts.append(f"<g{group}>\n" if group else "")
            lane, inside = theirs, ends
        parts.append(element(item, paint, colour))
    parts.append("</g>\n" if lane is not None or inside else "")
    return "".join(parts)


def element(item: Item, paint: Paint, colour: Callable[[str], str]) -> str:
    """One item; empty where there is nothing to see."""
    if isinstance(item, Words):
        return words(item, paint)
    if isinstance(item, Shade):
        data = base64.b64encode(png_of(item.strengths, colour(item.ink))).decode()
        return (
            f'<image x="{number(item.x)}" y="{number(item.y)}" width="{number(item.width)}" '
            f'height="{number(item.height)}" preserveAspectRatio="none" href="data:image/png;base64,{data}"/>\n'
        )
    pieces = [piece for piece in item.pieces if len(piece) > 1]
    if not pieces:
        return ""
    if isinstance(item, Area):
        strength = f' fill-opacity="{item.strength:g}"' if item.strength < 1 else ""
        return f'<path d="{path(pieces, True)}"{paint.fill(item.ink)}{strength}/>\n'
    more = f' stroke-width="{item.width:g}"' if item.width != 1 else ""
    more += f' stroke-dasharray="{" ".join(f"{size:g}" for size in item.dash)}"' if item.dash else ""
    more += f' stroke-opacity="{item.strength:g}"' if item.strength < 1 else ""
    more += ' stroke-linejoin="round"' if len(pieces[0]) > 2 else ""
    return f'<path d="{path(pieces, item.closed)}" fill="none"{paint.line(item.ink)}{more}/>\n'


def words(item: Words, paint: Paint) -> str:
    """A text element."""
    x, y = number(item.x), number(item.y)
    more = f' text-anchor="{item.side}"' if item.side != "start" else ""
    more += ' font-weight="600"' if item.bold else ""
    more += f' transform="rotate(-90 {x} {y})"' if item.upright else ""
    return f'<text x="{x}" y="{y}" font-size="{item.size:g}"{paint.fill(item.ink)}{more}>{text_of(item.text)}</text>\n'


def path(pieces: list[Points], closed: bool) -> str:
    """Points to a tenth of a pixel, each as the way from the one before."""
    parts = []
    for piece in pieces:
        places = _needed(np.rint(piece * 10).astype(np.int64))
        x, y = places[0].tolist()
        parts.append(f"M{tenth(x)}{_after(tenth(y))}")
        ways = [tenth(way) for way in np.diff(places, axis=0).ravel().tolist()]
        if ways:
            parts.append(f"l{ways[0]}{''.join(map(_after, ways[1:]))}")
        elif not closed:
            parts.append("h0")
        if closed:
            parts.append("z")
    return "".join(parts)


def _needed(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those that are where none was before; of a level stretch its ends: a constant rate is one line."""
    places = places[np.append(True, (np.diff(places, axis=0) != 0).any(axis=1))]
    y = places[:, 1]
    level = np.zeros(len(y), bool)
    level[1:-1] = (y[1:-1] == y[:-2]) & (y[1:-1] == y[2:])
    return places[~level]


def tenth(value: int) -> str:
    """Tenths as short as can be: -7 is -.7, 20 is 2."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, rest = divmod(value, 10)
    return f"{sign}{whole if whole or not rest else ''}{f'.{rest}' if rest else ''}"


def _after(text: str) -> str:
    """A number after another one."""
    return text if text.startswith("-") else f" {text}"


def number(value: float) -> str:
    """A place to a tenth of a pixel."""
    return tenth(round(value * 10))
