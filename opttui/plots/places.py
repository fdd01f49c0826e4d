"""From places on a scale back to values: what a scale's `place` takes forward. Knows no dot."""

import math

from opttui.plots.scales import Scale, bent


def value_at(scale: Scale, place: float) -> float:
    """The value at a place, 0 at `low` and 1 at `high`; beyond the ends too, where the scale goes on."""
    if scale.kind == "log":
        low, high = math.log10(scale.low), math.log10(scale.high)
        return float(10.0 ** min(max(low + place * (high - low), -300.0), 300.0))
    if scale.kind == "symlog":
        low, high = bent([scale.low, scale.high], scale.linear).tolist()
        decades = min(max(low + place * (high - low), -300.0), 300.0)
        return 2 * scale.linear * math.sinh(decades * math.log(10))
    return scale.low + place * (scale.high - scale.low)
