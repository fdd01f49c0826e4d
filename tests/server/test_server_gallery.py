"""When models are looked at: at once, now and then, at the end; seldom where it is dear."""

import numpy as np
from racing import FakeClock

from opttui.record.look import Look
from opttui.server.gallery import EACH, FIRST, Gallery


class Models:
    """Something to look at that takes `seconds`."""

    def __init__(self, clock: FakeClock, seconds: float) -> None:
        self.clock, self.seconds, self.moved = clock, seconds, True
        self.at: list[float] = []

    def looks(self) -> list[Look]:
        self.at.append(self.clock.now)
        self.clock.now += self.seconds
        return [Look(0, len(self.at), "image", np.zeros((1, 1), np.float32))] if self.moved else []


def watched(seconds: float, until: float) -> tuple[Models, list[Look], Gallery]:
    clock, written = FakeClock(), []
    models = Models(clock, seconds)
    gallery = Gallery(models.looks, written.append, clock)
    end = clock.now + until
    while clock.now < end:
        gallery.due()
        clock.now += 0.05
    return models, written, gallery


def test_the_first_look_is_at_once_and_the_next_after_a_quarter_of_a_second() -> None:
    models, written, gallery = watched(0.0, 1.0)
    assert models.at[0] == 100.0
    assert all(FIRST - 1e-9 <= b - a < FIRST + 0.1 for a, b in zip(models.at, models.at[1:], strict=False))
    gallery.now()
    assert len(written) == len(models.at)


def test_looks_that_take_long_have_a_fiftieth_of_the_time() -> None:
    models, _, _ = watched(0.1, 60.0)
    assert len(models.at) == 12


def test_a_long_race_is_looked_at_less_and_less() -> None:
    models, written, _ = watched(0.0, 3600.0)
    assert 8 * EACH < len(written) < 11 * EACH
    gaps = np.diff(models.at)
    assert gaps[-1] > 100 * gaps[0]


def test_where_nothing_moves_nothing_is_counted() -> None:
    models, written, gallery = watched(0.0, 1.0)
    models.moved = False
    before = len(written)
    gallery.now()
    assert len(written) == before
