"""Which ink stands for what on the panels. Knows roles, no colours: the theme has those."""

from opttui.plots.picture import Ink

LANE_INKS = 12

SHADES = 4
"""Shades of a lane's ink for its forks."""

TEXT = Ink()
BOLD = Ink(bold=True)
FAINT = Ink("faint")
LABEL = Ink("label")
GOOD = Ink("good")
BAD = Ink("bad")
MARK = Ink("mark")

TURN, CROSS, STAR, ALARM, FORK = "◆", "✗", "★", "!", "◇"
"""A hyper was turned; a lane diverged or failed; a lane reached the target; an alarm; a lane was forked here."""

OUTCOME_INKS = {
    "waiting": "faint",
    "paused": "mark",
    "frozen": "mark",
    "dropped": "faint",
    "reached": "good",
    "diverged": "bad",
    "failed": "bad",
}
"""The ink of an outcome's word; `label` for those that are not here."""


def lane_role(lane: int, shade: int = 0) -> str:
    """The role of a lane's ink, its own for life; `shade`: which of them, for a fork."""
    return f"lane{lane % LANE_INKS}{f'+{shade}' if shade else ''}"
