"""A scene as PNG, by matplotlib, whose own fonts are the same on every machine. Knows no run."""

import io
import logging
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from opttui.errors import InputError
from opttui.exports.scene import PAPER, Area, Item, Scene, Shade, Stroke, Words
from opttui.printable import printable

MISSING = "PNG is drawn by the library matplotlib, which is not installed."
INSTALL = "pip install 'opttui[png]' (or pip install matplotlib) brings it; .svg and .html need nothing."
DPI = 100
POINTS = 72 / DPI
"""Points in a pixel."""
FONT = "DejaVu Sans"
"""Comes with matplotlib."""
OTHERS = (
    *(
        "Noto Sans CJK SC",
        "Noto Sans CJK JP",
        "Noto Sans CJK KR",
        "Noto Sans SC",
        "Noto Sans JP",
        "Noto Sans KR",
    ),
    *("Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback", "IPAGothic"),
    *("PingFang SC", "Hiragino Sans", "Hiragino Sans GB", "Apple SD Gothic Neo", "Arial Unicode MS"),
    *("Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "Noto Sans Thai", "Noto Sans Devanagari", "Unifont"),
)
"""Fonts in which a character is looked for that ours lacks, as far as they are installed."""


def write_png(scene: Scene, colour: Callable[[str], str], sharpness: float, file: BinaryIO) -> None:
    """A file, `sharpness` times as many pixels across as the scene has. InputError where matplotlib is missing."""
    # Where it can keep no cache it says so on stderr, which is nobody's business here.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 (300 ms, and an extra)
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise InputError(MISSING, INSTALL) from None
    figure = Figure(figsize=(scene.width / DPI, scene.height / DPI), dpi=DPI, facecolor=colour(PAPER))
    FigureCanvasAgg(figure)
    page = figure.add_axes((0, 0, 1, 1))
    page.set_axis_off()
    page.set_xlim(0, scene.width)
    page.set_ylim(scene.height, 0)
    x, y, width, height = scene.frame
    for order, item in enumerate(scene.items):
        for artist in artists(item, colour, page):
            artist.set_zorder(order)
            if isinstance(item, Stroke | Area) and item.inside:
                from matplotlib.patches import Rectangle  # noqa: PLC0415

                artist.set_clip_path(Rectangle((x, y), width, height, transform=page.transData))
    held = io.BytesIO()
    with warnings.catch_warnings():
        # A character that no font has is drawn as a box.
        warnings.simplefilter("ignore")
        figure.savefig(
            held, format="png", dpi=DPI * sharpness, facecolor=colour(PAPER), metadata={"Software": None}
        )
    file.write(held.getvalue())


def families(text: str) -> list[str]:
    """The fonts for a text."""
    if text.isascii():
        return [FONT]
    from matplotlib.font_manager import fontManager  # noqa: PLC0415

    installed = {font.name for font in fontManager.ttflist}
    return [FONT, *(name for name in OTHERS if name in installed)]


def artists(item: Item, colour: Callable[[str], str], page: Any) -> list[Any]:
    """What matplotlib draws of an item."""
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    if isinstance(item, Words):
        look: dict[str, Any] = {
            "color": colour(item.ink),
            "fontsize": item.size * POINTS,
            "ha": {"start": "left", "middle": "center", "end": "right"}[item.side],
            "va": "center" if item.upright else "baseline",
            "rotation": 90 if item.upright else 0,
            "fontweight": "bold" if item.bold else "normal",
            "family": families(item.text),
            "parse_math": False,
        }
        return [page.text(item.x, item.y, printable(item.text), **look)]
    if isinstance(item, Shade):
        rgb = [int(colour(item.ink)[i : i + 2], 16) for i in (1, 3, 5)]
        pixels = np.empty((*item.strengths.shape, 4), np.uint8)
        pixels[..., :3], pixels[..., 3] = rgb, item.strengths
        extent = (item.x, item.x + item.width, item.y + item.height, item.y)
        return [page.imshow(pixels, extent=extent, aspect="auto", interpolation="bilinear")]
    pieces = [piece for piece in item.pieces if len(piece) > 1]
    if not pieces:
        return []
    if isinstance(item, Area):
        outline = Path.make_compound_path(*(Path(piece, closed=True) for piece in pieces))
        patch = PathPatch(outline, facecolor=colour(item.ink), edgecolor="none", alpha=item.strength)
        return [page.add_patch(patch)]
    gap = np.full((1, 2), np.nan)
    joined = [np.concatenate((piece, piece[:1])) if item.closed else piece for piece in pieces]
    way = np.concatenate([part for piece in joined for part in (piece, gap)])
    line = Line2D(
        *way.T,
        color=colour(item.ink),
        linewidth=item.width * POINTS,
        alpha=item.strength,
        solid_joinstyle="round",
        solid_capstyle="butt",
    )
    if item.dash:
        line.set_linestyle((0, [size / item.width for size in item.dash]))
    return [page.add_line(line)]
