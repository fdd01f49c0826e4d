"""From a scenario to a race that stands at step 0. Refuses what only torch or the problem can refuse."""

import time
from collections.abc import Callable

import msgspec
import torch

from opttui.errors import InputError
from opttui.problems.own import Taken, adapted, own_problem, size_of
from opttui.problems.problem import Problem, Setting
from opttui.problems.table import PROBLEMS
from opttui.race.lane import Lane
from opttui.race.plane import plane_for
from opttui.race.plans import plan_of
from opttui.race.race import Race
from opttui.race.recipes import recipes
from opttui.race.starts import begun
from opttui.race.streams import Streams
from opttui.scenario.names import lane_names
from opttui.scenario.own_phrase import is_own
from opttui.scenario.problem_table import PROBLEMS as PROBLEM_TABLE
from opttui.scenario.problem_table import parameters_of
from opttui.scenario.specs import Scenario

WORTH_A_GPU = 100_000
"""Parameters from which `--device auto` takes a GPU."""
DTYPES = {"float32": torch.float32, "float64": torch.float64}


def build_race(scenario: Scenario, clock: Callable[[], float] = time.perf_counter) -> Race:
    """Problem, plane and lanes, all from the same start. InputError for what torch or the device refuses."""
    taken = own_of(scenario)
    if taken is not None and taken.own.steps is not None and scenario.own_steps:
        scenario = msgspec.structs.replace(scenario, steps=taken.own.steps)
    parameters = size_of(taken.own) if taken is not None else parameters_of(scenario.problem)
    device = device_of(scenario.device, parameters)
    streams = Streams(device, scenario.seed)
    with streams.aside():
        made = make_problem(scenario, device) if taken is None else adapt(taken, scenario, device)
        problem, told = begun(made, scenario.init, scenario.seed, "init")
        plane = plane_for(problem, scenario.seed)
        starts = {
            index: begun(made, spec.init, scenario.seed, f"lane '{name}'")
            for index, (spec, name) in enumerate(zip(scenario.lanes, lane_names(scenario.lanes), strict=True))
            if spec.init is not None
        }
    dtype = next(problem.model.parameters()).dtype
    lanes = []
    for recipe in recipes(scenario, problem, streams):
        at, words = starts.get(recipe.id, (problem, told))
        ambient = streams.fresh()
        streams.enter(ambient)
        lanes.append(Lane(recipe, at, plane, ambient, device, clock))
        lanes[-1].start = words
        lanes[-1].plan = plan_of(lanes[-1])
    streams.leave()
    return Race(scenario, problem, plane, device, dtype, lanes, streams, clock, made, told)


def own_of(scenario: Scenario) -> Taken | None:
    """What a user's own file hands over, on the CPU, with all randomness from the seed; None for a problem of ours."""
    if not is_own(scenario.problem.name):
        return None
    streams = Streams(torch.device("cpu"), scenario.seed)
    with streams.aside():
        return own_problem(scenario.problem, scenario.seed)


def adapt(taken: Taken, scenario: Scenario, device: torch.device) -> Problem:
    """A user's own problem as lanes race it."""
    dtype = DTYPES[scenario.dtype] if scenario.dtype else None
    return adapted(taken, scenario.problem, scenario.seed, device, dtype, scenario.batch_size)


def make_problem(scenario: Scenario, device: torch.device, dtype: torch.dtype | None = None) -> Problem:
    """The problem of ours that the scenario names."""
    setting = Setting(
        seed=scenario.seed,
        device=device,
        dtype=dtype or DTYPES[scenario.dtype or PROBLEM_TABLE[scenario.problem.name].dtype],
        batch_size=scenario.batch_size,
        start=scenario.problem.start,
        dim=scenario.problem.dim,
        noise=scenario.problem.noise,
    )
    return PROBLEMS[scenario.problem.name](setting)


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
