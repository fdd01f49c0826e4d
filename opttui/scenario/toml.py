"""A scenario from TOML, with the line of every mistake. Runs nothing and imports nothing that a file names.

`docs/scenario.md` has every key.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from opttui.errors import InputError
from opttui.scenario.alarms import KEYS as ALARM_KEYS
from opttui.scenario.alarms import alarms_from
from opttui.scenario.arguments import shown
from opttui.scenario.catalogue import PROBLEMS
from opttui.scenario.check import unknown_problem, validate
from opttui.scenario.files import read_text
from opttui.scenario.foreign import anchored, is_inner
from opttui.scenario.nearest import meant, nearest
from opttui.scenario.own_phrase import LANES, is_own, with_start
from opttui.scenario.parts import WARMUP, init_from, read_init, schedule_from
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.places import Path as Place
from opttui.scenario.places import Where
from opttui.scenario.problem_phrase import KEYS as PROBLEM_KEYS
from opttui.scenario.problem_phrase import as_float, problem_of
from opttui.scenario.specs import (
    AlarmSpec,
    EventSpec,
    InitSpec,
    LaneSpec,
    ProblemSpec,
    Scenario,
    ScheduleSpec,
)
from opttui.scenario.toml_text import places_in, read_toml
from opttui.scenario.words import UnbalancedError

SETTINGS = ("title", "steps", "seed", "device", "dtype", "batch_size", "init", "target", "axis", "pace")
KEYS = (*SETTINGS, "problem", "lane", "event", "alarms")
LANE_KEYS = ("name", "optimizer", "schedule", WARMUP, "init")
"""Keys of a lane that are no arguments of its optimizer."""
CheckCommand = Callable[[str], object]


def load_scenario(path: Path | str, check_command: CheckCommand | None = None) -> Scenario:
    """The scenario in a file. InputError, in one sentence with file and line, when it is not one.

    Files of code that it names lie beside it, unless their whole path is given.
    """
    path = Path(path)
    return anchored(parse_scenario(read_text(path), path.name, check_command), path.parent)


def parse_scenario(text: str, name: str, check_command: CheckCommand | None = None) -> Scenario:
    """The scenario in a text.

    Args:
        text: TOML.
        name: What the text is called in errors.
        check_command: Raises InputError for an event's command that does not exist; None reads none.

    Raises:
        InputError: In one sentence: file, line, key, what is wrong and what would be right.
    """
    table = read_toml(text, name)
    where = places_in(text, name)
    scenario = _scenario(table, where)
    validate(scenario, where, check_command)
    return scenario


def _scenario(table: dict[str, Any], where: Where) -> Scenario:
    _no_others(table, KEYS, (), where, "a scenario")
    problem = _problem(table, where)
    lanes = tuple(_lane(lane, ("lane", index), where) for index, lane in _tables(table, "lane", where))
    events = tuple(_event(event, ("event", index), where) for index, event in _tables(table, "event", where))
    settings = {key: table[key] for key in SETTINGS if key in table}
    for key in ("target", "pace"):
        if key in settings:
            settings[key] = as_float(settings[key])
    if "init" in settings:
        settings["init"] = _init(settings["init"], ("init",), where)
    if "alarms" in table:
        settings["alarms"] = _alarms(table["alarms"], where)
    if is_own(problem.name):
        lanes = lanes or tuple(parse_lane(phrase) for phrase in LANES)
        own_steps = "steps" not in settings
        return Scenario(problem=problem, lanes=lanes, events=events, own_steps=own_steps, **settings)
    entry = PROBLEMS.get(problem.name) if isinstance(problem.name, str) else None
    if entry is None:
        wrong = (
            unknown_problem(problem.name)
            if isinstance(problem.name, str)
            else f"name must be a string, not {shown(problem.name)}"
        )
        raise InputError(f"{where(('problem', 'name'))}: {wrong}")
    settings.setdefault("steps", entry.steps)
    settings.setdefault("target", entry.target)
    lanes = lanes or tuple(parse_lane(phrase) for phrase in entry.lanes)
    return Scenario(problem=problem, lanes=lanes, events=events, **settings)


def _problem(table: dict[str, Any], where: Where) -> ProblemSpec:
    given = table.get("problem")
    form = f'write [problem] and below it name = "{next(iter(PROBLEMS))}"'
    if given is None:
        raise InputError(f"{where(())}: there is no problem; {form}")
    if not isinstance(given, dict):
        raise InputError(f"{where(('problem',))}: problem is a table; {form}")
    if is_own(given.get("name")):
        return with_start(given["name"], {key: value for key, value in given.items() if key != "name"})
    _no_others(given, ("name", *PROBLEM_KEYS), ("problem",), where, "the problem")
    if "name" not in given:
        raise InputError(f"{where(('problem',))}: the problem needs a name; {form}")
    return problem_of(given)


def _tables(table: dict[str, Any], key: str, where: Where) -> list[tuple[int, dict[str, Any]]]:
    """The tables of an array of tables, numbered."""
    given = table.get(key, [])
    if not isinstance(given, list) or not all(isinstance(part, dict) for part in given):
        raise InputError(f"{where((key,))}: write [[{key}]] in two pairs of brackets, once for each {key}")
    return list(enumerate(given))


def _lane(table: dict[str, Any], path: Place, where: Where) -> LaneSpec:
    if "phrase" in table:
        return _lane_of_phrase(table, path, where)
    if "optimizer" not in table:
        raise InputError(_no_optimizer(table, path, where))
    arguments = {
        key: _inner(value, (*path, key), where) if isinstance(value, dict) and is_inner(key) else value
        for key, value in table.items()
        if key not in LANE_KEYS
    }
    own: dict[str, Any] = {WARMUP: table[WARMUP]} if WARMUP in table else {}
    schedule, warmup = _schedule(table, path, where)
    if own and warmup:
        raise InputError(f"{where((*path, WARMUP))}: {WARMUP} is given twice, here and in the schedule")
    if "init" in table:
        own["init"] = _init(table["init"], (*path, "init"), where)
    return LaneSpec(table["optimizer"], arguments, schedule, _name(table, path, where), **own, **warmup)


def _inner(table: dict[str, Any], path: Place, where: Where) -> str:
    """An optimizer among a lane's arguments, written as a table, as the phrase that stands for it."""
    lane = _lane(table, path, where)
    try:
        return phrase_of(lane)
    except (AttributeError, TypeError):
        raise InputError(
            f"{where(path)}: the name of an optimizer is a string, and its arguments are values"
        ) from None


def _no_optimizer(table: dict[str, Any], path: Place, where: Where) -> str:
    """What to say of a lane without an optimizer; a key that was probably meant to be it is named."""
    near = nearest("optimizer", table)
    if near is not None:
        return f"{where((*path, near))}: a lane has no key {near!r}; did you mean optimizer?"
    return f'{where(path)}: the lane needs an optimizer, like optimizer = "Adam"'


def _lane_of_phrase(table: dict[str, Any], path: Place, where: Where) -> LaneSpec:
    _no_others(table, ("phrase",), path, where, "a lane with a phrase", guess=False)
    if not isinstance(table["phrase"], str):
        raise InputError(f"{where((*path, 'phrase'))}: a phrase is a string, not {shown(table['phrase'])}")
    return parse_lane(table["phrase"], where((*path, "phrase")))


def _name(table: dict[str, Any], path: Place, where: Where) -> Any:
    name = table.get("name", "")
    if name == "" and "name" in table:
        raise InputError(
            f"{where((*path, 'name'))}: the name is empty; leave it out to name the lane by its optimizer"
        )
    return name


def _schedule(table: dict[str, Any], path: Place, where: Where) -> tuple[ScheduleSpec | None, dict[str, Any]]:
    """The lane's schedule, and what it holds for the lane: nothing, or its warm-up."""
    given = table.get("schedule")
    if given is None:
        return None, {}
    path = (*path, "schedule")
    _is_schedule(given, path, where)
    warmup = {WARMUP: given[WARMUP]} if WARMUP in given else {}
    return _schedule_of({key: value for key, value in given.items() if key != WARMUP}, path, where), warmup


def _schedule_of(given: Any, path: Place, where: Where) -> ScheduleSpec:
    _is_schedule(given, path, where)
    keys = {key: value for key, value in given.items() if key != "name"}

    def part(index: int, inner: Any) -> ScheduleSpec:
        return _schedule_of(inner, (*path, "schedules", index), where)

    if "schedules" in keys and not (isinstance(keys["schedules"], list) and keys["schedules"]):
        form = '[ { name = "LinearLR", total_iters = 200 }, { name = "ExponentialLR", gamma = 0.999 } ]'
        raise InputError(
            f"{where((*path, 'schedules'))}: schedules is a list of schedules, like schedules = {form}"
        )
    return schedule_from(given["name"], keys, part)


def _is_schedule(given: Any, path: Place, where: Where) -> None:
    if not isinstance(given, dict) or "name" not in given:
        form = '{ name = "StepLR", step_size = 500 }'
        raise InputError(f"{where(path)}: a schedule is a table with a name, like schedule = {form}")


def _init(given: Any, path: Place, where: Where) -> InitSpec:
    if isinstance(given, str):
        return read_init(given, where(path))
    if not isinstance(given, dict):
        form = '"xavier_uniform" or { weights = "kaiming_normal", bias = "zeros" }'
        raise InputError(f"{where(path)}: init is a name or a table, like {form}")
    try:
        return init_from(given)
    except (InputError, UnbalancedError) as error:
        reason = error.message if isinstance(error, InputError) else f"there is {error}"
        raise InputError(f"{where(path)}: {reason}") from None


def _alarms(given: Any, where: Where) -> AlarmSpec:
    if not isinstance(given, dict):
        raise InputError(
            f"{where(('alarms',))}: alarms is a table; write [alarms] and below it spike = true or stall = 200"
        )
    _no_others(given, ALARM_KEYS, ("alarms",), where, "the table of alarms")
    return alarms_from(given)


def _event(table: dict[str, Any], path: Place, where: Where) -> EventSpec:
    _no_others(table, ("at", "do"), path, where, "an event")
    for key in ("at", "do"):
        if key not in table:
            raise InputError(
                f'{where(path)}: the event needs {key!r}, like at = 800 and do = "set 0 lr=0.01"'
            )
    return EventSpec(table["at"], table["do"])


def _no_others(
    table: dict[str, Any], known: tuple[str, ...], path: Place, where: Where, what: str, guess: bool = True
) -> None:
    for key in table:
        if key not in known:
            hint = meant(key, known) if guess else f"it takes only {', '.join(known)}"
            raise InputError(f"{where((*path, key))}: {what} has no key {key!r}; {hint}")
