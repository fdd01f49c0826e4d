"""Inks to colours. Knows no panel: an ink is a role, and a theme says how a role looks."""

import functools

from rich.style import Style

from opttui.plots.picture import Ink

PAPER = "#0d1017"
ROLES = {
    "text": "#d5dae3",
    "faint": "#5c6575",
    "axis": "#3b4454",
    "grid": "#1d2430",
    "label": "#8d97a8",
    "mark": "#ffd166",
    "good": "#7bd88f",
    "bad": "#ff6b6b",
    "cursor": "#2a3446",
    "row": "#161c27",
    "title": "#a9b4c6",
    "chosen": "#e6edf7",
}
LANES = (
    "#4cb5f5",
    "#ff9e3d",
    "#7bd88f",
    "#f472b6",
    "#e8d44d",
    "#b794f6",
    "#ff6f61",
    "#3fd0c0",
    "#a8b6cc",
    "#d9a66c",
    "#a6e34e",
    "#7d94ff",
)
LEVELS = (
    "#0e1430",
    "#131c3d",
    "#18254a",
    "#1e3058",
    "#263c66",
    "#304a73",
    "#3c5980",
    "#4b698d",
    "#5d7b9b",
    "#738eaa",
)


def blend(colour: str, with_: str, share: float) -> str:
    """A mixture of two colours, `share` of the first."""
    pairs = [(int(colour[i : i + 2], 16), int(with_[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


COLOURS = {
    **ROLES,
    **{f"lane{number}": colour for number, colour in enumerate(LANES)},
    **{f"lane{number}dim": blend(colour, PAPER, 0.55) for number, colour in enumerate(LANES)},
    **{f"lane{number}ghost": blend(colour, PAPER, 0.26) for number, colour in enumerate(LANES)},
    **{f"level{number}": colour for number, colour in enumerate(LEVELS)},
}


@functools.cache
def style_of(ink: Ink) -> Style:
    """The style of an ink. Every segment carries paper and ink: blank ones do not inherit the background."""
    return Style(
        color=COLOURS.get(ink.fg, ROLES["text"]),
        bgcolor=COLOURS.get(ink.bg, PAPER) if ink.bg else PAPER,
        bold=ink.bold,
    )
