"""The app: one race in a window. It opens screens and knows nothing else."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import App
from textual.filter import LineFilter
from textual.screen import Screen

from opttui.tui.gate import Gate


class OpttuiApp(App[Any]):
    """Shows one screen and exits with what it was dismissed with."""

    TITLE = "opttui"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar = []
    CSS = """
    Toast { background: #2a3446; color: #d5dae3; }
    """

    def __init__(self, first: Screen[Any]) -> None:
        super().__init__()
        self._first = first
        self._gate = Gate()

    def on_mount(self) -> None:
        """Open the screen."""
        self.push_screen(self._first, self.exit)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and the last gate before the terminal."""
        return [*super().get_line_filters(), self._gate]
