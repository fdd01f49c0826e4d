"""Numbers as a person reads them, in few cells. Knows no panel.

A loss keeps its trailing zeros, so that a live column does not jitter; a hyper drops them, so that it reads as typed.
"""

import math

NOTHING = "–"
"""Stands for a number that does not exist."""


def loss_text(value: float | None) -> str:
    """Four significant digits in at most 9 cells, fewer digits where a sign or a long exponent needs the room:

    `12.50`, `0.003100`, `12346`, `1.234e-05`, `-1.23e-05`, `1.23e+100`.
    """
    if value is None:
        return NOTHING
    if not math.isfinite(value):
        return _not_finite(value)
    size = abs(value)
    if size != 0 and not 1e-3 <= size < 99999.5:
        return next(text for text in (f"{value:.{digits}e}" for digits in (3, 2, 1)) if len(text) <= 9)
    if size >= 999.95:
        return f"{value:.0f}"
    return f"{value:#.4g}" if size else "0"


def short(value: float | None, width: int = 10) -> str:
    """Four significant digits at most, without trailing zeros: `0.01`, `1e-05`, `0.9`, `20000`.

    Digits are rounded away where `width` cells need it, down to one.
    """
    if value is None:
        return NOTHING
    if not math.isfinite(value):
        return _not_finite(value)
    texts = [_trimmed(value, digits) for digits in (4, 3, 2, 1)]
    return next((text for text in texts if len(text) <= width), texts[-1])


def _trimmed(value: float, digits: int) -> str:
    if value and not 1e-4 <= abs(value) < 1e6:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{exponent}"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def count(value: float | None) -> str:
    """A whole number with its thousands apart: `12,345`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{round(value):,}"


def count_short(value: float | None) -> str:
    """A whole number in at most five cells: `812`, `12.3k`, `1.2M`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        # 999,950 would round to 1000k: it is a million already.
        if abs(value) >= size * 0.99995 and abs(value) >= 1000:
            scaled = value / size
            return f"{scaled:.1f}{letter}" if abs(scaled) < 99.95 else f"{scaled:.0f}{letter}"
    return f"{round(value)}"


def seconds_text(value: float | None) -> str:
    """Seconds, then minutes, then hours: `0.612`, `61.20`, `12m03s`, `3h20m`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value < 9.9995:
        return f"{value:.3f}"
    if value < 599.995:
        return f"{value:.2f}"
    whole = round(value)
    if whole < 36_000:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole // 60 % 60:02d}m"


def speed(value: float | None) -> str:
    """Steps a second: `0.52`, `8.3`, `812`, `12.3k`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value < 9.95:
        return f"{value:.2g}"
    return count_short(value)


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
