"""The table of what the home screen can do."""

from functools import partial

from opttui.tui.action import Action
from opttui.tui.home.view import HomeView
from opttui.tui.usual_actions import WINDOW, usual

LIST = "The list"
GROUPS = (LIST, WINDOW)

PAGE = 10
"""Entries that a page key moves over."""

ACTIONS: tuple[Action, ...] = (
    Action(
        *("open", ("enter",), "enter", "start / open", "Start the scenario, or open the run.", LIST), footer=1
    ),
    Action(
        *("down", ("j", "down"), "j ↓", "down", "Move down.", LIST),
        choose=partial(HomeView.move, by=1),
        footer=2,
    ),
    Action(
        *("up", ("k", "up"), "k ↑", "up", "Move up.", LIST), choose=partial(HomeView.move, by=-1), footer=3
    ),
    Action(
        *("page_down", ("pagedown",), "PgDn", "page down", "Move down a page.", LIST),
        choose=partial(HomeView.move, by=PAGE),
    ),
    Action(
        *("page_up", ("pageup",), "PgUp", "page up", "Move up a page.", LIST),
        choose=partial(HomeView.move, by=-PAGE),
    ),
    Action(
        *("first", ("g", "home"), "g", "first", "To the first.", LIST),
        choose=partial(HomeView.move, by=-10_000),
    ),
    Action(
        *("last", ("G", "end"), "G", "last", "To the last.", LIST), choose=partial(HomeView.move, by=10_000)
    ),
    Action(
        *("new", ("n",), "n", "new race"),
        *("A race of your own: problem, steps and lanes, beginning with what is under the cursor.", LIST),
        changes=True,
        footer=4,
    ),
    Action(
        *(
            "search",
            ("slash",),
            "/",
            "search",
            "Search by name, title, problem, optimizer; esc ends it.",
            LIST,
        ),
        footer=5,
    ),
    Action(*("back", ("escape",), "esc", "all", "Show everything again.", LIST)),
    *usual(footer=6),
    Action(
        "leave", ("q", "ctrl+c", "ctrl+q"), "q", "leave", "Leave; races that run go on.", WINDOW, footer=7
    ),
)

BY_ID = {action.id: action for action in ACTIONS}
