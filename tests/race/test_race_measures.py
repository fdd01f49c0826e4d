"""What a row holds beside loss and lr, against plain autograd; and the device's path against the host's."""

import math

import pytest
import torch
from oracle import plain_problem, race_of, run, spec_of

from opttui.race import lane as lane_module
from opttui.race.device_rows import DeviceRows, HostTimer
from opttui.race.plane import fill_grid, random_plane
from opttui.race.ring import BLOCK, Ring
from opttui.record.layout import EVALUATIONS, GRAD_NORM, LOSS, STEP, UPDATE_NORM, X, Y
from opttui.scenario.specs import LaneSpec

PROBLEMS = ("rosenbrock", "linear", "digits-mlp")


@pytest.mark.parametrize("problem", PROBLEMS)
def test_norms_and_points_equal_autograd(problem: str) -> None:
    race = race_of(problem, [spec_of("SGD")], 12)
    plane = race.plane
    rows, _ = run(race, drain_every=5)
    parameters, loss_at = plain_problem(problem, 0)
    optimizer = torch.optim.SGD(parameters, **spec_of("SGD").arguments)
    for step, row in enumerate(rows[0]):
        optimizer.zero_grad()
        loss_at(step).backward()
        flat = torch.cat([p.detach().double().flatten() for p in parameters])
        norm = torch.cat([p.grad.double().flatten() for p in parameters]).norm().item()
        optimizer.step()
        moved = torch.cat([p.detach().double().flatten() for p in parameters]) - flat
        assert row[STEP] == step
        assert row[EVALUATIONS] == step + 1
        assert row[GRAD_NORM] == pytest.approx(norm, rel=1e-5)
        assert row[UPDATE_NORM] == pytest.approx(moved.norm().item(), rel=1e-3)
        if plane is None:
            assert (row[X], row[Y]) == tuple(flat.tolist())
        else:
            start = torch.cat([p.double().flatten() for p in plane.start])
            both = torch.cat([d.double() for d in plane.directions], dim=1)
            assert [row[X], row[Y]] == pytest.approx((both @ (flat - start)).tolist(), abs=1e-5)


def test_the_random_plane_is_orthonormal_and_repeats() -> None:
    race = race_of("digits-mlp", [spec_of("SGD")], 1)
    plane, again = random_plane(race.problem.model, 0), random_plane(race.problem.model, 0)
    both = torch.cat([d.double() for d in plane.directions], dim=1)
    assert torch.allclose(both @ both.T, torch.eye(2, dtype=torch.float64), atol=1e-6)
    assert all(torch.equal(a, b) for a, b in zip(plane.directions, again.directions, strict=True))


@pytest.mark.parametrize("problem", ["linear", "digits-mlp"])
def test_a_grid_is_the_loss_at_its_cells(problem: str) -> None:
    race = race_of(problem, [spec_of("SGD")], 1)
    box = (-1.0, 3.0, -2.0, 2.0)
    *pauses, grid = fill_grid(race.problem, race.plane, box, 4, 3, at_once=5)
    assert pauses == [None, None]
    assert grid.values.shape == (3, 4)
    x, y = 0.5, 4 / 3  # centre of column 1 of 4 in −1…3 and of row 2 of 3 in −2…2
    model = race.problem.model
    with torch.no_grad():
        if race.plane is None:
            model.weight.fill_(x)
            model.bias.fill_(y)
        else:
            for p, start, d in zip(model.parameters(), race.plane.start, race.plane.directions, strict=True):
                p.copy_(start + (x * d[0] + y * d[1]).reshape(p.shape))
        expected = float(race.problem.landscape(model))
    assert grid.values[2, 1] == pytest.approx(expected, rel=1e-5)


def test_a_start_that_overflows_float32_norms_is_measured_in_float64() -> None:
    race = race_of("linear", [spec_of("SGD", lr=1e10)], 4)
    rows, _ = run(race)
    norms = [row[GRAD_NORM] for row in rows[0] if math.isfinite(row[LOSS])]
    assert all(math.isfinite(norm) for norm in norms)


@pytest.fixture
def on_the_device_path(monkeypatch):
    def rows_for(model, plane, device, clock, others_wait=False):
        return DeviceRows(list(model.parameters()), plane, HostTimer(clock))

    monkeypatch.setattr(lane_module, "rows_for", rows_for)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_devices_path_records_the_same_rows(problem: str, request) -> None:
    specs = [spec_of("Adam"), spec_of("LBFGS"), spec_of("SGD", "ReduceLROnPlateau")]
    host, _ = run(race_of(problem, specs, 2 * BLOCK + 20 if problem == "rosenbrock" else 40))
    request.getfixturevalue("on_the_device_path")
    race = race_of(problem, specs, 2 * BLOCK + 20 if problem == "rosenbrock" else 40)
    device, events = run(race)
    for lane in host:
        assert [row[:2] + row[3:5] for row in device[lane]] == [row[:2] + row[3:5] for row in host[lane]]
        for a, b in zip(device[lane], host[lane], strict=True):
            assert a[GRAD_NORM:] == pytest.approx(b[GRAD_NORM:], rel=1e-3, abs=1e-5)
    assert [event.data["outcome"] for event in events] == ["finished"] * 3


def test_a_divergence_on_the_devices_path_is_found_late_and_cut_exactly(on_the_device_path) -> None:
    race = race_of("rosenbrock", [spec_of("SGD", lr=10.0), spec_of("Adam")], 60)
    rows, events = run(race, drain_every=1000)
    assert race.lanes[0].outcome == "diverged"
    assert all(math.isfinite(row[LOSS]) for row in rows[0][:-1])
    assert not math.isfinite(rows[0][-1][LOSS])
    assert race.lanes[0].step == rows[0][-1][STEP]
    assert len(rows[1]) == 60
    assert [event.data["outcome"] for event in events if event.lane == 0] == ["diverged"]


class LateFence:
    """A copy that is done when the test says so."""

    def __init__(self) -> None:
        self.done = False

    def query(self) -> bool:
        return self.done

    def synchronize(self) -> None:
        self.done = True


def test_a_ring_keeps_order_and_reuses_no_block_that_is_still_being_copied(monkeypatch) -> None:
    fences: list[LateFence] = []

    def copy(self, target, source):
        target.copy_(source)
        fences.append(LateFence())
        return fences[-1]

    monkeypatch.setattr(Ring, "_copy", copy)
    ring = Ring(1, torch.device("cpu"), torch.float64)
    for value in range(3 * BLOCK):
        ring.slot().fill_(value)
    ring.ship()
    assert ring.collect() == []
    fences[1].done = True
    assert ring.collect() == []
    fences[0].done = True
    assert ring.collect() == [[float(value)] for value in range(2 * BLOCK)]
    assert ring.collect(wait=True) == [[float(value)] for value in range(2 * BLOCK, 3 * BLOCK)]


def test_updates_do_not_depend_on_when_rows_are_drained() -> None:
    """Also where an optimizer moves its parameters before it asks for the gradient."""
    pytest.importorskip("schedulefree")
    spec = LaneSpec("schedulefree.SGDScheduleFreeClosure", {"lr": 0.1})
    found = []
    for every in (1, 5, 1000):
        rows, _ = run(race_of("digits-mlp", [spec], 30), drain_every=every)
        found.append([(row[LOSS], row[GRAD_NORM], row[UPDATE_NORM]) for row in rows[0]])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 30 and all(update > 0 for _, _, update in found[0])
