"""What a key press makes of a hyper's value. Knows no key and no lane.

Values go through the series of ten preferred numbers a decade (R10, ISO 3), so that they stay readable.
"""

import math

R10 = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0)
LEAST = 1e-8
FROM_ZERO = {"lr": 1e-4, "weight_decay": 1e-4}
WHOLE = ("max_iter", "max_eval", "history_size")
PACES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


def turned(name: str, value: float, up: bool) -> float:
    """The next value up or down. Momentum and betas move by their distance to 1, whole numbers by at least 1."""
    if name.startswith("beta") or name == "momentum":
        distance = neighbour(1 - value, not up) if value < 1 else neighbour(LEAST, not up)
        return 0.0 if distance >= 1 else round(1 - distance, 12)
    if name in WHOLE:
        new = round(neighbour(value, up))
        return float(max(1, new if new != value else value + (1 if up else -1)))
    if value <= 0:
        return FROM_ZERO.get(name, 1e-3) if up else 0.0
    if not up and value <= LEAST:
        return 0.0 if name != "lr" else value
    return neighbour(value, up)


def neighbour(value: float, up: bool) -> float:
    """The next preferred number above or below a positive value."""
    decade = math.floor(math.log10(value))
    series = [mantissa * 10.0**power for power in range(decade - 1, decade + 2) for mantissa in R10]
    near = [float(f"{number:.3g}") for number in series]
    if up:
        return min(number for number in near if number > value * (1 + 1e-9))
    return max(number for number in near if number < value * (1 - 1e-9))


def next_pace(pace: float | None, speed: float | None, faster: bool) -> float | None:
    """The next pace in steps a second; None is as fast as it goes.

    Args:
        pace: The present one.
        speed: Steps a second measured; what slowing down begins from.
        faster: Whether to speed up.
    """
    if faster:
        return None if pace is None else next((step for step in PACES if step > pace * 1.001), None)
    begin = pace if pace is not None else (speed or PACES[-1]) * 1.01
    slower = [step for step in PACES if step < begin * 0.999]
    return slower[-1] if slower else PACES[0]
