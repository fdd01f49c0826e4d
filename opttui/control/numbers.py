"""Numbers as a person types them in a command."""

import math


def finite(text: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def whole(text: str) -> int | None:
    """A whole number from 0 on, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
