"""Every lane's values at the cursor as text for a clipboard: tab-separated, exact. Knows no clipboard."""

from opttui.tui.panels.reached import compared_words, cursor_words, lanes_at
from opttui.tui.view import RaceView

COLUMNS = ("lane", "step", "evaluations", "seconds", "loss", "best_loss", "lr")


def copied(view: RaceView) -> str:
    """A header and a row a lane; numbers as `repr` has them, nothing where there is none."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for lane in lanes_at(view):
        step = lane.steps - 1 if lane.steps and lane.loss is not None else None
        values = (step, lane.evaluations, lane.seconds, lane.loss, lane.best, lane.lr)
        rows.append((lane.name, *("" if value is None else repr(value) for value in values)))
    return "".join("\t".join(row) + "\n" for row in rows)


def copied_words(view: RaceView) -> str:
    """What was copied, in a sentence."""
    lanes = len(lanes_at(view))
    where = cursor_words(view) or "at their newest rows"
    lanes_words = f"{lanes} lane{'' if lanes == 1 else 's'}"
    return f"Copied the values of {lanes_words} {where}; best_loss is the {compared_words(view).removeprefix('by ')}."
