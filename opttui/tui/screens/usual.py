"""What every screen with a table of actions does alike: palette, theme, mouse, help. Knows no race."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.screen import Screen

from opttui.tui.action import Action
from opttui.tui.app import OpttuiApp
from opttui.tui.screens.help import HelpScreen

Result = TypeVar("Result")


class UsualScreen(Screen[Result]):
    """A screen whose keys are a table's."""

    TABLE: ClassVar[Sequence[Action]] = ()
    TABLE_GROUPS: ClassVar[Sequence[str]] = ()
    TABLE_SIGNS: ClassVar[str] = ""
    """What stands below the keys on the help's page."""

    def do_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def do_theme(self) -> None:
        """Other colours."""
        if isinstance(self.app, OpttuiApp):
            self.app.next_palette()

    def do_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it."""
        if isinstance(self.app, OpttuiApp):
            self.app.toggle_mouse()

    def do_suspend(self) -> None:
        """Give the terminal back to the shell until it hands it over again; then everything is drawn anew."""
        self.app.action_suspend_process()
        self.refresh(layout=True)
        self.lay_out()

    def lay_out(self) -> None:
        """Give every chart its place."""

    def do_help(self) -> None:
        """Open the help."""
        self.app.push_screen(HelpScreen(self.TABLE, self.TABLE_GROUPS, self.TABLE_SIGNS))
