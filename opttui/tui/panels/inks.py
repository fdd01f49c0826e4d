"""Which ink stands for what on the panels. Knows roles, no colours: the theme has those."""

from opttui.plots.picture import Ink

LANE_INKS = 12

TEXT = Ink()
BOLD = Ink(bold=True)
FAINT = Ink("faint")
LABEL = Ink("label")
GOOD = Ink("good")
BAD = Ink("bad")
MARK = Ink("mark")

TURN, CROSS, STAR, ALARM = "◆", "✗", "★", "!"
"""A hyper was turned; a lane diverged or failed; a lane reached the target; an alarm."""

OUTCOME_INKS = {
    "waiting": "faint",
    "paused": "mark",
    "reached": "good",
    "diverged": "bad",
    "failed": "bad",
}
"""The ink of an outcome's word; `label` for those that are not here."""


def lane_role(lane: int, dim: bool = False) -> str:
    """The role of a lane's ink, its own for life."""
    return f"lane{lane % LANE_INKS}{'dim' if dim else ''}"
