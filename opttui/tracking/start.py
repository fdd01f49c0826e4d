"""`opttui.track`: makes a run for a script's optimizers, or something that does nothing where none can be made."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from opttui.control.identity import this_process
from opttui.control.lock import hold
from opttui.errors import RunError
from opttui.record.events import Event
from opttui.record.manifest import LaneInfo
from opttui.record.rundir import create_run, read_manifest, runs_directory, write_manifest
from opttui.scenario.specs import Scenario
from opttui.server.versions import versions
from opttui.tracking import about
from opttui.tracking.clock import Clock
from opttui.tracking.ears import Ears
from opttui.tracking.ferry import Ferry
from opttui.tracking.hooks import within
from opttui.tracking.lane import TrackedLane
from opttui.tracking.orders import Orders, moving
from opttui.tracking.ranks import processes, rank
from opttui.tracking.recorder import Recorder
from opttui.tracking.recording import Recording, controlling
from opttui.tracking.run import Run
from opttui.tracking.saying import say, tell

Optimizers = Any
"""An optimizer; several by name, or in a list."""


def track(
    optimizer: Optimizers,
    scheduler: Any = None,
    model: Any = None,
    *,
    name: str = "",
    title: str = "",
    steps: int | None = None,
    control: bool = False,
    norms_every: int | None = None,
    quiet: bool = False,
) -> Run:
    """Record a training script of one's own as a run: `opttui attach` opens a window on it while it trains.

    It never changes what the script computes, and never stops it: where nothing can be recorded, it warns once and the
    script goes on. `docs/track.md` is its page.

    Args:
        optimizer: What is stepped; several of them by name or in a list are the lanes of one run.
        scheduler: Its learning-rate schedule, for the run's description; of several optimizers, likewise.
        model: What is trained, for the run's description.
        name: What the run is called; the script's name without it.
        title: What is trained, in a few words.
        steps: How many steps there will be, where that is known.
        control: Whether windows may pause, step, turn and stop it, between two steps.
        norms_every: Steps between two measurements of the norms of gradient and update, 0 for none; without it they are
            measured as often as they cost at most 1 % of the time.
        quiet: Do not say on stderr what the run is called.

    Returns:
        The run, to log numbers to: `run.log(loss=loss)`. It ends with the script, with `run.close()`, or with its
        `with` block.

    Raises:
        TypeError: What should be an optimizer is none.
    """
    names, optimizers = _taken_apart(optimizer)
    schedulers = _schedulers(scheduler, names, optimizers, optimizer)
    _check(steps, norms_every)
    if rank() != 0:
        return Run(None, "another process of this training records it")
    names = about.names_of(optimizers, names)
    specs = [about.lane_of(*each) for each in zip(optimizers, schedulers, names, strict=True)]
    if control and (other := controlling(optimizers)):
        say(f"{other} takes the commands for this optimizer already; this run only watches")
        control = False
    script = about.script_name()
    device, dtype = about.kind_of(optimizers)
    scenario = about.scenario_of(script, title, specs, steps, dtype)
    try:
        recording = _begun(
            scenario,
            about.infos_of(specs, optimizers, names),
            {
                "kind": "tracked",
                "control": control,
                "open_ended": steps is None,
                "state": "running",
                "device": device,
                "dtype": dtype,
                "problem": about.problem_of(model, optimizers, script),
                "versions": versions(),
            },
            name or script,
            optimizers,
            schedulers,
            norms_every,
        )
    except (RunError, OSError) as error:
        sentence = error.message if isinstance(error, RunError) else f"no run can be made: {error}"
        say(f"{sentence.rstrip('.')}; training goes on unrecorded")
        return Run(None, sentence)
    if not quiet:
        known = recording.path.name
        tell(f"recording {known}. Watch it: opttui attach {known}")
    return Run(recording)


def _begun(
    scenario: Scenario,
    infos: tuple[LaneInfo, ...],
    facts: dict[str, Any],
    name: str,
    optimizers: Sequence[Any],
    schedulers: Sequence[Any],
    every: int | None,
) -> Recording:
    """A run that is recorded from the next step on. RunError or OSError where none can be made."""
    path = create_run(scenario, infos, runs_directory(), name)
    lock = hold(path)
    ears = Ears(path)
    process = this_process(ears.socket)
    lock.note(msgspec.json.encode(process))
    manifest = msgspec.structs.replace(read_manifest(path), process=process, **facts)
    try:
        write_manifest(path, manifest)
        recorder = Recorder(path, manifest, lock)
    except BaseException:
        ears.close()
        lock.release()
        raise
    clock, ferry = Clock(), Ferry()
    lanes = [
        TrackedLane(info.id, info.name, optimizer, ferry, clock, recorder, every)
        for info, optimizer in zip(infos, optimizers, strict=True)
    ]
    orders = Orders(
        path.name,
        lanes,
        [moving(each) for each in schedulers],
        ears.inbox,
        recorder.event,
        clock,
        control=manifest.control,
        processes=processes(),
    )
    recorder.event(Event("ready", "the script is tracked", step=0))
    recording = Recording(recorder, lanes, ferry, orders, ears)
    for lane, optimizer in zip(lanes, optimizers, strict=True):
        recording.follow(lane, optimizer)
    ears.start(lambda: orders.mode.status(orders.step()))
    return recording


def _taken_apart(optimizer: Optimizers) -> tuple[list[str], list[Any]]:
    """Names, empty where nobody has given one, and optimizers. TypeError for what is none."""
    if isinstance(optimizer, Mapping):
        names, found = [str(name) for name in optimizer], list(optimizer.values())
    elif isinstance(optimizer, (list, tuple)):
        names, found = [""] * len(optimizer), list(optimizer)
    else:
        names, found = [""], [optimizer]
    if not found:
        raise TypeError("opttui.track needs an optimizer, and there is none.")
    found = [within(each) for each in found]
    for each in found:
        if (
            isinstance(each, type)
            or not callable(getattr(each, "step", None))
            or not hasattr(each, "param_groups")
        ):
            kind = each.__name__ if isinstance(each, type) else type(each).__name__
            what = f"the class {kind}" if isinstance(each, type) else f"a {kind}"
            raise TypeError(f"opttui.track needs an optimizer with step() and param_groups, not {what}.")
    if len({id(each) for each in found}) < len(found):
        raise TypeError("opttui.track was given the same optimizer twice.")
    return names, found


def _schedulers(scheduler: Any, names: Sequence[str], optimizers: Sequence[Any], given: Any) -> list[Any]:
    """One for each optimizer, or None."""
    if isinstance(scheduler, Mapping) and isinstance(given, Mapping):
        return [scheduler.get(name) for name in given]
    several = list(scheduler) if isinstance(scheduler, (list, tuple)) else [scheduler]
    if len(several) == 1 and len(optimizers) > 1 and several[0] is not None:
        owner = getattr(several[0], "optimizer", None)
        return [several[0] if within(owner) is each else None for each in optimizers]
    return [*several[: len(optimizers)], *[None] * (len(optimizers) - len(several))]


def _check(steps: Any, norms_every: Any) -> None:
    for word, value, least in (("steps", steps, 1), ("norms_every", norms_every, 0)):
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= least
        if value is not None and not whole:
            raise TypeError(f"opttui.track: {word} must be a whole number from {least} on, not {value!r}.")
