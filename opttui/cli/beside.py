"""`--beside PATH`: runs and other tools' logs whose curves stand beside a race. Knows no verb."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opttui.record.seen import SeenRun


def beside(paths: Sequence[str]) -> "tuple[SeenRun, ...]":
    """A reader for each. InputError or RunError for what is no run and no log."""
    if not paths:
        return ()
    from opttui.sources.open import open_reader

    return tuple(open_reader(path) for path in paths)
