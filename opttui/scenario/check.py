"""Whether a scenario can be raced, as far as names, kinds, bounds and sizes tell. Knows no device."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from opttui.errors import InputError
from opttui.scenario.alarms import alarm_complaints
from opttui.scenario.arguments import is_number, is_whole, shown
from opttui.scenario.catalogue import PROBLEMS, ProblemEntry
from opttui.scenario.check_init import check_init
from opttui.scenario.check_lane import check_lane
from opttui.scenario.check_problem import Complaint, of_surface_keys
from opttui.scenario.names import number_complaint, text_complaint
from opttui.scenario.nearest import meant
from opttui.scenario.own_phrase import is_own, own_complaints
from opttui.scenario.places import Path, Where, on_command_line
from opttui.scenario.specs import EventSpec, Scenario

MOST_LANES = 256
MOST_STEPS = 10**9
MOST_EVENTS = 10_000
LONGEST_TITLE = 200
LONGEST_COMMAND = 1000
HIGHEST_SEED = 2**63 - 1
DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,3})?")
DTYPES = ("float32", "float64")
AXES = ("steps", "evaluations", "seconds")


def validate(
    scenario: Scenario, where: Where | None = None, check_command: Callable[[str], object] | None = None
) -> None:
    """InputError, in one sentence, for the first thing that cannot be right.

    Args:
        scenario: What is asked for; its fields may hold anything that a file can.
        where: Says where a path is; by default in the words of the command line.
        check_command: Raises InputError for an event's command that does not exist; None reads none.
    """
    where = where or on_command_line(scenario.lanes)
    for complaints in (_of_settings(scenario), _of_problem(scenario), _of_lane_names(scenario)):
        for path, complaint in complaints:
            raise InputError(f"{where(path)}: {complaint}")
    if scenario.init is not None:
        check_init(scenario.init, ("init",), where)
    for index, lane in enumerate(scenario.lanes):
        check_lane(lane, ("lane", index), where, scenario.steps)
    for index, event in enumerate(scenario.events):
        _check_event(event, ("event", index), where, check_command)


def unknown_problem(name: str) -> str:
    """Why a name is no problem's, and which would be."""
    return f"unknown problem {name!r}; {meant(name, PROBLEMS)}"


def _of_settings(scenario: Scenario) -> Iterator[Complaint]:
    title: Any = scenario.title
    if not isinstance(title, str):
        yield ("title",), f"title must be a string, not {shown(title)}"
    elif complaint := text_complaint(title, "a title", LONGEST_TITLE):
        yield ("title",), complaint
    if not (is_whole(scenario.steps, 1) and scenario.steps <= MOST_STEPS):
        yield (
            ("steps",),
            f"steps must be a whole number from 1 to {MOST_STEPS:,}, not {shown(scenario.steps)}",
        )
    if not is_whole(scenario.seed, 0):
        yield ("seed",), f"seed must be a whole number from 0 to {HIGHEST_SEED:,}, not {shown(scenario.seed)}"
    if not (isinstance(scenario.device, str) and DEVICE.fullmatch(scenario.device)):
        yield ("device",), f"device must be auto, cpu, cuda, cuda:N or mps, not {shown(scenario.device)}"
    if scenario.dtype is not None and scenario.dtype not in DTYPES:
        yield ("dtype",), f"dtype must be float32 or float64, not {shown(scenario.dtype)}"
    if scenario.target is not None and not is_number(scenario.target):
        yield ("target",), f"target must be a finite number, a loss to reach, not {shown(scenario.target)}"
    if scenario.axis not in AXES:
        yield ("axis",), f"axis must be one of {', '.join(AXES)}, not {shown(scenario.axis)}"
    if scenario.pace is not None and not (is_number(scenario.pace) and scenario.pace > 0):
        yield ("pace",), f"pace must be a number of steps a second above 0, not {shown(scenario.pace)}"
    if scenario.alarms is not None:
        for key, complaint in alarm_complaints(scenario.alarms):
            yield ("alarms", key) if key else ("alarms",), complaint


def _of_problem(scenario: Scenario) -> Iterator[Complaint]:
    problem = scenario.problem
    if is_own(problem.name):
        for key, complaint in own_complaints(problem):
            yield ("problem", key), complaint
        if scenario.batch_size is not None and not is_whole(scenario.batch_size, 1):
            yield (
                ("batch_size",),
                f"batch_size must be a whole number from 1 on, not {shown(scenario.batch_size)}",
            )
        return
    entry = PROBLEMS.get(problem.name) if isinstance(problem.name, str) else None
    if entry is None:
        name = problem.name
        wrong = (
            unknown_problem(name)
            if isinstance(name, str)
            else f"a problem's name is a string, not {shown(name)}"
        )
        yield ("problem", "name"), wrong
        return
    yield from of_surface_keys(problem, entry)
    yield from _of_inits(scenario, entry)
    if entry.only_float64 and scenario.dtype == "float32":
        yield ("dtype",), f"{entry.name} needs float64: float32 loses its terms beside one another"
    size = scenario.batch_size
    if size is None:
        return
    if entry.batch_size is None:
        yield ("batch_size",), f"{entry.name} has no batches: every step sees the whole problem"
    elif not (is_whole(size, 1) and size <= MOST_STEPS):
        yield ("batch_size",), f"batch_size must be a whole number from 1 on, not {shown(size)}"


def _of_inits(scenario: Scenario, entry: ProblemEntry) -> Iterator[Complaint]:
    """A point has no matrices to fill."""
    if entry.start is None:
        return
    places: list[Path] = [("init",)] if scenario.init is not None else []
    places += [("lane", index, "init") for index, lane in enumerate(scenario.lanes) if lane.init is not None]
    for path in places:
        yield path, f"{entry.name} has no matrices to initialise: it begins at a point, its start"


def _of_lane_names(scenario: Scenario) -> Iterator[Complaint]:
    if not scenario.lanes:
        yield ("lane",), "there is no lane, and a race needs one"
    if len(scenario.lanes) > MOST_LANES:
        yield ("lane",), f"a race has at most {MOST_LANES} lanes, and here are {len(scenario.lanes)}"
    first: dict[str, int] = {}
    for index, lane in enumerate(scenario.lanes):
        path: Path = ("lane", index, "name")
        name: Any = lane.name
        if not isinstance(name, str):
            yield path, f"a lane's name is a string, not {shown(name)}"
        elif complaint := text_complaint(name, "a lane's name") or number_complaint(name):
            yield path, complaint
        elif name in first:
            yield path, f"the name {name!r} is lane {first[name] + 1}'s already; every lane needs its own"
        elif name:
            first[name] = index


def _check_event(
    event: EventSpec, path: Path, where: Where, check_command: Callable[[str], object] | None
) -> None:
    at, do = event.at, event.do
    if not (is_whole(at, 0) and at <= MOST_STEPS):
        wrong = f"at must be a whole number of steps from 0 on, not {shown(at)}"
        raise InputError(f"{where((*path, 'at'))}: {wrong}")
    if not isinstance(do, str) or not do.strip() or len(do) > LONGEST_COMMAND:
        raise InputError(
            f"{where((*path, 'do'))}: do must be a command like 'set 0 lr=0.01', not {shown(do)}"
        )
    if check_command is not None:
        try:
            check_command(do)
        except InputError as error:
            raise InputError(f"{where((*path, 'do'))}: {error.message}", error.hint) from None
