"""The help screen, made from a table of actions. Knows no race."""

from collections.abc import Sequence
from typing import ClassVar

from rich.console import Group
from rich.table import Column, Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from opttui.tui.action import Action

SIGNS = "◆ a hyper was turned   ◇ a lane was forked   ✗ diverged   ★ target reached   ! alarm   ○ start   ● now   ✛ minimum"


class HelpScreen(ModalScreen[None]):
    """All keys, by group."""

    BINDINGS: ClassVar = [
        Binding(key, "close", "close", priority=True)
        for key in ("escape", "q", "question_mark", "enter", "ctrl+c")
    ]
    CSS_PATH = "dialogs.tcss"

    def __init__(self, actions: Sequence[Action], groups: Sequence[str], signs: str = "") -> None:
        super().__init__()
        self._parts = actions, groups, signs

    def compose(self) -> ComposeResult:
        """The page."""
        with VerticalScroll(id="help"):
            yield Static(page(*self._parts))

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


def page(actions: Sequence[Action], groups: Sequence[str], signs: str) -> Group:
    """The help, keys beside what they do."""
    parts: list[Text | Table] = []
    wide = 2 + max((len(action.shown) for action in actions), default=0)
    for group in groups:
        keys = Table.grid(Column(no_wrap=True, min_width=wide, style="bold yellow"), Column(), padding=(0, 1))
        for action in actions:
            if action.group == group and action.shown:
                keys.add_row(f"  {action.shown}", Text(action.help))
        parts += [Text(group, style="bold"), keys, Text()]
    if signs:
        shown = Table.grid(Column(width=2), Column())
        shown.add_row("", signs)
        parts += [Text("On the curves and paths", style="bold"), shown, Text()]
    parts.append(Text("esc closes this page", style="dim"))
    return Group(*parts)
