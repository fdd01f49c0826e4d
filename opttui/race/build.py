"""From a scenario to a race that stands at step 0. Refuses what only torch or the problem can refuse."""

import time
from collections.abc import Callable

import torch

from opttui.errors import InputError
from opttui.optimizers.schedules import rehearse
from opttui.problems.problem import Problem, Setting
from opttui.problems.table import PROBLEMS
from opttui.race.lane import Lane, Recipe
from opttui.race.plane import plane_for
from opttui.race.race import Race
from opttui.race.streams import Streams
from opttui.scenario.names import lane_names
from opttui.scenario.phrase import phrase_of
from opttui.scenario.problem_table import PROBLEMS as PROBLEM_TABLE
from opttui.scenario.specs import Scenario

WORTH_A_GPU = 100_000
"""Parameters from which `--device auto` takes a GPU."""
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def build_race(scenario: Scenario, clock: Callable[[], float] = time.perf_counter) -> Race:
    """Problem, plane and lanes, all from the same start. InputError for what torch or the device refuses."""
    entry = PROBLEM_TABLE[scenario.problem.name]
    device = device_of(scenario.device, entry.parameters)
    dtype = DTYPES[scenario.dtype or entry.dtype]
    streams = Streams(device, scenario.seed)
    with streams.aside():
        problem = make_problem(scenario, device, dtype)
        plane = plane_for(problem, scenario.seed)
    lanes = []
    for recipe in recipes(scenario):
        ambient = streams.fresh()
        streams.enter(ambient)
        lanes.append(Lane(recipe, problem, plane, ambient, device, clock))
    streams.leave()
    plans = [
        rehearse(lane.recipe.spec.schedule, float(lane.optimizer.defaults["lr"]), scenario.steps)
        for lane in lanes
    ]
    return Race(scenario, problem, plane, device, dtype, lanes, plans, streams, clock)


def make_problem(scenario: Scenario, device: torch.device, dtype: torch.dtype) -> Problem:
    """The problem that the scenario names."""
    setting = Setting(
        seed=scenario.seed,
        device=device,
        dtype=dtype,
        batch_size=scenario.batch_size,
        start=scenario.problem.start,
    )
    return PROBLEMS[scenario.problem.name](setting)


def recipes(scenario: Scenario) -> list[Recipe]:
    """One recipe a lane, in the scenario's order."""
    names = lane_names(scenario.lanes)
    return [
        Recipe(
            id=index,
            name=names[index],
            phrase=phrase_of(spec),
            spec=spec,
            steps=scenario.steps,
            target=scenario.target,
        )
        for index, spec in enumerate(scenario.lanes)
    ]


def device_of(name: str, parameters: int = 0) -> torch.device:
    """The device asked for; InputError when it is not there.

    auto takes CUDA where there is one and the problem is large enough to gain from it: a step on a GPU costs some
    ten launches of kernels, about as long as a whole step of a few thousand parameters on a CPU.
    """
    if name == "auto":
        large = parameters >= WORTH_A_GPU and torch.cuda.is_available()
        return torch.device("cuda", 0) if large else torch.device("cpu")
    kind, _, index = name.partition(":")
    if kind == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if count <= int(index or 0):
            found = f"only {count} CUDA device{'s' * (count != 1)}" if count else "no CUDA device"
            raise InputError(f"--device {name}: this machine has {found}.", "Use --device cpu or auto.")
        return torch.device(kind, int(index or 0))
    if kind == "mps" and not torch.backends.mps.is_available():
        raise InputError(
            "--device mps: this machine has no Apple GPU that torch can use.", "Use --device cpu or auto."
        )
    return torch.device(name)
