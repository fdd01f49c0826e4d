"""Surfaces as problems: starts, dimensions, noise, and the plane that is drawn."""

import pytest
import torch

from opttui.problems.problem import Setting
from opttui.problems.surface import make, slope_noise
from opttui.race.build import build_race
from opttui.race.plane import fill_grid, move
from opttui.scenario.resolve import scenario_from

CPU = torch.device("cpu")


def setting(**more: object) -> Setting:
    return Setting(seed=3, device=CPU, dtype=torch.float64, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "dim", "point"),
    [
        (None, None, [-1.2, 1.0]),
        ("far", None, [-2.0, 2.0]),
        ((0.5, 2.0), None, [0.5, 2.0]),
        (None, 5, [-1.2, 1.0, -1.2, 1.0, -1.2]),
        ((1.0, 2.0, 3.0), 3, [1.0, 2.0, 3.0]),
    ],
)
def test_a_surface_starts_where_it_is_told(start: object, dim: int | None, point: list[float]) -> None:
    problem = make("rosenbrock", setting(start=start, dim=dim))
    assert problem.model.point.tolist() == point  # type: ignore[operator, union-attr]
    if dim is None:
        assert problem.info.start == tuple(point)


def test_two_dimensions_are_the_surface_itself() -> None:
    plain, asked = make("rosenbrock", setting()).info, make("rosenbrock", setting(dim=2)).info
    assert plain == asked
    assert (plain.surface, plain.plane, plain.parameters) == ("rosenbrock", "", 2)


def test_noise_is_normal_depends_on_step_and_seed_and_never_on_the_past() -> None:
    draws = torch.stack([slope_noise(step, 0, 2, 0.5, torch.float64, CPU) for step in range(4000)])
    assert draws.mean().abs() < 0.03
    assert draws.std().item() == pytest.approx(0.5, rel=0.05)
    assert (draws[1:] * draws[:-1]).mean().abs() < 0.02
    assert (draws[:, 0] * draws[:, 1]).mean().abs() < 0.02
    slope_noise.cache_clear()
    assert torch.equal(slope_noise(1234, 0, 2, 0.5, torch.float64, CPU), draws[1234])
    assert not torch.equal(slope_noise(1234, 1, 2, 0.5, torch.float64, CPU), draws[1234])


def test_noise_tilts_the_surface_and_leaves_what_is_drawn_alone() -> None:
    problem, still = make("beale", setting(noise=0.1)), make("beale", setting())
    batch = problem.batches()(17)
    x, y = still.info.start or (0.0, 0.0)
    xi, zeta = batch.tolist()
    tilted, flat = problem.loss(problem.model, batch), still.loss(still.model, None)
    assert tilted.item() == pytest.approx(flat.item() + x * xi + y * zeta)
    tilted.backward()
    flat.backward()
    slopes = [p.model.point.grad for p in (problem, still)]  # type: ignore[union-attr]
    assert torch.allclose(slopes[0] - slopes[1], batch)  # type: ignore[operator]
    assert (problem.info.surface, problem.info.metrics) == ("beale", ("loss",))
    assert problem.validate is not None
    assert problem.validate(problem.model)["loss"].item() == flat.item()


def test_the_plane_of_many_dimensions_holds_start_and_minimum() -> None:
    race = build_race(scenario_from("rosenbrock:dim=10"))
    problem, plane = race.problem, race.plane
    race.hand_back()
    assert plane is not None
    assert problem.landscape is not None
    assert "minimum" in problem.info.plane
    (minimum,) = problem.info.minima
    u, v = plane.directions[0]
    assert torch.stack([u @ u, v @ v, u @ v]).tolist() == pytest.approx([1, 1, 0], abs=1e-12)
    with torch.no_grad():
        move(problem.model, plane, 0.0, 0.0)
        assert problem.model.point.tolist() == [-1.2, 1.0] * 5  # type: ignore[operator, union-attr]
        move(problem.model, plane, *minimum)
        assert problem.model.point.tolist() == pytest.approx([1.0] * 10)  # type: ignore[operator, union-attr]
        assert float(problem.landscape(problem.model)) == pytest.approx(0, abs=1e-20)
    x_low, x_high, y_low, y_high = problem.info.view or (0, 0, 0, 0)
    assert x_low < 0 < minimum[0] < x_high
    assert y_low < 0 < y_high
    *_, grid = fill_grid(problem, plane, (x_low, x_high, y_low, y_high), 4, 3)
    assert grid is not None
    assert grid.values.min() > 0


def test_a_start_on_the_minimum_has_a_plane_all_the_same() -> None:
    race = build_race(scenario_from("sphere:dim=3,start=[0,0,0]"))
    race.hand_back()
    assert race.plane is not None
    assert race.problem.info.minima == ((0.0, 0.0),)
    assert "which is the minimum" in race.problem.info.plane
