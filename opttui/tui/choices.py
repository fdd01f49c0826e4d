"""What a viewer chooses: lane, hyper, axis, scale, smoothing, marker. Changes a view; knows no key and no race."""

from typing import TypeVar

from opttui.tui.view import AXES, MARKERS, SMOOTHINGS, RaceView

Value = TypeVar("Value")


def after(values: tuple[Value, ...], value: Value, by: int = 1) -> Value:
    """The value so many places further, round and round."""
    return values[(values.index(value) + by) % len(values)]


def move_focus(view: RaceView, by: int) -> None:
    """Focus the next lane or the previous one."""
    lanes = tuple(view.lanes())
    if lanes:
        focus_on(view, after(lanes, view.focus if view.focus in lanes else lanes[0], by))


def focus_on(view: RaceView, lane: int) -> None:
    """Focus a lane, keeping the chosen hyper where the new lane has it too."""
    name = (view.chosen_hyper() or ("lr", 0.0))[0]
    view.focus = lane
    names = list(view.hypers_now(lane))
    view.hyper = names.index(name) if name in names else 0


def focus_place(view: RaceView, place: int) -> None:
    """Focus the lane at a place, from 1 on; nothing where there is none."""
    lanes = view.lanes()
    if 1 <= place <= len(lanes):
        focus_on(view, lanes[place - 1])


def move_hyper(view: RaceView, by: int) -> None:
    """Choose the next hyper of the focused lane or the previous one."""
    count = len(view.hypers_now(view.focus))
    if count:
        view.hyper = (view.hyper + by) % count


def next_axis(view: RaceView) -> None:
    """Steps, evaluations, seconds."""
    view.axis = after(AXES, view.axis)


def next_marker(view: RaceView) -> None:
    """Braille, blocks, ASCII."""
    view.marker = after(MARKERS, view.marker)


def next_scale(view: RaceView) -> None:
    """The loss by its logarithm, on both sides of zero where there are such losses, or linearly."""
    now = view.loss_scale()
    kinds = view.scales()
    view.scale = after(kinds, now) if now in kinds else kinds[0]


def smooth(view: RaceView, more: bool) -> None:
    """Draw the loss smoother, or closer to what was measured."""
    level = view.smoothing_level() + (1 if more else -1)
    view.smoothing = min(max(level, 0), len(SMOOTHINGS) - 1)
