"""The home screen, and what is said after it closed. Draws nothing."""

from opttui.tui.app import OpttuiApp
from opttui.tui.run import say
from opttui.tui.screens.home import HomeScreen


def be_home() -> int:
    """Show it until the person leaves; the exit status."""
    said = OpttuiApp(HomeScreen()).run()
    # Of a window that left with its terminal there is no list.
    for sentence in said if isinstance(said, list) else ():
        say(sentence)
    return 0
