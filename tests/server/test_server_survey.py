"""Grids beside the race: coarse first, a small share of the time, wider when the lanes leave."""

import numpy as np
from racing import FakeClock

from opttui.record.grid import Grid
from opttui.server.survey import SHARE, SIZES, URGENT, Survey

BOX = (-1.0, 1.0, -1.0, 1.0)
EVALUATION = 0.002


class Hill:
    """A surface whose evaluation takes 2 ms of the fake clock."""

    def __init__(self):
        self.clock = FakeClock()
        self.spent = 0.0
        self.grids = []
        self.survey = Survey(self.draw, BOX, self.grids.append, self.clock)

    def draw(self, box, columns, rows):
        for _ in range(columns * rows):
            self.clock.now += EVALUATION
            self.spent += EVALUATION
            yield None
        yield Grid(box, np.zeros((rows, columns)))

    def race(self, seconds, tips):
        """The race runs, and looks at the survey each 50 ms."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now += 0.05
            self.survey.share(tips)


def shapes(grids):
    return [(grid.values.shape[1], grid.values.shape[0]) for grid in grids]


def test_the_first_grid_is_coarse_and_there_before_the_first_step():
    hill = Hill()
    hill.survey.first(lambda: False)
    assert shapes(hill.grids) == [SIZES[0]]


def test_a_command_does_not_wait_for_the_first_grid():
    hill = Hill()
    hill.survey.first(lambda: hill.spent > 0.01)
    assert hill.spent < 0.015
    assert not hill.grids
    hill.race(60.0, {})
    assert shapes(hill.grids)[0] == SIZES[0]


def test_finer_grids_take_a_fiftieth_of_the_time():
    hill = Hill()
    hill.survey.first(lambda: False)
    hill.spent = 0.0
    begin = hill.clock.now
    hill.race(600.0, {0: (0.0, 0.0)})
    assert shapes(hill.grids) == list(SIZES)
    points = sum(columns * rows for columns, rows in SIZES[1:])
    assert hill.spent == points * EVALUATION or abs(hill.spent - points * EVALUATION) < 1e-6
    hill = Hill()
    hill.survey.first(lambda: False)
    hill.spent, begin = 0.0, hill.clock.now
    hill.race(60.0, {})
    assert hill.spent / (hill.clock.now - begin) <= SHARE * 1.1


def test_a_lane_outside_doubles_the_box_until_it_is_in():
    hill = Hill()
    hill.survey.first(lambda: False)
    hill.race(60.0, {0: (0.5, 0.5), 1: (3.0, -5.0)})
    assert hill.grids[1].box == (-8.0, 8.0, -8.0, 8.0)
    assert shapes(hill.grids)[1] == SIZES[0]


def test_a_lane_on_its_way_to_infinity_does_not_take_the_picture_along():
    hill = Hill()
    hill.survey.first(lambda: False)
    hill.race(400.0, {0: (1e30, 0.0), 1: (float("nan"), 1.0), 2: (float("inf"), 0.0)})
    assert hill.grids[1].box == (-256.0, 256.0, -256.0, 256.0)
    assert shapes(hill.grids)[1:] == list(SIZES)


def test_while_paused_it_works_on_until_nothing_is_left():
    hill = Hill()
    hill.survey.first(lambda: False)
    turns = 1
    while hill.survey.idle({}):
        turns += 1
    assert shapes(hill.grids) == list(SIZES)
    points = sum(columns * rows for columns, rows in SIZES[1:])
    assert turns >= points * EVALUATION / 0.025
    assert not hill.survey.idle({})


def test_after_the_last_step_it_has_so_long_and_no_longer():
    hill = Hill()
    hill.survey.first(lambda: False)
    begin = hill.clock.now
    hill.survey.finish({}, 0.5)
    assert hill.clock.now - begin < 0.51


def test_lanes_that_run_away_before_the_first_grid_leave_it_unharmed():
    hill = Hill()
    for far in range(1, 9):
        hill.survey.share({0: (2.0**far, 0.0)})
        hill.clock.now += 0.5
    hill.race(40.0, {0: (300.0, 0.0)})
    assert tuple(hill.grids[0].box) == BOX and shapes(hill.grids)[:2] == [SIZES[0], SIZES[0]]
    assert hill.grids[1].box[1] == 256.0


def test_the_coarse_grid_of_a_box_that_lanes_have_left_is_soon_there():
    """Within a second of the race, where a fiftieth of the time would take sixteen; all such grids have one second."""
    hill = Hill()
    hill.survey.first(lambda: False)
    hill.spent = 0.0
    hill.race(1.0, {0: (1.5, 0.0)})
    assert shapes(hill.grids) == [SIZES[0], SIZES[0]] and hill.grids[-1].box == (-2.0, 2.0, -2.0, 2.0)
    for reach in (3.0, 6.0, 12.0, 24.0, 48.0):
        hill.race(1.0, {0: (reach, 0.0)})
    assert hill.spent <= URGENT + 6 * SHARE + 0.26
