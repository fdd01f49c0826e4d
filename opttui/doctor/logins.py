"""Whether something here ends a race although nobody has asked for it: a logout, a job's end, a container's."""

from collections.abc import Iterator

from opttui.control.outliving import what_ends_it
from opttui.doctor.finding import Finding


def findings() -> Iterator[Finding]:
    """Whether races outlive a logout."""
    sentence = what_ends_it()
    if sentence:
        yield Finding("logins.logout", "note", sentence, value="ends")
    else:
        yield Finding("logins.logout", "fine", "Races outlive the terminal and a logout.", value="outlives")
