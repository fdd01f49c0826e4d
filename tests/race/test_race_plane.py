"""Planes chosen while a race runs: their components by NumPy's SVD, their shares by closed forms, and no lane the
wiser."""

import numpy as np
import pytest
import torch

from opttui.control.commands import Plane
from opttui.errors import InputError
from opttui.race.build import build_race
from opttui.race.components import components, projected
from opttui.race.device_rows import DeviceRows, HostTimer
from opttui.race.history import History
from opttui.record.layout import STEP, X, Y
from opttui.scenario.resolve import scenario_from

LANES = ["SGD:lr=0.1,momentum=0.9", "Adam:lr=0.01"]


def race_of(problem: str = "deep-linear", lanes=LANES, **options):
    return build_race(scenario_from(problem, lanes))


def walked(race, rounds: int):
    for _ in range(rounds):
        race.round()
    return race.drain(wait=True)


def flat(lane) -> np.ndarray:
    return np.concatenate([p.detach().double().numpy().ravel() for p in lane.model.parameters()])


@pytest.mark.parametrize(
    ("count", "size"), [(40, 300), (300, 40), (25, 25), (2, 500), (1, 7), (6, 2), (5, 1)]
)
def test_components_are_those_of_the_svd(count: int, size: int) -> None:
    points = np.random.default_rng(count).standard_normal((count, size)) * np.geomspace(3, 0.1, size)
    points = points.astype(np.float32)
    directions, shares = components(points)
    _, values, vectors = np.linalg.svd(points.astype(np.float64), full_matrices=False)
    known = min(2, count, size)
    assert np.abs(np.sum(directions[:known] * vectors[:known], axis=1)) == pytest.approx(np.ones(known))
    assert shares[:known] == pytest.approx(values[:known] ** 2 / np.sum(values**2))
    if size > 1:
        np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)


def test_two_straight_walks_share_their_variance_by_the_squares_of_their_lengths() -> None:
    ways = np.eye(50)[[7, 21]]
    t = np.arange(11)[:, np.newaxis]
    points = np.concatenate((3.0 * t * ways[0], -t * ways[1]))
    directions, shares = components(points)
    assert shares == pytest.approx([0.9, 0.1])
    np.testing.assert_allclose(np.abs(directions), ways, atol=1e-12)
    # Paths go to the right and upwards on the whole.
    np.testing.assert_allclose(projected(points[[10, 21]], directions), [[30, 0], [0, 10]], atol=1e-12)


def test_points_that_all_lie_at_the_start_have_no_components() -> None:
    with pytest.raises(ValueError, match="differs"):
        components(np.zeros((4, 9)))


def test_a_history_keeps_evenly_spaced_points_of_the_whole_walk() -> None:
    history = History(3, torch.device("cpu"), most=16)
    for first in range(0, 1000, 7):
        history.rows(first, np.arange(first, first + 7)[:, np.newaxis] * np.ones(3))
    steps, points = history.points()
    assert history.stride == 64
    assert steps == list(range(0, 1001, 64))
    np.testing.assert_array_equal(points[:, 0], steps)
    assert history.points(most=4)[0] == [0, 256, 512, 768]


def test_a_history_forgets_what_came_after_the_step_to_which_a_lane_goes_back() -> None:
    history = History(1, torch.device("cpu"), most=8)
    history.rows(0, np.zeros((6, 1)))
    history.rows(3, np.ones((2, 1)))
    steps, points = history.points()
    assert (steps, points[:, 0].tolist()) == ([0, 1, 2, 3, 4], [0, 0, 0, 1, 1])


def test_a_model_that_is_too_large_keeps_nothing() -> None:
    history = History(3_000_000, torch.device("cpu"))
    history.rows(0, np.zeros((1, 1)))
    assert (history.most, history.due(0)) == (0, False)


@pytest.mark.parametrize("on_device", [False, True])
def test_past_and_future_of_each_lane_lie_in_the_plane_of_its_components(on_device, monkeypatch) -> None:
    if on_device:
        rows = lambda model, plane, device, clock, others_wait=False: DeviceRows(  # noqa: E731
            list(model.parameters()),
            plane,
            HostTimer(clock),
            History(sum(p.numel() for p in model.parameters()), device),
        )
        monkeypatch.setattr("opttui.race.lane.rows_for", rows)
    race = race_of()
    walked(race, 30)
    start = np.concatenate([s.double().numpy().ravel() for s in race.plane.start])
    stood = [flat(lane) - start for lane in race.lanes]
    (event,) = race.choose_plane(Plane("pca"), "window", 29)
    along = np.concatenate([both.double().numpy() for both in race.plane.directions], axis=1)
    np.testing.assert_allclose(along @ along.T, np.eye(2), atol=1e-6)
    assert (event.kind, event.step, event.actor, event.requested) == ("plane", 30, "window", 29)
    assert (event.data["number"], event.data["plane"]) == (1, "pca")
    pasts = race.drain().pasts
    points = []
    for lane, past in pasts.items():
        assert (past.plane, past.step, past.steps[0], past.steps[-1]) == (1, 30, 0.0, 30.0)
        assert (past.x[0], past.y[0]) == (0.0, 0.0)
        np.testing.assert_allclose([past.x[-1], past.y[-1]], along @ stood[lane], rtol=1e-4, atol=1e-6)
        points.append(race.lanes[lane].rows.history.points()[1].double().numpy() - start)
        points.append(stood[lane][np.newaxis])
    every = np.concatenate(points)
    _, values, vectors = np.linalg.svd(every, full_matrices=False)
    assert np.abs(np.sum(along * vectors[:2], axis=1)) == pytest.approx(1, abs=1e-4)
    assert event.data["explained"] == pytest.approx(values[:2] ** 2 / np.sum(values**2), rel=1e-3)
    left, right, low, high = event.data["box"]
    for past in pasts.values():
        assert left < past.x.min()
        assert past.x.max() < right
        assert low < past.y.min()
        assert past.y.max() < high
    drained = walked(race, 1)
    assert not drained.pasts
    for lane, (row,) in drained.rows.items():
        assert row[STEP] == 30
        np.testing.assert_allclose([row[X], row[Y]], along @ stood[lane], rtol=1e-4, atol=1e-5)


def test_no_lane_notices_that_its_path_is_drawn_elsewhere() -> None:
    plain, turned = race_of("digits-mlp"), race_of("digits-mlp")
    before, after = walked(plain, 40), walked(turned, 25)
    turned.choose_plane(Plane("pca"), "window", 0)
    more = walked(turned, 10)
    turned.choose_plane(Plane("random"), "window", 0)
    last = walked(turned, 5)
    # Seconds are the machine's.
    numbers = [0, 1, 3, 4, 5, 6]
    for lane, rows in before.rows.items():
        again = [*after.rows[lane], *more.rows[lane], *last.rows[lane]]
        assert [[row[i] for i in numbers] for row in again] == [[row[i] for i in numbers] for row in rows]
        assert [row[X:] for row in again[35:]] == [row[X:] for row in rows[35:]]
        for a, b in zip(
            plain.lanes[lane].model.parameters(), turned.lanes[lane].model.parameters(), strict=True
        ):
            assert torch.equal(a, b)
    plain.hand_back()
    turned.hand_back()


def test_a_lane_that_ran_away_does_not_decide_on_the_plane() -> None:
    race = race_of(lanes=["Adam:lr=0.01", "SGD:lr=1e9"])
    walked(race, 20)
    assert race.lanes[1].outcome == "diverged"
    (event,) = race.choose_plane(Plane("pca"), "window", 0)
    alone = race_of(lanes=["Adam:lr=0.01"])
    walked(alone, 20)
    (other,) = alone.choose_plane(Plane("pca"), "window", 0)
    assert event.data["explained"] == other.data["explained"]
    assert all(np.isfinite(past.x).all() for past in race.drain().pasts.values())


def test_where_there_is_no_such_plane_it_is_said_why() -> None:
    with pytest.raises(InputError, match="the problem's own two parameters"):
        race_of("rosenbrock").choose_plane(Plane("pca"), "window", 0)
    race = race_of()
    with pytest.raises(InputError, match="no lane has moved yet"):
        race.choose_plane(Plane("pca"), "window", 0)
    assert race.plane_number == 0
    race.lanes[0].rows.history = None
    with pytest.raises(InputError, match="are not kept"):
        race.choose_plane(Plane("random"), "window", 0)
