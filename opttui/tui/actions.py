"""The one table of what a window on a race can do. Bindings, footer, palette and help are made from it."""

from collections.abc import Sequence
from functools import partial

from opttui.tui import choices, reading
from opttui.tui.action import Action
from opttui.tui.layout import KEYS
from opttui.tui.usual_actions import WINDOW, usual
from opttui.tui.whatif_actions import BACK, CHANGING, SCRUBBING, WHAT_IF
from opttui.tui.wishes import Wishes

RACE, LANES, READING, PANELS = ("The race", "Lanes and hypers", "Reading values", "Panels")
GROUPS = (RACE, LANES, WHAT_IF, BACK, READING, PANELS, WINDOW)
RESIZE = "Make the chosen panel wider, narrower, higher or lower; or drag a border."
PAN = "Move what is in sight, or drag it; on the path panel with shift and any arrow."
PANEL_WORDS = {
    **{"loss": "loss panel", "path": "path panel", "rate": "learning rates", "table": "table"},
    **{"look": "look", "bars": "bars", "machine": "machine"},
}
LOOKS = (
    "Choose loss, path, learning rates, table, look (images, codes, curves), bars or machine; "
    "in a small terminal, show it."
)

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
        *("pick", ("x",), "x", "mark to compare"),
        *(
            "Mark the focused lane to be compared, or no longer; the first marked is the one held against.",
            LANES,
        ),
        choose=choices.pick,
    ),
    Action(
        *("compare", ("C",), "C", "compare"),
        *(
            "Compare the marked lanes: differences, costs, settings; without marks the focused one and the best.",
            LANES,
        ),
        choose=choices.toggle_comparing,
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
    *CHANGING,
    *SCRUBBING,
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
        *("next_metric", ("semicolon",), ";", "next metric"),
        *(
            "Show the next metric in the loss panel: held-out losses, accuracies, what a log holds; then the loss.",
            PANELS,
        ),
        choose=partial(choices.next_metric, by=1),
        footer=16,
    ),
    Action(
        *("previous_metric", ("comma",), ",", "previous metric", "Show the previous metric there.", PANELS),
        choose=partial(choices.next_metric, by=-1),
    ),
    Action(
        *("metric", ("L",), "L", "find a metric"),
        *("Show the metric there that some words fit, while they are typed.", PANELS),
    ),
    Action(
        *("next_axis", ("X",), "X", "axis"),
        *("Draw and rank by steps, gradient evaluations, samples or the lane's own seconds.", PANELS),
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
        *("full", ("z", "enter"), "z enter", "full screen"),
        *("Show the chosen panel alone, or all again; so does a click on its title.", PANELS),
        choose=choices.toggle_alone,
        footer=6,
    ),
    Action(
        *("back", ("escape",), "esc", "back"),
        *("One step back: all panels, no cursor, no filter.", PANELS, choices.back),
    ),
    *(
        Action(
            *(f"panel_{key}", (f"f{number}",), "F1–F7" if number == 1 else "", words),
            *(LOOKS, PANELS),
            choose=partial(choices.choose_panel, key=key),
        )
        for number, (key, words) in enumerate(PANEL_WORDS.items(), start=1)
    ),
    *(
        Action(
            # A terminal without a protocol for it sends F13 to F19 for shift and F1 to F7.
            f"toggle_{key}",
            (f"shift+f{number}", f"f{number + 12}"),
            "shift+F1–F7" if number == 1 else "",
            *(f"{words} on/off", "Hide one of these panels, or show it again.", PANELS),
            choose=partial(choices.toggle_panel, key=key),
        )
        for number, (key, words) in enumerate(PANEL_WORDS.items(), start=1)
    ),
    Action(
        *("hide", ("v",), "v", "hide panel"),
        *("Hide the chosen panel, as a click on its number does; F1–F7 shows it again.", PANELS),
        choose=choices.toggle_panel,
    ),
    Action(
        *("usual", ("V",), "V", "usual panels", "Show the usual panels in their usual sizes.", PANELS),
        choose=choices.usual_panels,
    ),
    Action("wider", ("ctrl+right",), "ctrl+arrows", "wider", RESIZE, PANELS),
    Action("narrower", ("ctrl+left",), "", "narrower", RESIZE, PANELS),
    Action("higher", ("ctrl+down",), "", "higher", RESIZE, PANELS),
    Action("lower", ("ctrl+up",), "", "lower", RESIZE, PANELS),
    Action(
        *("sort", ("r",), "r", "sort", "Sort the table by its next column; or click a header.", PANELS),
        choose=choices.sort_by_next,
    ),
    Action(
        *("turn_over", ("R",), "R", "reverse", "Sort the table the other way round.", PANELS),
        choose=choices.turn_over,
    ),
    Action(
        *("cursor_left", ("left_square_bracket",), "[", "cursor back"),
        *("Move the cursor back; every chart, the table and the legend read there.", READING),
        choose=partial(reading.move_cursor, by=-1),
    ),
    Action(
        *("cursor_right", ("right_square_bracket",), "]", "cursor on"),
        *("Move it on; the first press puts it on the newest row. A click puts it anywhere.", READING),
        choose=partial(reading.move_cursor, by=1),
        footer=14,
    ),
    Action(
        *("cursor_first", ("home",), "home", "cursor to start", "Put the cursor on the first row.", READING),
        choose=partial(reading.cursor_to_end, newest=False),
    ),
    Action(
        *("cursor_last", ("end",), "end", "cursor to end", "Put it on the newest row.", READING),
        choose=partial(reading.cursor_to_end, newest=True),
    ),
    Action(
        *("zoom_in", ("plus", "equals_sign"), "+", "zoom in"),
        *("Zoom in at the cursor; so does the wheel at the mouse, or a box drawn with shift.", READING),
        choose=partial(reading.zoom_chosen, inwards=True),
        footer=15,
    ),
    Action(
        *("zoom_out", ("minus",), "-", "zoom out", "Zoom out again.", READING),
        choose=partial(reading.zoom_chosen, inwards=False),
    ),
    Action(
        *("all", ("0",), "0", "all in sight", "Show everything, and follow the lanes again.", READING),
        choose=reading.zoom_out,
    ),
    Action(
        *("pan_left", ("left_curly_bracket", "shift+left"), "{ } shift+← →", "pan back"),
        *(PAN, READING),
        choose=partial(reading.pan_chosen, across=-1),
    ),
    Action(
        *("pan_right", ("right_curly_bracket", "shift+right"), "", "pan on"),
        *(PAN, READING),
        choose=partial(reading.pan_chosen, across=1),
    ),
    Action(
        *("pan_down", ("shift+down",), "", "pan down", PAN, READING),
        choose=partial(reading.pan_chosen, across=0, up=-1),
    ),
    Action(
        *("pan_up", ("shift+up",), "", "pan up", PAN, READING),
        choose=partial(reading.pan_chosen, across=0, up=1),
    ),
    Action(
        *("heights_in", ("right_parenthesis",), ")", "zoom losses in"),
        *("Zoom the losses' axis in; so does the wheel over its labels.", READING),
        choose=partial(reading.zoom_heights, inwards=True),
    ),
    Action(
        *("heights_out", ("left_parenthesis",), "(", "zoom losses out", "Zoom it out.", READING),
        choose=partial(reading.zoom_heights, inwards=False),
    ),
    Action(
        *("keep_box", ("g",), "g", "keep the plane"),
        *("Keep the part of the plane that is in sight while lanes leave it, or follow them again.", READING),
        choose=reading.toggle_box,
    ),
    Action(
        *("principal_plane", ("P",), "P", "principal plane"),
        *("Draw a network's paths in the plane of their principal components, fitted anew.", PANELS),
        wish=partial(Wishes.choose_plane, kind="pca"),
    ),
    Action(
        *("random_plane", ("u",), "u", "random plane", "Draw them in the random plane of the start.", PANELS),
        wish=partial(Wishes.choose_plane, kind="random"),
    ),
    Action(
        *("clip", ("o",), "o", "clip outliers"),
        *("Let the rarest losses (2 % at either end) lie beyond the edges, or show all.", READING),
        choose=reading.toggle_clip,
    ),
    Action(
        *("pin", ("p",), "p", "baseline"),
        *(
            "Draw losses minus those of the focused lane; again: divided by them; again: as they are.",
            READING,
        ),
        choose=reading.pin,
    ),
    Action(
        *("filter", ("slash",), "/", "filter lanes"),
        *("Show only lanes whose name or phrase holds some words; !word leaves out.", READING),
    ),
    Action("copy", ("c",), "c", "copy values", "Copy every lane's values at the cursor.", READING),
    Action(
        *("measures", ("i",), "i", "measures"),
        *("Show what is zoomed, what lies under the mouse, frames and bytes a second.", WINDOW),
        choose=choices.toggle_measures,
    ),
    Action(
        *("export", ("e",), "e", "export"),
        *("Write the run or the chosen chart to a file: report, picture, rows, TensorBoard, script.", WINDOW),
        writes=True,
    ),
    Action(
        *("script", ("w",), "w", "write script"),
        *("Write the plain PyTorch script that repeats the lanes, beside where you are.", WINDOW),
        writes=True,
    ),
    *usual(footer=12),
    Action(
        *("leave", ("q", "ctrl+c", "ctrl+q"), "q", "leave"),
        *("Leave; asks whether the race goes on without a window.", WINDOW),
        footer=13,
    ),
)

BY_ID = {action.id: action for action in ACTIONS}

ABSENT = {
    "look": "There is nothing to look at yet, or at all: no image, no code, no curve.",
    "path": "There is no path to draw: nobody has recorded where the parameters were.",
    "rate": "There are no learning rates to draw: none was recorded.",
    "machine": "This run says nothing of its machine.",
}
"""Why a panel is not there."""
METRICS = ("next_metric", "previous_metric", "metric")


def is_change(action: Action) -> bool:
    """Whether it changes the race, and not only how it is looked at."""
    return action.wish is not None or action.changes


def possible(
    action: Action,
    *,
    readonly: bool,
    live: bool,
    foreign: bool = False,
    panels: Sequence[str] = KEYS,
    metrics: bool = True,
    refused: str = "",
) -> str:
    """Why an action cannot be done now, as a sentence; empty when it can. `refused`: why this run never does it."""
    verb, _, panel = action.id.partition("_")
    if verb in ("panel", "toggle") and panel in ABSENT and panel not in panels:
        return ABSENT[panel]
    if action.id in METRICS and not metrics:
        return "There is nothing to show but the loss: no other number was measured yet."
    changes = is_change(action)
    never = "This log belongs to another tool: there is nothing here to command." if foreign else refused
    if changes and never:
        return never
    if (changes or action.writes) and readonly:
        return "This window is read-only."
    if changes and not live:
        return "The race is over; nothing can be turned any more."
    return ""
