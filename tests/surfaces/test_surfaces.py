"""Every surface's facts against its formula, over floats, NumPy arrays and torch tensors."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from opttui.surfaces import SURFACES, Surface

surfaces = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


@surfaces
def test_minima_have_the_least_value_and_no_slope(surface: Surface) -> None:
    for x, y in surface.minima:
        point = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
        value = surface.formula(point[0], point[1])
        value.backward()
        assert value.item() == pytest.approx(surface.least, abs=1e-12)
        assert point.grad is not None
        assert point.grad.norm().item() < 1e-8


@surfaces
def test_nothing_in_view_is_below_the_least_value(surface: Surface) -> None:
    x_low, x_high, y_low, y_high = surface.view
    x, y = np.meshgrid(np.linspace(x_low, x_high, 401), np.linspace(y_low, y_high, 401))
    assert surface.formula(x, y).min() >= surface.least


@surfaces
def test_floats_arrays_and_tensors_agree_to_the_bit(surface: Surface) -> None:
    generator = np.random.default_rng(0)
    x, y = generator.uniform(-2, 2, 50), generator.uniform(-2, 2, 50)
    arrays = surface.formula(x, y)
    tensors = surface.formula(torch.tensor(x), torch.tensor(y)).numpy()
    floats = [surface.formula(float(a), float(b)) for a, b in zip(x, y, strict=True)]
    assert arrays.tolist() == floats
    assert tensors.tolist() == floats


@surfaces
def test_start_and_minima_lie_in_view(surface: Surface) -> None:
    x_low, x_high, y_low, y_high = surface.view
    for x, y in (surface.start, *surface.minima):
        assert x_low <= x <= x_high
        assert y_low <= y <= y_high
    assert surface.formula(*surface.start) > surface.least


def test_rosenbrock_is_rosenbrock() -> None:
    surface = SURFACES["rosenbrock"]
    assert surface.formula(-1.2, 1.0) == pytest.approx(24.2)
    assert surface.view == (-2.0, 2.0, -1.0, 3.0)
    assert surface.minima == ((1.0, 1.0),)


def test_names_are_the_keys() -> None:
    assert {name: surface.name for name, surface in SURFACES.items()} == {name: name for name in SURFACES}


def test_surfaces_load_nothing_heavy() -> None:
    code = (
        "import sys, opttui.surfaces; print([m for m in ('torch', 'numpy', 'textual') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
