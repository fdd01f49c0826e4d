"""What an epoch holds, as the record says it, is what its batches hold together."""

import math

import pytest

from opttui.race.build import build_race
from opttui.scenario.resolve import problem_scenario


@pytest.mark.parametrize("name", ["digits-mlp", "breast-cancer"])
def test_an_epoch_of_batches_holds_so_many_samples(name: str) -> None:
    problem = build_race(problem_scenario(name)).problem
    samples, size = problem.info.samples, problem.info.batch_size
    assert samples and size and samples % size, "the last batch is a smaller one"
    batch = problem.batches()
    steps = math.ceil(samples / size)
    sizes = [len(batch(step)[0]) for step in range(2 * steps)]
    assert sum(sizes[:steps]) == sum(sizes[steps:]) == samples
    assert set(sizes) == {size, samples % size}
