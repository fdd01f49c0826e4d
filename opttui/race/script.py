"""A race as the plain PyTorch script that a user would write. It imports nothing of ours and repeats the record exactly.

The problem's own functions are pasted from its source, so that script and race cannot drift apart.
"""

import inspect
import textwrap
from collections.abc import Sequence
from typing import Any

from opttui.errors import InputError
from opttui.printable import printable
from opttui.problems.problem import Code
from opttui.race.build import DTYPES, device_of, make_problem
from opttui.race.loop_source import loop_source
from opttui.race.streams import Streams
from opttui.record.events import Event
from opttui.record.manifest import Manifest
from opttui.scenario.specs import LaneSpec, ScheduleSpec

Turns = dict[int, list[tuple[str, int | None, float]]]
"""Step to what is turned before it: key in the parameter group, index where that holds a tuple, value."""

NEEDS_CLOSURE = "LBFGS"


def script(manifest: Manifest, events: Sequence[Event], lanes: Sequence[int]) -> str:
    """Source of a script that trains the lanes and prints `lane,step,loss,lr`, every number as `repr` gives it.

    Args:
        manifest: Of the run.
        events: Of the run; what a person turned is turned again at the same step.
        lanes: Ids of the lanes to write.

    Raises:
        InputError: The problem has no source that could be pasted.
    """
    code = source_of(manifest)
    specs = [manifest.scenario.lanes[lane] for lane in lanes]
    turns = {lane: turns_of(events, lane) for lane in lanes}
    loops = [
        loop_source(
            code,
            closure=closure,
            target=manifest.scenario.target is not None,
            turned=any(turns.values()),
            schedules={spec.schedule.name for spec in specs if spec.schedule},
        )
        for closure in (False, True)
        if any((spec.optimizer == NEEDS_CLOSURE) is closure for spec in specs)
    ]
    calls = "\n".join(['print("lane,step,loss,lr")', *(call(manifest, lane, turns[lane]) for lane in lanes)])
    pasted = [inspect.getsource(function).rstrip() for function in code.functions]
    return (
        "\n\n\n".join(
            [heading(manifest), imports(code) + "\n\n" + settings(manifest), *pasted, *loops, calls]
        )
        + "\n"
    )


def source_of(manifest: Manifest) -> Code:
    """The problem's source."""
    scenario = manifest.scenario
    device = device_of("cpu")
    with Streams(device, scenario.seed).aside():
        problem = make_problem(scenario, device, DTYPES[manifest.dtype])
    if problem.code is None:
        raise InputError(f"the problem '{scenario.problem.name}' has no source that a script could hold.")
    return problem.code


def turns_of(events: Sequence[Event], lane: int) -> Turns:
    """What was turned in a lane, by step."""
    turns: Turns = {}
    for event in events:
        if event.kind == "set" and event.lane == lane and event.step is not None:
            key, index = event.data["place"]
            turns.setdefault(event.step, []).append((key, index, event.data["new"]))
    return turns


def heading(manifest: Manifest) -> str:
    """What the script is, and on what it repeats the record bit for bit."""
    versions = manifest.versions
    text = (
        f"The race {manifest.id} as plain PyTorch: prints every loss that was recorded, bit for bit, with torch "
        f"{versions.get('torch', '?')} and {versions.get('threads', 1)} thread on {manifest.device} "
        f"({versions.get('cpu', 'unknown')} kernels). Elsewhere the last digits may differ."
    )
    return '"""' + textwrap.fill(printable(text).replace("\\", "/").replace('"', "'"), 110) + '\n"""'


def imports(code: Code) -> str:
    """Import lines, plain ones first."""
    lines = sorted(
        {"import math", "import torch", *code.imports}, key=lambda line: (line.startswith("from"), line)
    )
    return "\n".join(lines)


def settings(manifest: Manifest) -> str:
    """The script's constants."""
    scenario = manifest.scenario
    target = [f"TARGET = {scenario.target!r}"] if scenario.target is not None else []
    return "\n".join(
        [
            f"SEED = {scenario.seed}",
            f'DEVICE = torch.device("{manifest.device}")',
            f"DTYPE = torch.{manifest.dtype}",
            *target,
            f"torch.set_num_threads({manifest.versions.get('threads', 1)})",
        ]
    )


def call(manifest: Manifest, lane: int, turns: Turns) -> str:
    """The lines that train a lane."""
    spec = manifest.scenario.lanes[lane]
    steps = manifest.scenario.steps
    for result in manifest.results:
        if result.id == lane and result.outcome == "stopped":
            steps = result.steps
    arguments = [
        str(lane),
        str(steps),
        f"lambda parameters: torch.optim.{spec.optimizer}({', '.join(['parameters', *keywords(spec)])})",
    ]
    if spec.schedule:
        of = f"torch.optim.lr_scheduler.{spec.schedule.name}"
        arguments.append(f"lambda optimizer: {of}({', '.join(['optimizer', *keywords(spec.schedule)])})")
    if turns:
        arguments.append(f"turns={turns!r}")
    name = "train_with_closure" if spec.optimizer == NEEDS_CLOSURE else "train"
    body = "".join(f"    {argument},\n" for argument in arguments)
    return f"# {printable(manifest.lanes[lane].name)}\n{name}(\n{body})"


def keywords(spec: LaneSpec | ScheduleSpec) -> list[str]:
    """Arguments as Python writes them."""

    def written(value: Any) -> str:
        return (
            repr(tuple(value))
            if isinstance(value, list) and not isinstance(spec, ScheduleSpec)
            else repr(value)
        )

    return [f"{key}={written(value)}" for key, value in spec.arguments.items()]
