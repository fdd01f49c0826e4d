"""The one table of what a window on a race can do. Bindings, footer, palette and help are made from it."""

from functools import partial

from opttui.tui import choices
from opttui.tui.action import Action
from opttui.tui.wishes import Wishes

RACE, LANES, PANELS, WINDOW = "The race", "Lanes and hypers", "Panels", "This window"
GROUPS = (RACE, LANES, PANELS, WINDOW)

ACTIONS: tuple[Action, ...] = (
    Action(
        *("toggle_pause", ("space",), "space", "pause / resume", "Pause the race, or go on.", RACE),
        wish=Wishes.toggle_pause,
        footer=1,
    ),
    Action(
        *("step", ("full_stop",), ".", "one step", "Take one step in every lane, then pause.", RACE),
        wish=Wishes.step,
        footer=2,
    ),
    Action(
        *("slower", ("less_than_sign",), "<", "slower", "Slow down to the next lower pace.", RACE),
        wish=partial(Wishes.change_pace, faster=False),
        footer=8,
    ),
    Action(
        *("faster", ("greater_than_sign",), ">", "faster"),
        *("Speed up; past 1,000 steps a second: as fast as it goes.", RACE),
        wish=partial(Wishes.change_pace, faster=True),
        footer=9,
    ),
    *(
        Action(
            *(f"focus_{place}", (str(place),), "1–9" if place == 1 else "", "focus a lane"),
            *("Focus a lane: its curve lies on top, its hypers can be turned.", LANES),
            choose=partial(choices.focus_place, place=place),
        )
        for place in range(1, 10)
    ),
    Action(
        *("next_lane", ("j", "down"), "j ↓", "next lane", "Focus the next lane.", LANES),
        choose=partial(choices.move_focus, by=1),
        footer=3,
    ),
    Action(
        *("previous_lane", ("k", "up"), "k ↑", "previous lane", "Focus the previous lane.", LANES),
        choose=partial(choices.move_focus, by=-1),
    ),
    Action(
        *("turn_down", ("h", "left"), "h ←", "turn down"),
        *("Turn the chosen hyper of the focused lane down, by a tenth of a decade.", LANES),
        wish=partial(Wishes.turn, up=False),
    ),
    Action(
        *("turn_up", ("l", "right"), "l →", "turn up"),
        *("Turn it up. Each turn is a mark ◆ on the curves.", LANES),
        wish=partial(Wishes.turn, up=True),
        footer=4,
    ),
    Action(
        *("next_hyper", ("tab",), "tab", "next hyper"),
        *("Choose the next hyper: lr, momentum, betas, weight decay …", LANES),
        choose=partial(choices.move_hyper, by=1),
        footer=5,
    ),
    Action(
        *(
            "previous_hyper",
            ("shift+tab",),
            "shift+tab",
            "previous hyper",
            "Choose the previous hyper.",
            LANES,
        ),
        choose=partial(choices.move_hyper, by=-1),
    ),
    Action(
        *("next_scale", ("y",), "y", "log scale"),
        *(
            "Draw the loss by its logarithm, or linearly; symmetric logarithms where it is not positive.",
            PANELS,
        ),
        choose=choices.next_scale,
        footer=7,
    ),
    Action(
        *("next_axis", ("X",), "X", "axis"),
        *("Draw by steps, by gradient evaluations or by the lane's own seconds.", PANELS),
        choose=choices.next_axis,
        footer=10,
    ),
    Action(
        *("smoother", ("s",), "s", "smoother"),
        *("Smooth the loss more; what was measured stays, faint, behind it.", PANELS),
        choose=partial(choices.smooth, more=True),
        footer=11,
    ),
    Action(
        *("rougher", ("S",), "S", "less smooth", "Smooth it less, down to what was measured.", PANELS),
        choose=partial(choices.smooth, more=False),
    ),
    Action(
        *("next_marker", ("m",), "m", "marker", "Draw in Braille, in blocks or in plain ASCII.", PANELS),
        choose=choices.next_marker,
    ),
    Action(
        *(
            "full",
            ("z", "enter"),
            "z enter",
            "full screen",
            "Show the chosen panel alone, or all again.",
            PANELS,
        ),
        footer=6,
    ),
    Action("back", ("escape",), "esc", "all panels", "Show all panels again.", PANELS),
    Action(
        *("panel_loss", ("f1",), "F1", "loss panel"),
        *("Choose the loss panel; in a small terminal, show it.", PANELS),
    ),
    Action("panel_path", ("f2",), "F2", "path panel", "Choose the panel of the paths.", PANELS),
    Action("panel_rate", ("f3",), "F3", "learning rates", "Choose the panel of the learning rates.", PANELS),
    Action("panel_table", ("f4",), "F4", "table", "Choose the table.", PANELS),
    Action(
        *(
            "theme",
            ("t",),
            "t",
            "theme",
            "Other colours: dark, light, contrast, colour-blind, the terminal's own.",
            WINDOW,
        )
    ),
    Action("palette", ("ctrl+p",), "ctrl+p", "palette", "Find any of these by name.", WINDOW),
    Action("help", ("question_mark",), "?", "help", "This page.", WINDOW, footer=12),
    Action(
        *("leave", ("q", "ctrl+c", "ctrl+q"), "q", "leave"),
        *("Leave; asks whether the race goes on without a window.", WINDOW),
        footer=13,
    ),
)

BY_ID = {action.id: action for action in ACTIONS}


def possible(action: Action, *, readonly: bool, live: bool) -> str:
    """Why an action cannot be done now, as a sentence; empty when it can."""
    if action.wish is not None and readonly:
        return "This window is read-only."
    if action.wish is not None and not live:
        return "The race is over; nothing can be turned any more."
    return ""
