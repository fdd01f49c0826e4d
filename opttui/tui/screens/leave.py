"""The question on leaving a race that lives. Knows no race."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

QUESTION = "The race is {state}. What becomes of it?"
ANSWERS = (
    ("l", "let it run", "it goes on without a window; opttui attach comes back to it"),
    ("s", "stop it", "what was recorded stays"),
    ("esc", "stay here", ""),
)


class LeaveScreen(ModalScreen[str | None]):
    """Dismissed with `stop`, `go on` or None."""

    BINDINGS: ClassVar = [
        Binding("s", "answer('stop')", "stop it", priority=True),
        Binding("l", "answer('go on')", "let it run", priority=True),
        Binding("q", "answer('go on')", "let it run", priority=True),
        Binding("escape", "answer('')", "stay", priority=True),
        Binding("ctrl+c", "answer('')", "stay", priority=True),
    ]
    CSS_PATH = "dialogs.tcss"

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        with Vertical(id="dialog"):
            yield Static(QUESTION.format(state=self._state), id="question", markup=False)
            for key, words, more in ANSWERS:
                yield Static(f"  {key:<4} {words:<11} {more}".rstrip(), classes="answer", markup=False)

    def action_answer(self, wish: str) -> None:
        """Close with the answer."""
        self.dismiss(wish or None)
