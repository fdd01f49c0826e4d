"""Each problem: its start, its data, its batches as a function of the step, its tables without torch."""

import math

import pytest
import torch

from opttui.errors import InputError
from opttui.problems.batches import ordered_batches, take_batch
from opttui.problems.digits import digits, training_digits
from opttui.problems.linear import least_squares, line_points
from opttui.problems.problem import Setting
from opttui.problems.table import PROBLEMS
from opttui.scenario.problem_table import PROBLEMS as KNOWN

CPU = torch.device("cpu")


def setting(seed: int = 0, dtype: torch.dtype = torch.float32, **more: object) -> Setting:
    return Setting(seed=seed, device=CPU, dtype=dtype, **more)  # type: ignore[arg-type]


def test_the_tables_with_and_without_torch_agree() -> None:
    assert set(PROBLEMS) == set(KNOWN)
    for name, make in PROBLEMS.items():
        problem, entry = make(setting()), KNOWN[name]
        assert problem.info.title == entry.title
        assert (
            sum(p.numel() for p in problem.model.parameters()) == entry.parameters == problem.info.parameters
        )
        assert problem.info.batch_size == entry.batch_size


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_start_depends_on_the_seed_alone_and_has_the_dtype_asked_for(name: str, dtype: torch.dtype) -> None:
    first, again = (PROBLEMS[name](setting(7, dtype)) for _ in range(2))
    torch.rand(3)
    for a, b in zip(first.model.parameters(), again.model.parameters(), strict=True):
        assert a.dtype is dtype
        assert torch.equal(a, b)


def test_rosenbrock_starts_where_it_is_told() -> None:
    assert PROBLEMS["rosenbrock"](setting()).model.point.tolist() == pytest.approx([-1.2, 1.0])  # type: ignore[operator]
    moved = PROBLEMS["rosenbrock"](setting(start=(0.5, 2.0)))
    assert moved.model.point.tolist() == [0.5, 2.0]  # type: ignore[operator]
    assert moved.info.start == (0.5, 2.0)


def test_the_minimum_of_the_line_is_the_least_squares_line() -> None:
    x, y = line_points(0, torch.float64, CPU)
    slope, intercept = least_squares(x, y)
    solved = torch.linalg.lstsq(torch.cat([x, torch.ones_like(x)], 1), y).solution.flatten().tolist()
    assert [slope, intercept] == pytest.approx(solved)
    assert slope == pytest.approx(2, abs=0.1)
    assert intercept == pytest.approx(1, abs=0.1)


def test_training_and_held_out_digits_share_no_image() -> None:
    x, _ = digits(torch.float32, CPU)
    train, _ = training_digits(torch.float32, CPU)
    assert (len(x), len(train)) == (1797, 1437)
    assert torch.equal(x[360:], train)
    assert 0 <= x.min() < x.max() <= 1


def test_batches_are_a_function_of_the_step_and_visit_every_sample_once_an_epoch() -> None:
    data = (torch.arange(150.0), torch.arange(150))
    batch = ordered_batches(data, 64, seed=3)
    epochs = [torch.cat([batch(3 * epoch + part)[1] for part in range(3)]) for epoch in range(2)]
    assert all(sorted(epoch.tolist()) == list(range(150)) for epoch in epochs)
    assert epochs[0].tolist() != epochs[1].tolist()
    for step in (5, 0, 4, 4, 1):
        mine, plain = batch(step), take_batch(data, 64, 3, step)
        assert torch.equal(mine[0], plain[0])
        assert torch.equal(mine[1], plain[1])


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_a_script_measures_on_held_out_data_is_what_the_problem_measures(name: str) -> None:
    problem = PROBLEMS[name](Setting(seed=0, device=CPU, dtype=getattr(torch, KNOWN[name].dtype)))
    if problem.validate is None:
        assert not problem.info.metrics
        return
    around: dict[str, object] = {function.__name__: function for function in problem.code.functions}
    around |= {"torch": torch, "math": math, "model": problem.model.eval()}
    around |= {"DEVICE": CPU, "DTYPE": next(problem.model.parameters()).dtype}
    with torch.no_grad():
        around["held_out"] = eval(problem.code.held_out, around)
        measured = eval(problem.code.metrics, around)
        expected = problem.validate(problem.model)
    assert list(measured) == list(problem.info.metrics)
    assert {key: float(value) for key, value in measured.items()} == {
        key: float(value) for key, value in expected.items()
    }


def test_a_batch_of_more_samples_than_there_are_is_refused() -> None:
    data = (torch.zeros(7, 2), torch.zeros(7))
    assert len(ordered_batches(data, 7, 0)(0)[0]) == 7
    with pytest.raises(InputError, match="batch_size is 8, and there are 7 samples to learn from"):
        ordered_batches(data, 8, 0)
