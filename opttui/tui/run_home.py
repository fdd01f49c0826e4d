"""The home screen, and what is said after it closed. Draws nothing."""

from opttui.tui.app import OpttuiApp
from opttui.tui.run import say
from opttui.tui.screens.home import HomeScreen


def be_home() -> int:
    """Show it until the person leaves; the exit status."""
    for sentence in OpttuiApp(HomeScreen()).run() or []:
        say(sentence)
    return 0
