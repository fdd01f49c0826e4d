"""A race as the plain PyTorch script that a user would write. It imports nothing of ours and repeats the record exactly.

The problem's own functions are pasted from its source, so that script and race cannot drift apart.
"""

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from opttui.errors import InputError
from opttui.optimizers import written
from opttui.optimizers.both import Both
from opttui.optimizers.build_schedule import advance
from opttui.optimizers.initialise import initialise, skipped
from opttui.optimizers.schedules import every_of, metric_of
from opttui.printable import printable
from opttui.problems.own_code import own_source
from opttui.problems.problem import Code, Problem
from opttui.race.build import DTYPES, device_of, make_problem
from opttui.race.loop_source import NAMES, SEEDS, loop_source
from opttui.race.schedule_source import Needs, has_own_warmup, init_source, needs_of, schedule_source
from opttui.race.script_check import check_script
from opttui.race.story import SWAP, Story, Turn, story_of
from opttui.race.streams import Streams
from opttui.record.events import Event
from opttui.record.manifest import Call, Manifest, Stepping
from opttui.scenario.catalogue import OPTIMIZERS
from opttui.scenario.foreign import shown_name
from opttui.scenario.init_table import INITIALISERS, MOST_DIMENSIONS
from opttui.scenario.own_phrase import is_own
from opttui.scenario.specs import InitSpec, LaneSpec


def script(manifest: Manifest, events: Sequence[Event], lanes: Sequence[int]) -> str:
    """Source of a script that trains the lanes and prints `lane,step,loss,lr`, every number as `repr` gives it.

    Args:
        manifest: Of the run.
        events: Of the run; what a person turned is turned again at the same step.
        lanes: Ids of the lanes to write.

    Raises:
        InputError: The problem has no source that could be pasted, or the record is not one of ours.
    """
    check_script(manifest, events, lanes)
    problem = problem_of(manifest)
    code = source_of(manifest, problem)
    stories = {lane: story_of(manifest, events, lane) for lane in lanes}
    ways = {lane: stepping_in(manifest, lane, stories[lane].spec) for lane in lanes}
    specs = [spec for story in stories.values() for spec in (story.spec, *story.swaps)]
    needs = needs_of(specs, manifest.scenario.init)
    if needs.metric and not code.held_out:
        name = manifest.scenario.problem.name
        raise InputError(f"the held-out data of '{name}' have no source that a script could watch.")
    loops = [
        loop_source(
            code,
            mode=mode,
            target=manifest.scenario.target is not None,
            turned=any(story.turns for story in stories.values()),
            swapped=any(story.swaps for story in stories.values()),
            begun=any(story.begin for story in stories.values()),
            needs=needs,
            validate_every=problem.validate_every,
            averages=any(way.averages for way in ways.values()),
            rateless=any(way.rate == "none" for way in ways.values()),
            seeds=tuple(
                sorted({*code.draws, *(name for way in ways.values() for name in way.draws)} - {"torch"})
            ),
        )
        for mode in NAMES
        if any(way.mode == mode for way in ways.values())
    ]
    calls = "\n".join(
        [
            'print("lane,step,loss,lr")',
            *(call(manifest, lane, ways[lane], stories[lane], problem) for lane in lanes),
        ]
    )
    functions: list[Callable[..., Any] | str] = [*code.functions]
    functions += [initialise] if needs.init else []
    functions += [advance] if needs.ends else []
    pasted = [each if isinstance(each, str) else inspect.getsource(each).rstrip() for each in functions]
    pasted += [helper for way in ways.values() for helper in written.helpers(way.call)]
    if any(written.has_rest(way.call) for way in ways.values()):
        pasted.append(inspect.getsource(Both).rstrip())
    return (
        "\n\n\n".join(
            [
                heading(manifest),
                imports(code, ways, needs) + "\n\n" + settings(manifest, ways),
                *dict.fromkeys(pasted),
                *loops,
                calls,
            ]
        )
        + "\n"
    )


def stepping_in(manifest: Manifest, lane: int, spec: LaneSpec) -> Stepping:
    """How a lane was built and stepped, as the manifest has it; torch's own are known without it."""
    known = manifest.lanes[lane].stepping
    if known is not None:
        return known
    if spec.optimizer not in OPTIMIZERS:
        raise InputError(f"the run does not say how '{printable(spec.optimizer)}' was stepped.")
    return Stepping(Call(spec.optimizer, spec.arguments), "closure" if spec.optimizer == "LBFGS" else "plain")


def problem_of(manifest: Manifest) -> Problem:
    """The problem with its own start."""
    scenario = manifest.scenario
    if is_own(scenario.problem.name):
        # Its file is not run here: whoever exports a run has not asked for that.
        if manifest.problem is None or manifest.problem.handed is None:
            shown = printable(shown_name(scenario.problem.name))
            raise InputError(f"the run does not say how {shown} handed its problem over.")
        handed = manifest.problem.handed
        return own_source(scenario.problem, manifest.problem, handed, cast=scenario.dtype is not None)
    device = device_of("cpu")
    with Streams(device, scenario.seed).aside():
        return make_problem(scenario, device, DTYPES[manifest.dtype])


def source_of(manifest: Manifest, problem: Problem) -> Code:
    """The problem's source."""
    if problem.code is None:
        name = manifest.scenario.problem.name
        raise InputError(f"the problem '{name}' has no source that a script could hold.")
    return problem.code


def heading(manifest: Manifest) -> str:
    """What the script is, and on what it repeats the record bit for bit."""
    versions = manifest.versions
    text = (
        f"The race {manifest.id} as plain PyTorch: prints every loss that was recorded, bit for bit, with torch "
        f"{versions.get('torch', '?')} and {versions.get('threads', 1)} thread on {manifest.device} "
        f"({versions.get('cpu', 'unknown')} kernels). Elsewhere the last digits may differ."
    )
    if is_own(manifest.scenario.problem.name):
        text += f" It runs {shown_name(manifest.scenario.problem.name).partition('::')[0]} as it is by then."
    return '"""' + textwrap.fill(printable(text).replace("\\", "/").replace('"', "'"), 110) + '\n"""'


def imports(code: Code, ways: Mapping[int, Stepping], needs: Needs) -> str:
    """Import lines, plain ones first."""
    lines = {"import math", "import torch", *code.imports, *(SEEDS[name][0] for name in code.draws)}
    for way in ways.values():
        lines |= written.imports(way.call) | {SEEDS[name][0] for name in way.draws if name in SEEDS}
        lines |= {"from typing import Any"} if written.has_rest(way.call) else set()
    if needs.init:
        lines |= {"from collections.abc import Callable", "from torch import Tensor, nn"}
    if needs.ends:
        kinds = "ChainedScheduler, LRScheduler, OneCycleLR, SequentialLR"
        lines |= {"from bisect import bisect_right", f"from torch.optim.lr_scheduler import {kinds}"}
    return "\n".join(sorted(lines, key=lambda line: (line.startswith("from"), line)))


def settings(manifest: Manifest, ways: Mapping[int, Stepping]) -> str:
    """The script's constants, and what single libraries need before anything is built."""
    scenario = manifest.scenario
    target = [f"TARGET = {scenario.target!r}"] if scenario.target is not None else []
    return "\n".join(
        [
            f"SEED = {scenario.seed}",
            f'DEVICE = torch.device("{manifest.device}")',
            f"DTYPE = torch.{manifest.dtype}",
            *target,
            f"torch.set_num_threads({manifest.versions.get('threads', 1)})",
            *dict.fromkeys(line for way in ways.values() for line in written.before(way.call)),
        ]
    )


def call(manifest: Manifest, lane: int, way: Stepping, story: Story, problem: Problem) -> str:
    """The lines that train a lane."""
    spec = story.spec
    steps = manifest.scenario.steps
    for result in manifest.results:
        if result.id == lane and result.outcome == "stopped":
            steps = result.steps
    arguments = [str(lane), str(steps), f"lambda model: {written.written(way.call)}"]
    if spec.schedule or spec.warmup:
        arguments.append(f"make_schedule=lambda optimizer: {schedule_source(spec)}")
    if has_own_warmup(spec):
        arguments.append(f"warmup={spec.warmup}")
    if spec.schedule and spec.schedule.every != 1:
        arguments.append(f"every={every_of(spec.schedule, problem.epoch, manifest.lanes[lane].name)}")
    if spec.schedule and spec.schedule.on != "loss":
        metric = metric_of(spec.schedule, problem.info.metrics, manifest.lanes[lane].name)
        arguments.append(f"on={metric!r}")
    if init := spec.init or manifest.scenario.init:
        arguments.append(start_of(init, problem))
    if story.turns:
        arguments.append(f"turns={turns_source(story)}")
    if story.begin:
        arguments.append(f"begin={story.begin}")
    body = "".join(f"    {argument},\n" for argument in arguments)
    return f"# {printable(manifest.lanes[lane].name)}\n{NAMES[way.mode]}(\n{body})"


def turns_source(story: Story) -> str:
    """What is turned, as Python writes it."""
    steps = [f"{step}: [{', '.join(map(turn_source, turns))}]" for step, turns in sorted(story.turns.items())]
    return f"{{{', '.join(steps)}}}"


def turn_source(turn: Turn) -> str:
    """One thing that is turned; a schedule as the function that builds it, None where there is none from there."""
    key, index, value = turn
    if key != SWAP:
        return repr((key, index, value))
    none = value.schedule is None and not value.warmup
    return f"({SWAP!r}, None, {'None' if none else f'lambda optimizer: {schedule_source(value)}'})"


def start_of(spec: InitSpec, problem: Problem) -> str:
    """The argument that gives a lane's model its start."""
    left = left_source(spec, problem)
    given = [*init_source(spec), *([f"skipped={left}"] if left else [])]
    return f"start=lambda model: initialise({', '.join(['model', 'SEED', *given])})"


def left_source(spec: InitSpec, problem: Problem) -> str:
    """The names of the matrices that the rule cannot fill; empty when it can fill all."""
    if problem.info.handed is None:
        left = tuple(skipped(problem.model, spec))
        return repr(left) if left else ""
    # Only the script will have the model.
    entry = INITIALISERS.get(spec.weights)
    if entry is None or (entry.least <= 2 and entry.most == MOST_DIMENSIONS):
        return ""
    wrong = f"p.ndim >= 2 and not {entry.least} <= p.ndim <= {entry.most}"
    return f"tuple(name for name, p in model.named_parameters() if {wrong})"
