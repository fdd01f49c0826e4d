"""Back in time: the cursor goes from step to step of the focused lane, and everything is read there. Knows no key."""

from opttui.tui.panels.then import ends_of, place_at, step_at
from opttui.tui.reading import follow_cursor
from opttui.tui.view import RaceView

BIG = 20
"""So many big steps are in a lane."""


def enter(view: RaceView) -> None:
    """Begin at the cursor, else at the newest row; where there is none yet, nothing."""
    ends = ends_of(view, view.focus)
    if view.back:
        leave(view)
    elif ends is not None:
        step = step_at(view, view.focus)
        view.back, view.typed = True, ""
        go(view, ends[1] if step is None else step)


def leave(view: RaceView) -> None:
    """Come back to now."""
    view.back, view.typed, view.cursor = False, "", None


def go(view: RaceView, step: int) -> None:
    """To a step of the focused lane, or the nearest that it has."""
    ends = ends_of(view, view.focus)
    if view.back and ends is not None:
        view.cursor = place_at(view, view.focus, min(max(step, ends[0]), ends[1]))
        follow_cursor(view)


def move(view: RaceView, by: int, big: bool = False) -> None:
    """So many steps on, or big ones: a twentieth of the lane's way."""
    ends, step = ends_of(view, view.focus), step_at(view, view.focus)
    if ends is not None and step is not None:
        view.typed = ""
        go(view, step + by * (max(2, (ends[1] - ends[0]) // BIG) if big else 1))


def to_end(view: RaceView, newest: bool) -> None:
    """To the lane's newest step, or its first."""
    ends = ends_of(view, view.focus)
    if ends is not None:
        view.typed = ""
        go(view, ends[1] if newest else ends[0])


def type_digit(view: RaceView, digit: int) -> None:
    """A digit of the step to go to; it goes at once."""
    if view.back:
        view.typed = (view.typed + str(digit))[-12:]
        go(view, int(view.typed))


def delete_digit(view: RaceView) -> None:
    """Without the digit typed last."""
    view.typed = view.typed[:-1]
    if view.typed:
        go(view, int(view.typed))
