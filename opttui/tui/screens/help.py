"""The help screen, made from the table of actions. Knows no race."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from opttui.tui.actions import ACTIONS, GROUPS
from opttui.tui.theme import ROLES

SIGNS = "◆ a hyper was turned    ✗ diverged    ★ target reached    ○ start    ● now    ✛ minimum"


class HelpScreen(ModalScreen[None]):
    """All keys, by group."""

    BINDINGS: ClassVar = [
        Binding(key, "close", "close", priority=True)
        for key in ("escape", "q", "question_mark", "enter", "ctrl+c")
    ]
    CSS_PATH = "dialogs.tcss"

    def compose(self) -> ComposeResult:
        """The page."""
        with VerticalScroll(id="help"):
            yield Static(page())

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)


def page() -> Text:
    """The help as text with styles."""
    text = Text()
    for group in GROUPS:
        text.append(f"{group}\n", style=f"bold {ROLES['chosen']}")
        for action in ACTIONS:
            if action.group == group:
                text.append(f"  {action.shown:<10} ", style=f"bold {ROLES['mark']}")
                text.append(f"{action.help}\n", style=ROLES["text"])
        text.append("\n")
    text.append("On the curves and paths\n", style=f"bold {ROLES['chosen']}")
    text.append(f"  {SIGNS}\n\n", style=ROLES["text"])
    text.append("esc closes this page", style=ROLES["faint"])
    return text
