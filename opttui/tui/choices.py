"""What a viewer chooses: lane, hyper, axis, scale, smoothing, marker, panels. Changes a view; knows no key, no race."""

from dataclasses import replace
from typing import TypeVar

from opttui.tui.layout import USUAL, toggled
from opttui.tui.panels.table import column_keys
from opttui.tui.reading import rebase
from opttui.tui.view import MARKERS, SMOOTHINGS, RaceView

Value = TypeVar("Value")


def after(values: tuple[Value, ...], value: Value, by: int = 1) -> Value:
    """The value so many places further, round and round."""
    return values[(values.index(value) + by) % len(values)]


def move_focus(view: RaceView, by: int) -> None:
    """Focus the next lane in sight or the previous one."""
    lanes = tuple(view.shown_lanes())
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
    """Steps, evaluations, samples, seconds: cursor and window stay where the focused lane was then."""
    rebase(view, after(view.axes(), view.axis))


def next_marker(view: RaceView) -> None:
    """Braille, blocks, ASCII."""
    view.marker = after(MARKERS, view.marker)


def next_scale(view: RaceView) -> None:
    """The loss by its logarithm, on both sides of zero where there are such losses, or linearly."""
    now = view.loss_scale()
    kinds = view.scales()
    view.scale = after(kinds, now) if now in kinds else kinds[0]
    # A part of one scale may be none of the other.
    view.y_window = None


def smooth(view: RaceView, more: bool) -> None:
    """Draw the loss smoother, or closer to what was measured."""
    level = view.smoothing_level() + (1 if more else -1)
    view.smoothing = min(max(level, 0), len(SMOOTHINGS) - 1)


def choose_panel(view: RaceView, key: str) -> None:
    """Choose a panel, and show it where it was hidden; nothing where this problem has none."""
    if key not in view.panels():
        return
    view.chosen, view.comparing = key, False
    if key in view.shape.hidden:
        view.shape = replace(view.shape, hidden=view.shape.hidden - {key})


def toggle_panel(view: RaceView, key: str = "") -> None:
    """Hide a panel or show it again; without a key, hide the chosen one. The last one stays."""
    known = view.panels()
    view.shape = toggled(view.shape, key or view.chosen, known)
    shown = [each for each in known if each not in view.shape.hidden]
    if view.chosen not in shown:
        view.chosen = shown[0]
        view.alone = False


def usual_panels(view: RaceView) -> None:
    """Show all panels in their usual sizes."""
    view.shape, view.alone = USUAL, False


def bring_back(view: RaceView) -> None:
    """Show the panels again that were hidden; borders stay where they were moved."""
    view.shape = replace(view.shape, hidden=view.shape.hidden & USUAL.hidden)


def toggle_alone(view: RaceView) -> None:
    """The chosen panel alone, or all again."""
    view.alone = not view.alone


def pick(view: RaceView) -> None:
    """Mark the focused lane to be compared, or no longer."""
    lane = view.focus
    picked = view.picked
    view.picked = tuple(each for each in picked if each != lane) if lane in picked else (*picked, lane)


def toggle_comparing(view: RaceView) -> None:
    """The marked lanes beside each other, or the panels again."""
    view.comparing = not view.comparing


def back(view: RaceView) -> None:
    """One step back: from a comparison to the panels, from one panel to all, then without cursor, then without filter."""
    if view.back:
        view.back, view.typed, view.cursor = False, "", None
    elif view.comparing:
        view.comparing = False
    elif view.alone:
        view.alone = False
    elif view.cursor is not None:
        view.cursor = None
    else:
        filter_by(view, "")


def filter_by(view: RaceView, words: str) -> None:
    """Show the lanes that some words fit; the focus goes to one of them."""
    view.words = " ".join(words.split())
    shown = view.shown_lanes()
    if shown and view.focus not in shown:
        focus_on(view, shown[0])


def sort_by(view: RaceView, column: str | None) -> None:
    """Sort the table by a column; by the same again, the other way round."""
    if column is not None:
        column = "best" if column in ("rank", "spark") else "name" if column == "ink" else column
        view.backwards = column == view.sort and not view.backwards
        view.sort = column


def sort_by_next(view: RaceView) -> None:
    """Sort the table by its next column."""
    keys = column_keys(view)
    view.sort, view.backwards = after(keys, view.sort) if view.sort in keys else keys[0], False


def turn_over(view: RaceView) -> None:
    """Sort the table the other way round."""
    view.backwards = not view.backwards


def next_metric(view: RaceView, by: int) -> None:
    """Another number in the loss panel: the loss, then every metric that was measured, round and round."""
    names = ("", *view.metrics())
    show_metric(view, after(names, view.metric, by) if view.metric in names else "")


def metric_by(view: RaceView, words: str) -> None:
    """The first metric that some words fit; the loss without words. Where none fits, all stays as it is."""
    asked = words.lower().split()
    if not asked:
        show_metric(view, "")
        return
    found = [name for name in view.metrics() if all(word in name.lower() for word in asked)]
    exact = [name for name in found if name.lower() == words.strip().lower()]
    if found:
        show_metric(view, (exact or found)[0])


def show_metric(view: RaceView, name: str) -> None:
    """Show a metric in the loss panel; its values have a scale of their own."""
    if name != view.metric:
        view.metric, view.scale, view.y_window = name, None, None


def toggle_measures(view: RaceView) -> None:
    """Show the line of measures, or not."""
    view.measures = not view.measures
