"""The line in which lanes are filtered. Knows no race: words in, words out at every key."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Input

HINT = "words of a name or phrase · !word leaves out · enter keeps · esc clears"


class FilterScreen(ModalScreen[str]):
    """Dismissed with the words to filter by."""

    BINDINGS: ClassVar = [
        Binding("escape", "clear", "clear", priority=True),
        Binding("ctrl+c", "clear", "clear", priority=True),
    ]
    CSS_PATH = "dialogs.tcss"

    def __init__(self, words: str, changed: Callable[[str], None], hint: str = HINT) -> None:
        """`hint`: what may be typed, while nothing is."""
        super().__init__()
        self._words, self._changed, self._hint = words, changed, hint

    def compose(self) -> ComposeResult:
        """One line at the bottom."""
        yield Input(self._words, placeholder=self._hint, id="filter", compact=True, select_on_focus=False)

    @on(Input.Changed)
    def follow(self, event: Input.Changed) -> None:
        """Filter while it is typed."""
        self._changed(event.value)

    @on(Input.Submitted)
    def keep(self, event: Input.Submitted) -> None:
        """Close and keep."""
        self.dismiss(event.value)

    def action_clear(self) -> None:
        """Close without a filter."""
        self.dismiss("")
