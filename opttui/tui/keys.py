"""Bindings and the line of keys, made from the table of actions. Knows no screen."""

from collections.abc import Iterable, Sequence

from textual.binding import Binding, BindingType

from opttui.plots.picture import Ink, Row, Span
from opttui.tui.action import Action
from opttui.tui.panels.cells import make_row

ALWAYS = ("help", "leave")
KEY, WORDS = Ink("title", bold=True), Ink("faint")


def bindings(actions: Iterable[Action], priority: bool = True) -> list[BindingType]:
    """A binding for each key of each action; its call is `do(<id>)`."""
    # Priority: tab, enter, ctrl+c and the arrows would otherwise be Textual's own.
    return [
        Binding(
            key, f"do('{action.id}')", action.words, show=False, priority=priority, id=f"{action.id}.{key}"
        )
        for action in actions
        for key in action.keys
    ]


def key_line(
    actions: Sequence[Action], width: int, readonly: bool = False, mode: str = "", foreign: bool = False
) -> Row:
    """The keys in exactly `width` cells, the most important first; what does not fit is in the help."""
    spans: list[Span] = []
    for action in in_line(actions, width, readonly, mode, foreign):
        spans += [(f" {key_of(action)}", KEY), (f" {short(action)} ", WORDS)]
    return make_row(spans, width)


def action_at(actions: Sequence[Action], x: int) -> Action | None:
    """Of the actions in a line of keys the one whose words stand at a cell."""
    end = 0
    for action in actions:
        end += size(action)
        if 0 <= x < end:
            return action
    return None


def in_line(
    actions: Sequence[Action], width: int, readonly: bool = False, mode: str = "", foreign: bool = False
) -> list[Action]:
    """The actions for whose keys there is room in so many cells, from left to right."""
    wanted = sorted(
        (action for action in actions if action.footer and (action.mode == mode or action.id in ALWAYS)),
        key=lambda action: action.footer,
    )
    wanted = [action for action in wanted if not (readonly and (action.wish is not None or action.changes))]
    if foreign:
        # There are no hypers to choose, and the other numbers are what one looks for.
        wanted = [action for action in wanted if action.id != "next_hyper"]
        wanted.sort(key=lambda action: 4 if action.id == "next_metric" else action.footer)
    last = [action for action in wanted if action.id in ALWAYS]
    rest = [action for action in wanted if action not in last]
    while rest and sum(size(action) for action in [*rest, *last]) > width:
        rest.pop()
    return [*rest, *last]


def short(action: Action) -> str:
    """The words of an action in the line of keys."""
    return {
        "turn_up": "turn",
        "next_lane": "lane",
        "next_metric": "metric",
        "next_hyper": "hyper",
        "toggle_pause": "pause",
    }.get(action.id, action.words)


def key_of(action: Action) -> str:
    """The key that the line of keys shows: the arrow where one turns."""
    keys = action.shown.split()
    return keys[-1] if action.id.startswith("turn") else keys[0]


def size(action: Action) -> int:
    """Cells that an action takes in the line of keys."""
    return len(key_of(action)) + len(short(action)) + 3
