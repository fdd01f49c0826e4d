"""Square roots with a slope everywhere. Knows no array library."""

from typing import Any


def root(square: Any, xp: Any) -> Any:
    """√square for square ≥ 0, with slope 0 at 0, where autograd would give NaN for ever after."""
    return xp.sqrt(square + (square == 0)) * (square != 0)
