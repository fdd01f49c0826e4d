"""Up to where a lane did well before it went astray. Knows numbers alone."""

from collections.abc import Sequence

import numpy as np

FACTOR, SHARE = 2.0, 0.1
"""A loss is sane up to so many times the best, and up to the best and this share of the way back to the first."""


def last_good(steps: Sequence[float], losses: Sequence[float]) -> int | None:
    """The last step whose loss is sane beside the best before it all ended; None where no loss is finite.

    The second bound is for losses that reach zero or below, or that are those of batches, some of which have luck.
    """
    at, values = np.asarray(steps, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    known = np.isfinite(values) & np.isfinite(at)
    at, values = at[known], values[known]
    if not values.size:
        return None
    best, first = float(values.min()), float(values[0])
    bound = max(best * FACTOR if best > 0 else best, best + SHARE * (first - best))
    return int(at[np.flatnonzero(values <= bound)[-1]])
