"""Bindings and the line of keys, made from the table of actions. Knows no screen."""

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from opttui.plots.picture import Ink, Row, Span
from opttui.tui.actions import ACTIONS, Action
from opttui.tui.panels.cells import make_row

KEY, WORDS = Ink("title", bold=True), Ink("faint")


def bindings(actions: Iterable[Action] = ACTIONS) -> list[BindingType]:
    """A binding for each key of each action; `focus_lane` gets the digit."""
    made: list[BindingType] = []
    for action in actions:
        for key in action.keys:
            call = f"focus_lane({key})" if action.id == "focus_lane" else action.id
            # Priority: tab, enter, ctrl+c and the arrows would otherwise be Textual's own.
            made.append(Binding(key, call, action.words, show=False, priority=True, id=f"{action.id}.{key}"))
    return made


def key_line(width: int, readonly: bool) -> Row:
    """The keys in exactly `width` cells, the most important first; what does not fit is in the help."""
    wanted = sorted((action for action in ACTIONS if action.footer), key=lambda action: action.footer)
    wanted = [action for action in wanted if not (readonly and action.commands)]
    last = [action for action in wanted if action.id in ("help", "leave")]
    rest = [action for action in wanted if action not in last]
    while rest and sum(size(action) for action in [*rest, *last]) > width:
        rest.pop()
    spans: list[Span] = []
    for action in [*rest, *last]:
        spans += [
            (f" {action.shown.split()[-1] if action.id.startswith('turn') else action.shown.split()[0]}", KEY)
        ]
        spans += [(f" {short(action)} ", WORDS)]
    return make_row(spans, width)


def short(action: Action) -> str:
    """The words of an action in the line of keys."""
    return {"turn_up": "turn", "next_lane": "lane", "next_hyper": "hyper", "toggle_pause": "pause"}.get(
        action.id, action.words
    )


def size(action: Action) -> int:
    """Cells that an action takes in the line of keys."""
    shown = action.shown.split()[-1] if action.id.startswith("turn") else action.shown.split()[0]
    return len(shown) + len(short(action)) + 3
