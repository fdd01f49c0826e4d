"""The panels of a race: pure functions from a view of a run to pictures. Know no Textual and no torch."""

from opttui.tui.panels import (
    bars,
    compared,
    headline,
    hypers,
    look,
    loss,
    machine,
    measures,
    path,
    rate,
    table,
)
from opttui.tui.panels.panel import Panel
from opttui.tui.panels.plain import in_marker, row_in_marker
from opttui.tui.panels.table import column_at, row_at

PANELS: tuple[Panel, ...] = (
    Panel("loss", loss.title, in_marker(loss.draw)),
    Panel("path", path.title, in_marker(path.draw)),
    Panel("rate", rate.title, in_marker(rate.draw)),
    Panel("table", table.title, in_marker(table.draw)),
    Panel("look", look.title, in_marker(look.draw)),
    Panel("bars", bars.title, in_marker(bars.draw)),
    Panel("machine", machine.title, in_marker(machine.draw)),
)
COMPARE = Panel("compare", compared.title, in_marker(compared.draw))
"""Takes the place of all panels."""

header = row_in_marker(headline.header)
measures_line = measures.measures_line
hyper_line = row_in_marker(hypers.hyper_line)

__all__ = ["COMPARE", "PANELS", "Panel", "column_at", "header", "hyper_line", "measures_line", "row_at"]
