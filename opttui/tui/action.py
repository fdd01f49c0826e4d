"""What a key does, as data: bindings, footer, palette and help are made from tables of these. Knows no screen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from opttui.tui.wishes import Wishes


@dataclass(frozen=True)
class Action:
    """Something that a key does: a choice of the viewer, a wish to the race, or (neither) a screen's own method."""

    id: str
    """Without choice and wish the screen's method is `do_<id>`."""
    keys: tuple[str, ...]
    """As Textual names them."""
    shown: str
    """The keys as a person reads them."""
    words: str
    """Two or three words for footer and palette."""
    help: str
    """A sentence for the help screen."""
    group: str
    choose: Callable[[Any], None] | None = None
    """Changes how the race is looked at."""
    wish: Callable[[Wishes, Any], None] | None = None
    """Changes the race, which a read-only window does not."""
    changes: bool = False
    """The screen's own method asks for something that changes the race."""
    writes: bool = False
    """It writes a file, which a read-only window does not: somebody else may be looking through it."""
    mode: str = ""
    """`back`: only while the viewer is back in time, where its keys go before all others'."""
    footer: int = 0
    """Place in the footer, first things first; 0 is not there."""
