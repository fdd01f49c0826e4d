"""The help screen, made from a table of actions. Knows no race."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from opttui.tui.action import Action

SIGNS = "◆ a hyper was turned   ✗ diverged   ★ target reached   ○ start   ● now   ✛ minimum"


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


def page(actions: Sequence[Action], groups: Sequence[str], signs: str) -> Text:
    """The help as text with styles."""
    text = Text()
    for group in groups:
        text.append(f"{group}\n", style="bold")
        for action in actions:
            if action.group == group and action.shown:
                text.append(f"  {action.shown:<10} ", style="bold yellow")
                text.append(f"{action.help}\n")
        text.append("\n")
    if signs:
        text.append("On the curves and paths\n", style="bold")
        text.append(f"  {signs}\n\n")
    text.append("esc closes this page", style="dim")
    return text
