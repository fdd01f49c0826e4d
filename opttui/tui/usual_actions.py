"""Keys that do the same on every screen, as part of its table; `screens/usual.py` has what they do."""

from opttui.tui.action import Action

WINDOW = "This window"
"""Their group."""


def usual(footer: int) -> tuple[Action, ...]:
    """Colours, mouse, shell, palette and help; `footer`: the help's place in the footer."""
    return (
        Action(
            *("theme", ("t",), "t", "theme"),
            *("Other colours: dark, light, contrast, colour-blind, the terminal's own.", WINDOW),
        ),
        Action(
            *("mouse", ("M",), "M", "mouse"),
            *("Leave the mouse to the terminal, whose selection then works, or take it.", WINDOW),
        ),
        Action(
            *("suspend", ("ctrl+z",), "ctrl+z", "suspend"),
            *("Back to the shell, whose fg brings the window back; the race goes on.", WINDOW),
        ),
        Action("palette", ("ctrl+p",), "ctrl+p", "palette", "Find any of these by name.", WINDOW),
        Action("help", ("question_mark",), "?", "help", "This page.", WINDOW, footer=footer),
    )
