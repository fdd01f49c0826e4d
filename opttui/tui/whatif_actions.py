"""The part of the table of actions that changes lanes or goes back in time. Knows no screen."""

from functools import partial

from opttui.tui import scrub
from opttui.tui.action import Action
from opttui.tui.wishes import Wishes

WHAT_IF, BACK = "What if", "Back in time (b)"

CHANGING: tuple[Action, ...] = (
    Action(
        *("fork", ("f",), "f", "fork"),
        *("Fork the focused lane where it stands, or at the cursor; f again: with nothing changed.", WHAT_IF),
        changes=True,
        footer=4,
    ),
    Action(
        *("back_in_time", ("b",), "b", "back in time"),
        *("Go back in time: all panels show an earlier step; enter forks or rewinds there.", WHAT_IF),
        choose=scrub.enter,
        footer=5,
    ),
    Action(
        *("value", ("a",), "a", "set values"),
        *("Set the focused lane's hypers to values, now or at a step.", WHAT_IF),
        changes=True,
    ),
    Action(
        *("schedule", ("at",), "@", "schedule"),
        *("Put another schedule in place for the focused lane, from here or from a step on.", WHAT_IF),
        changes=True,
    ),
    Action(
        *("add", ("n",), "n", "new lane"),
        *("Add a lane to this race; it starts at step 0 and catches up.", WHAT_IF),
        changes=True,
    ),
    Action(
        *("drop", ("d",), "d", "drop / restore"),
        *("Take the focused lane out of the race, or in again; what it recorded stays.", WHAT_IF),
        wish=Wishes.drop,
    ),
    Action(
        *("freeze", ("F",), "F", "freeze / thaw"),
        *("Hold the focused lane while the others go on, or let it go on.", WHAT_IF),
        wish=Wishes.freeze,
    ),
    Action(
        *("rescue", ("exclamation_mark",), "!", "rescue"),
        *("Fork a lane that has diverged from where it did well, at half the learning rate.", WHAT_IF),
        wish=Wishes.rescue,
    ),
)

SCRUBBING: tuple[Action, ...] = (
    Action(
        *("earlier", ("left", "h"), "← h", "earlier", "One step earlier.", BACK),
        choose=partial(scrub.move, by=-1),
        mode="back",
        footer=1,
    ),
    Action(
        *("later", ("right", "l"), "→ l", "later", "One step later.", BACK),
        choose=partial(scrub.move, by=1),
        mode="back",
        footer=2,
    ),
    Action(
        *("much_earlier", ("pageup", "shift+left"), "pgup shift+←", "much earlier"),
        *("A twentieth of the lane's way earlier.", BACK),
        choose=partial(scrub.move, by=-1, big=True),
        mode="back",
        footer=4,
    ),
    Action(
        *("much_later", ("pagedown", "shift+right"), "pgdn shift+→", "much later", "So much later.", BACK),
        choose=partial(scrub.move, by=1, big=True),
        mode="back",
        footer=5,
    ),
    Action(
        *("first_step", ("home",), "home", "first step", "To the lane's first step.", BACK),
        choose=partial(scrub.to_end, newest=False),
        mode="back",
    ),
    Action(
        *("newest_step", ("end",), "end", "newest step", "To its newest one.", BACK),
        choose=partial(scrub.to_end, newest=True),
        mode="back",
    ),
    *(
        Action(
            *(f"digit_{digit}", (str(digit),), "0–9" if digit == 0 else "", "type a step"),
            *("Type a step; backspace takes a digit back.", BACK),
            choose=partial(scrub.type_digit, digit=digit),
            mode="back",
        )
        for digit in range(10)
    ),
    Action(
        *("delete_digit", ("backspace",), "", "less", "Type a step; backspace takes a digit back.", BACK),
        choose=scrub.delete_digit,
        mode="back",
    ),
    Action(
        *("branch", ("enter",), "enter", "fork or rewind"),
        *("Fork here, rewind this lane, or rewind the race.", BACK),
        changes=True,
        mode="back",
        footer=3,
    ),
    Action(
        *("now", ("escape",), "esc", "back to now", "Leave, and come back to now.", BACK),
        choose=scrub.leave,
        mode="back",
        footer=6,
    ),
)
