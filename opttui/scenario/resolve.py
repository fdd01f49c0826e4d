"""From what was typed to a scenario: a shipped one, a file or a problem, under lanes and options. Runs nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from opttui.errors import InputError
from opttui.scenario.catalogue import PROBLEMS
from opttui.scenario.check import validate
from opttui.scenario.foreign import anchored
from opttui.scenario.nearest import meant
from opttui.scenario.own_phrase import LANES, is_own, not_quite, own_spec
from opttui.scenario.phrase import parse_lane
from opttui.scenario.problem_phrase import head, parse_problem
from opttui.scenario.problem_table import title_of
from opttui.scenario.shipped import shipped_paths
from opttui.scenario.specs import AlarmSpec, InitSpec, LaneSpec, Scenario
from opttui.scenario.toml import CheckCommand, load_scenario


class Options(msgspec.Struct, frozen=True):
    """What the command line may change in a scenario; None leaves it as it is."""

    steps: int | None = None
    seed: int | None = None
    device: str | None = None
    dtype: str | None = None
    batch_size: int | None = None
    init: InitSpec | None = None
    target: float | None = None
    axis: str | None = None
    pace: float | None = None
    alarms: AlarmSpec | None = None


def scenario_from(
    what: str,
    lanes: Sequence[str] = (),
    options: Options | None = None,
    check_command: CheckCommand | None = None,
) -> Scenario:
    """The scenario that a command line asks for, checked.

    Lanes replace those of the scenario, and with them go its title and its events, which speak of lanes that
    are no longer there.

    Args:
        what: Name of a shipped scenario, path of a .toml file, phrase of a problem, or `task.py::make`; in this order.
        lanes: Phrases.
        options: What is laid over the scenario's own settings.
        check_command: As for `parse_scenario`.

    Raises:
        InputError: In one sentence, for whatever cannot be right.
    """
    scenario = _named(what, check_command)
    changes: dict[str, Any] = {
        key: value for key, value in msgspec.structs.asdict(options or Options()).items() if value is not None
    }
    if lanes:
        specs = tuple(parse_lane(text, f"lane {number}") for number, text in enumerate(lanes, start=1))
        changes |= {"lanes": specs, "title": title_of(scenario.problem), "events": ()}
    if "steps" in changes:
        changes["own_steps"] = False
    if changes:
        scenario = msgspec.structs.replace(scenario, **changes)
        validate(scenario)
    return anchored(scenario, Path.cwd())


def _named(what: str, check_command: CheckCommand | None) -> Scenario:
    if what.endswith(".toml"):
        return load_scenario(Path(what), check_command)
    shipped = shipped_paths()
    if what in shipped:
        return load_scenario(shipped[what], check_command)
    if head(what) in PROBLEMS:
        return problem_scenario(what)
    if is_own(what):
        return own_scenario(what)
    if wrong := not_quite(what):
        raise InputError(wrong)
    if "/" in what:
        raise InputError(f"{what!r} is no scenario: a scenario's file ends in .toml")
    name = head(what)
    if name in shipped:
        raise InputError(f"{what!r}: {name} is a scenario and takes no arguments; a problem does")
    raise InputError(f"unknown scenario or problem {name!r}; {meant(name, [*shipped, *PROBLEMS])}")


def problem_scenario(phrase: str) -> Scenario:
    """A problem with its own lanes and number of steps. InputError for what it does not take."""
    problem = parse_problem(phrase)
    entry = PROBLEMS[problem.name]
    lanes: tuple[LaneSpec, ...] = tuple(parse_lane(lane) for lane in entry.lanes)
    scenario = Scenario(problem=problem, lanes=lanes, steps=entry.steps, target=entry.target)
    validate(scenario)
    return msgspec.structs.replace(scenario, title=title_of(problem))


def own_scenario(phrase: str) -> Scenario:
    """A problem of one's own; its file has not run, so steps and title are its to say."""
    lanes = tuple(parse_lane(lane) for lane in LANES)
    scenario = Scenario(problem=own_spec(phrase), lanes=lanes, own_steps=True)
    validate(scenario)
    return scenario
