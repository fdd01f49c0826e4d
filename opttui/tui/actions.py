"""The one table of what a window can do. Bindings, footer, palette, help and the README's list are made from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """Something that a key does."""

    id: str
    """The screen's method is `action_<id>`."""
    keys: tuple[str, ...]
    """As Textual names them; the first is shown."""
    shown: str
    """The keys as a person reads them."""
    words: str
    """Two or three words for footer and palette."""
    help: str
    """A sentence for the help screen."""
    group: str
    commands: bool = False
    """Whether it changes the race, which a read-only window does not."""
    footer: int = 0
    """Place in the footer, first things first; 0 is not there."""


RACE, LANES, PANELS, WINDOW = "The race", "Lanes and hypers", "Panels", "This window"

ACTIONS: tuple[Action, ...] = (
    Action("toggle_pause", ("space",), "space", "pause / resume", "Pause the race, or go on.", RACE, True, 1),
    Action(
        "step", ("full_stop",), ".", "one step", "Take one step in every lane, then pause.", RACE, True, 2
    ),
    Action("slower", ("less_than_sign",), "<", "slower", "Slow down to the next lower pace.", RACE, True, 8),
    Action(
        "faster",
        ("greater_than_sign",),
        ">",
        "faster",
        "Speed up; past 1,000 steps a second: as fast as it goes.",
        RACE,
        True,
        9,
    ),
    Action(
        "focus_lane",
        tuple("123456789"),
        "1–9",
        "focus a lane",
        "Focus a lane: its curve lies on top, its hypers can be turned.",
        LANES,
    ),
    Action("next_lane", ("j", "down"), "j", "next lane", "Focus the next lane.", LANES, False, 3),
    Action("previous_lane", ("k", "up"), "k", "previous lane", "Focus the previous lane.", LANES),
    Action(
        "turn_down",
        ("h", "left"),
        "h ←",
        "turn down",
        "Turn the chosen hyper of the focused lane down, by a tenth of a decade.",
        LANES,
        True,
    ),
    Action(
        "turn_up",
        ("l", "right"),
        "l →",
        "turn up",
        "Turn it up. Each turn is a mark ◆ on the curves.",
        LANES,
        True,
        4,
    ),
    Action(
        "next_hyper",
        ("tab",),
        "tab",
        "next hyper",
        "Choose the next hyper: lr, momentum, betas, weight decay …",
        LANES,
        False,
        5,
    ),
    Action(
        "previous_hyper", ("shift+tab",), "shift+tab", "previous hyper", "Choose the previous hyper.", LANES
    ),
    Action(
        "toggle_log",
        ("y",),
        "y",
        "log scale",
        "Draw the loss linearly or by its logarithm.",
        PANELS,
        False,
        7,
    ),
    Action(
        "next_axis",
        ("X",),
        "X",
        "axis",
        "Draw by steps, by gradient evaluations or by the lane's own seconds.",
        PANELS,
        False,
        10,
    ),
    Action(
        "full", ("z", "enter"), "z enter", "full screen", "Show the chosen panel alone.", PANELS, False, 6
    ),
    Action("back", ("escape",), "esc", "all panels", "Show all panels again.", PANELS),
    Action(
        "panel_loss",
        ("f1",),
        "F1",
        "loss panel",
        "Choose the loss panel; in a small terminal, show it.",
        PANELS,
    ),
    Action("panel_path", ("f2",), "F2", "path panel", "Choose the panel of the paths.", PANELS),
    Action("panel_rate", ("f3",), "F3", "learning rates", "Choose the panel of the learning rates.", PANELS),
    Action("panel_table", ("f4",), "F4", "table", "Choose the table.", PANELS),
    Action("next_marker", ("m",), "m", "marker", "Draw in Braille, in blocks or in plain ASCII.", PANELS),
    Action("palette", ("ctrl+p",), "ctrl+p", "palette", "Find any of these by name.", WINDOW),
    Action("help", ("question_mark",), "?", "help", "This page.", WINDOW, False, 11),
    Action(
        "leave",
        ("q", "ctrl+c", "ctrl+q"),
        "q",
        "leave",
        "Leave; asks whether the race goes on without a window.",
        WINDOW,
        False,
        12,
    ),
)

GROUPS = (RACE, LANES, PANELS, WINDOW)


def possible(action: Action, *, readonly: bool, live: bool) -> str:
    """Why an action cannot be done now, as a sentence; empty when it can."""
    if action.commands and readonly:
        return "This window is read-only."
    if action.commands and not live:
        return "The race is over; nothing can be turned any more."
    return ""
