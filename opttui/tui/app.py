"""The app: opens a screen in a palette. It knows no race."""

import gc
import os
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen

from opttui.tui.gate import Gate
from opttui.tui.keyboard import taken
from opttui.tui.line import take_mouse
from opttui.tui.notices import answer
from opttui.tui.palettes import DARK, PALETTES, TERMINAL
from opttui.tui.settings import keep, settings
from opttui.tui.theme import Palette


class OpttuiApp(App[Any]):
    """Shows one screen and exits with what it was dismissed with."""

    TITLE = "opttui"
    # Above the lines of hypers and keys, and no larger than what they say.
    CSS = """
    Toast { background: $panel; color: $foreground; width: auto; max-width: 60; padding: 0 1; margin-top: 0; }
    ToastRack { margin-bottom: 2; }
    """
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar = []

    def __init__(self, first: Screen[Any]) -> None:
        # Without colours the terminal's own palette, from which Textual then takes the colours away.
        self.colourless = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if self.colourless else None)
        for palette in PALETTES.values():
            self.register_theme(palette.theme())
        chosen = TERMINAL.name if self.colourless else settings().theme
        self.theme = chosen if chosen in PALETTES else DARK.name
        self._first = first
        self.moused = True
        """Whether the mouse is ours; else it is the terminal's."""
        self._gate = Gate()

    @property
    def palette(self) -> Palette:
        """The present palette."""
        return PALETTES.get(self.theme, DARK)

    def next_palette(self) -> None:
        """On to the next palette, kept for windows to come."""
        if self.colourless:
            answer(self, "NO_COLOR is set: there are no colours to choose.")
            return
        names = list(PALETTES)
        self.theme = names[(names.index(self.palette.name) + 1) % len(names)]
        failed = keep(theme=self.theme)
        answer(self, failed or f"{self.theme}: {self.palette.words}", timeout=2)

    def toggle_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it; kept for windows to come."""
        self.moused = not self.moused
        take_mouse(self, self.moused)
        told = (
            "The mouse reads and zooms." if self.moused else "The mouse is the terminal's: it selects text."
        )
        answer(self, keep(mouse=self.moused) or told)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of Textual's: the tables of actions hold all there is."""
        return ()

    def on_mount(self) -> None:
        """Open the screen."""
        self.moused = settings().mouse
        if not self.moused:
            take_mouse(self, False)
        self.push_screen(self._first, self.exit)

    async def on_event(self, event: events.Event) -> None:
        """Textual's way; keys wait for what was typed before them."""
        key = event if isinstance(event, events.Key) and not event.is_forwarded else None
        if key is None or not await taken(self, key):
            await super().on_event(event)

    def on_ready(self) -> None:
        """The first frame stands: what was loaded for it stays, and is not looked through for garbage again."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and the last gate before the terminal."""
        return [*super().get_line_filters(), self._gate]
