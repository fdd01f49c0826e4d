"""The picture of a schedule before its race: the rehearsed rate, or why there is none. Knows no widget."""

import numpy as np

from opttui.control.rehearsing import Answer
from opttui.plots.curves import Frame, Line, draw_curves
from opttui.plots.picture import Picture
from opttui.tui.panels.inks import lane_role
from opttui.tui.panels.waiting import quiet


def curve(answer: Answer | None, complaint: str, width: int, height: int) -> Picture:
    """The learning rate of every step to come, exactly as large as asked."""
    if complaint:
        return quiet("", width, height)
    if answer is None:
        return quiet("rehearsing …", width, height)
    if answer.plan is None:
        return quiet(answer.complaint or "this rate depends on the loss", width, height)
    steps, rates = np.array(answer.plan.steps, dtype=float), np.array(answer.plan.lr, dtype=float)
    frame = Frame(width=width, height=height, x_label="steps", y_label="lr")
    return draw_curves([Line(x=steps, low=rates, high=rates, ink=lane_role(0))], frame)
