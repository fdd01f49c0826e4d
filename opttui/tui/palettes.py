"""The palettes by name: one entry each. Knows no ink but the roles."""

from opttui.tui.theme import Palette, ramp

DARK = Palette(
    name="dark",
    words="for dark rooms; the usual one",
    dark=True,
    paper="#0d1017",
    roles={
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
    },
    lanes=(
        *("#4cb5f5", "#ff9e3d", "#7bd88f", "#f472b6", "#e8d44d", "#b794f6"),
        *("#ff6f61", "#3fd0c0", "#a8b6cc", "#d9a66c", "#a6e34e", "#7d94ff"),
    ),
    levels=(
        *("#0e1430", "#131c3d", "#18254a", "#1e3058", "#263c66"),
        *("#304a73", "#3c5980", "#4b698d", "#5d7b9b", "#738eaa"),
    ),
)

LIGHT = Palette(
    name="light",
    words="for daylight and paper",
    dark=False,
    paper="#fbfaf7",
    roles={
        "text": "#20262f",
        "faint": "#8b93a1",
        "axis": "#b9bfca",
        "grid": "#e6e6e6",
        "label": "#5a6372",
        "mark": "#a86a00",
        "good": "#1f7f45",
        "bad": "#c22929",
        "cursor": "#dbe4f2",
        "row": "#f0efea",
        "title": "#3d4656",
        "chosen": "#0b0e13",
    },
    lanes=(
        *("#1668b8", "#c65d00", "#23803c", "#c02a78", "#8f7a00", "#7040bd"),
        *("#bd3426", "#0b7d74", "#55647b", "#8a5d22", "#4f8500", "#3a4ecc"),
    ),
    levels=ramp("#e9eef7", "#93a9ca"),
)

CONTRAST = Palette(
    name="contrast",
    words="white on black, nothing faint",
    dark=True,
    paper="#000000",
    roles={
        "text": "#ffffff",
        "faint": "#b4b4b4",
        "axis": "#8c8c8c",
        "grid": "#3c3c3c",
        "label": "#dcdcdc",
        "mark": "#ffe14d",
        "good": "#4dff88",
        "bad": "#ff6d6d",
        "cursor": "#004a80",
        "row": "#1c1c1c",
        "title": "#ffffff",
        "chosen": "#ffffff",
    },
    lanes=(
        *("#33c3ff", "#ffae1a", "#3dff7c", "#ff6ee6", "#ffff3d", "#c99bff"),
        *("#ff6b5e", "#2dffe6", "#ffffff", "#ffcf8f", "#b8ff2e", "#97a9ff"),
    ),
    levels=ramp("#000000", "#4a4a5a"),
)

COLOUR_BLIND = Palette(
    name="colour-blind",
    words="Okabe and Ito's colours: told apart whatever the eyes",
    dark=True,
    paper="#0d1017",
    roles={**DARK.roles, "good": "#56b4e9", "bad": "#e69f00", "mark": "#f0e442"},
    lanes=(
        *("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#3d8fd1"),
        *("#d55e00", "#f2f2f2", "#9aa4b2", "#7fd4b5", "#e8b6d1", "#f6c667"),
    ),
    levels=ramp("#0b1a3a", "#75705e"),
)

TERMINAL = Palette(
    name="terminal",
    words="the terminal's own sixteen colours",
    dark=True,
    paper="default",
    roles={
        "text": "default",
        "faint": "bright_black",
        "axis": "bright_black",
        "grid": "bright_black",
        "label": "default",
        "mark": "yellow",
        "good": "green",
        "bad": "red",
        "cursor": "bright_black",
        "row": "default",
        "title": "default",
        "chosen": "default",
    },
    lanes=(
        *("bright_blue", "yellow", "green", "magenta", "bright_yellow", "cyan"),
        *("red", "bright_cyan", "white", "bright_magenta", "bright_green", "blue"),
    ),
    levels=("bright_black",) * 10,
    ansi=True,
    ghost="bright_black",
)

PALETTES = {palette.name: palette for palette in (DARK, LIGHT, CONTRAST, COLOUR_BLIND, TERMINAL)}
"""By name, in the order in which the key goes through them."""
