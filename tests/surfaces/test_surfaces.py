"""Every surface's facts against its formula, over floats, NumPy arrays and torch tensors."""

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch

from opttui.surfaces import CLASSIC, FAMILIES, SURFACES, General, Surface

surfaces = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
GENERAL = {name: surface for name, surface in SURFACES.items() if surface.general is not None}


def value_and_slope(function: Any, point: Any) -> tuple[float, np.ndarray]:
    x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    value = function(x)
    value.backward()
    assert x.grad is not None
    return value.item(), x.grad.numpy()


def at(surface: Surface) -> Any:
    return lambda point: surface.formula(point[0], point[1], torch)


def points_of(surface: Surface, count: int = 6) -> np.ndarray:
    """Points in view, the same every time, and the starts."""
    x_low, x_high, y_low, y_high = surface.view
    inside = np.random.default_rng(1).uniform((x_low, y_low), (x_high, y_high), (count, 2))
    return np.concatenate([inside, np.array(list(surface.starts.values()))])


def general_of(surface: Surface) -> General:
    assert surface.general is not None
    return surface.general


def test_there_are_at_least_thirty_and_names_are_the_keys() -> None:
    assert len(SURFACES) == sum(map(len, FAMILIES.values())) >= 30
    assert [surface.name for surface in SURFACES.values()] == list(SURFACES)


@surfaces
def test_minima_have_the_least_value_and_no_slope(surface: Surface) -> None:
    assert bool(surface.minima) is (surface.least is not None)
    for minimum in surface.minima:
        value, slope = value_and_slope(at(surface), minimum)
        assert value == pytest.approx(surface.least, abs=1e-9)
        if surface.smooth:
            assert np.linalg.norm(slope) < 1e-8
        assert np.isfinite(slope).all()


@surfaces
def test_the_curvature_at_the_first_minimum_is_as_stated(surface: Surface) -> None:
    assert (surface.curvature is not None) is (surface.smooth and bool(surface.minima))
    if surface.curvature is None:
        return
    # Slopes on both sides: autograd twice would go through the square root at its kink. The steps fit the scale.
    x, y = surface.minima[0]
    steps = np.array([max(abs(x), 1e-2 if x == 0 else 0) * 1e-4, max(abs(y), 1e-2 if y == 0 else 0) * 1e-4])
    rows = [
        (
            value_and_slope(at(surface), (x + dx, y + dy))[1]
            - value_and_slope(at(surface), (x - dx, y - dy))[1]
        )
        / (2 * (dx + dy))
        for dx, dy in ((steps[0], 0.0), (0.0, steps[1]))
    ]
    hessian = (np.array(rows) + np.array(rows).T) / 2
    least, most = np.linalg.eigvalsh(hessian)
    assert most == pytest.approx(surface.curvature[1], rel=0.01)
    # What is smaller than the greatest by ten digits drowns in the differences.
    assert least == pytest.approx(surface.curvature[0], rel=0.01, abs=1e-6 * most)


@surfaces
def test_nothing_in_view_is_below_the_least_value(surface: Surface) -> None:
    if surface.least is None:
        return
    x_low, x_high, y_low, y_high = surface.view
    x, y = np.meshgrid(np.linspace(x_low, x_high, 401), np.linspace(y_low, y_high, 401))
    assert surface.formula(x, y, np).min() >= surface.least - 1e-12 * max(1, abs(surface.least))


@surfaces
def test_slopes_are_those_of_the_values(surface: Surface) -> None:
    for point in points_of(surface):
        _, slope = value_and_slope(at(surface), point)
        for axis in range(2):
            reach = 6e-6 * max(abs(point[axis]), 1e-4 * (surface.view[2 * axis + 1] - surface.view[2 * axis]))
            step = np.eye(2)[axis] * reach
            up, down = point + step, point - step
            above, below = (float(surface.formula(*there, np)) for there in (up, down))
            difference = (above - below) / (up[axis] - down[axis])
            noise = 4e-16 * (abs(above) + abs(below)) / reach
            crease = not surface.smooth and abs(point[axis]) < 1e-9
            if not crease:
                assert slope[axis] == pytest.approx(difference, rel=1e-4, abs=20 * noise + 1e-7)


@surfaces
def test_floats_arrays_and_tensors_agree(surface: Surface) -> None:
    points = points_of(surface, 50)
    arrays = surface.formula(points[:, 0], points[:, 1], np)
    tensors = surface.formula(torch.tensor(points[:, 0]), torch.tensor(points[:, 1]), torch).numpy()
    floats = [surface.formula(float(x), float(y), math) for x, y in points]
    scale = np.abs(arrays) + np.abs(arrays).max() * 1e-3
    assert (np.abs(arrays - tensors) <= 1e-13 * scale).all()
    assert (np.abs(arrays - np.array(floats)) <= 1e-13 * scale).all()


def test_rosenbrock_is_rosenbrock_to_the_bit() -> None:
    surface = SURFACES["rosenbrock"]
    generator = np.random.default_rng(0)
    x, y = generator.uniform(-2, 2, 50), generator.uniform(-2, 2, 50)
    arrays = surface.formula(x, y, np)
    assert arrays.tolist() == ((1 - x) ** 2 + 100 * (y - x**2) ** 2).tolist()
    assert arrays.tolist() == surface.formula(torch.tensor(x), torch.tensor(y), torch).tolist()
    assert surface.formula(-1.2, 1.0, math) == pytest.approx(24.2)
    assert surface.view == (-2.0, 2.0, -1.0, 3.0)
    assert surface.minima == ((1.0, 1.0),)
    assert surface.start == (-1.2, 1.0)


@surfaces
def test_start_and_minima_lie_in_view_and_every_start_leads_down(surface: Surface) -> None:
    x_low, x_high, y_low, y_high = surface.view
    assert next(iter(surface.starts)) == CLASSIC
    assert len(surface.starts) >= 2
    for x, y in (surface.start, *surface.minima):
        assert x_low <= x <= x_high
        assert y_low <= y <= y_high
    for start in surface.starts.values():
        value, slope = value_and_slope(at(surface), start)
        assert surface.least is None or value > surface.least
        assert 0 < np.linalg.norm(slope) < math.inf


@surfaces
def test_the_formula_says_what_it_is(surface: Surface) -> None:
    text = surface.formula.__doc__ or ""
    assert "View [" in text
    assert "start (" in text
    assert "minim" in text
    assert surface.source.split()[0].strip(".,;") in text


@pytest.mark.parametrize("surface", GENERAL.values(), ids=GENERAL)
def test_the_general_formula_is_the_plain_one_in_two_dimensions(surface: Surface) -> None:
    general = general_of(surface)
    for point in points_of(surface):
        plain, wide = (
            value_and_slope(at(surface), point),
            value_and_slope(lambda x: general.formula(x, torch), point),
        )
        assert wide[0] == pytest.approx(plain[0], rel=1e-12)
        assert wide[1] == pytest.approx(plain[1], rel=1e-11, abs=1e-11)
        assert float(general.formula(point, np)) == pytest.approx(plain[0], rel=1e-12)
    assert surface.least == pytest.approx(general.least(2), abs=1e-9)


@pytest.mark.parametrize("count", [3, 10])
@pytest.mark.parametrize("surface", GENERAL.values(), ids=GENERAL)
def test_the_general_minimum_is_one(surface: Surface, count: int) -> None:
    general = general_of(surface)
    minimum = list(general.minimum(count))
    value, slope = value_and_slope(lambda x: general.formula(x, torch), minimum)
    assert len(minimum) == count
    assert value == pytest.approx(general.least(count), abs=1e-9)
    assert not surface.smooth or np.linalg.norm(slope) < 1e-8
    for shift in np.random.default_rng(2).normal(0, 0.05, (20, count)):
        assert float(general.formula(minimum + shift, np)) > general.least(count)


@pytest.mark.parametrize("name", ["ackley", "drop-wave", "salomon", "schwefel", "cross-in-tray", "bukin-6"])
def test_square_roots_have_a_slope_where_they_are_zero(name: str) -> None:
    point = (-10.0, 1.0) if name == "bukin-6" else (0.0, 0.0)
    _, slope = value_and_slope(at(SURFACES[name]), point)
    assert slope.tolist() == [0.0, 0.0]


def test_surfaces_load_nothing_heavy() -> None:
    code = (
        "import sys, opttui.surfaces; print([m for m in ('torch', 'numpy', 'textual') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
