"""A race from its start to its end: build, announce, loop, finish. Knows which parts there are, not what they
do."""

import contextlib
import time
from pathlib import Path

import torch

from opttui.control.commands import AnyCommand
from opttui.control.sockets import bind, socket_path
from opttui.machine.sampler import Sampler
from opttui.race.alarms import Alarms
from opttui.race.build import build_race
from opttui.race.looking import Looker
from opttui.race.plane import grid
from opttui.race.race import Race
from opttui.record.events import Event
from opttui.record.layout import LOG
from opttui.record.manifest import Manifest
from opttui.record.sync import Syncer
from opttui.record.writer import RunWriter
from opttui.server.announce import Announcer
from opttui.server.callers import remembered
from opttui.server.channel import Channel
from opttui.server.commands import Mode, scripted
from opttui.server.compare import compared
from opttui.server.finish import finish
from opttui.server.gallery import Gallery
from opttui.server.inbox import Inbox
from opttui.server.keeping import Keeper
from opttui.server.kept import KeptTeller
from opttui.server.loop import Loop
from opttui.server.process import brief
from opttui.server.ready import ReadyPipe
from opttui.server.recorder import Recorder
from opttui.server.rescue import rescue
from opttui.server.resuming import box_of, events_of, go_on, has_begun, left_over, on_the_same, remind
from opttui.server.signals import stop_politely
from opttui.server.survey import Box, Survey

THREADS = 1
"""Inside an operation: lanes are small, and a second thread makes them slower and their sums unrepeatable."""
FINISHING = 0.5
"""Most seconds spent on a finer grid after the last step, so that a short race has a picture too."""


def conduct(path: Path, manifest: Manifest, pipe: ReadyPipe, command: str = "") -> None:
    """Build the race of the run at `path` and run it. InputError when it cannot be built as asked.

    `command`: what a run that has been raced before does first; InputError, and the run as it was, when it is refused.
    """
    pipe.waiting("the problem")
    torch.set_num_threads(THREADS)
    again = has_begun(path)
    if again:
        manifest = on_the_same(manifest)
    race = build_race(manifest.scenario)
    writer = RunWriter(path, max(len(race.lanes), len(manifest.lanes)))
    inbox, mode = Inbox(), Mode(pace=manifest.scenario.pace)
    script = scripted(race.scenario)
    facts: list[Event] = []
    if again:
        pipe.waiting("the lanes to come back")
        mode.pace, script, facts = go_on(path, manifest, race, writer, script, command)
    socket_file = socket_path(path)
    callers = remembered(events_of(path)) if again else None
    earlier = left_over(path, manifest) if again else None
    keeper = Keeper(path, race, writer, time.perf_counter, time.thread_time, earlier)
    kept = KeptTeller(race.timeline, keeper, time.perf_counter)
    channel = Channel(bind(socket_file), inbox, lambda: mode.status(race.step(), kept()), callers)
    announcer = Announcer(path, manifest, race, socket_file, again)
    alarms = _alarms(race)
    if again and alarms is not None:
        remind(path, manifest, alarms)
    recorder = Recorder(race, writer, time.time, announcer.next, alarms)
    syncer, sampler = Syncer(path), Sampler(path, race.step)
    try:
        announcer.write()
        for fact in facts or [Event("ready", _at_the_start(len(race.lanes)), step=race.step())]:
            recorder.event(fact)
        writer.flush()
        stop_politely(inbox)
        channel.start()
        pipe.ready()
        try:
            _run(path, race, writer, recorder, inbox, mode, keeper, script)
        except Exception as error:
            _confess(error, race, recorder)
            raise
        sampler.close()
        finish(path, race, writer, recorder, inbox, mode, announcer.manifest)
    finally:
        mode.stopped = True
        sampler.close()
        channel.close()
        with contextlib.suppress(OSError):
            socket_file.unlink()
        with contextlib.suppress(OSError):  # whoever asked for a stop on a full disk has been told
            writer.close()
        syncer.close()


def _at_the_start(lanes: int) -> str:
    return "one lane at the start" if lanes == 1 else f"{lanes} lanes at the start"


def _alarms(race: Race) -> Alarms | None:
    """What watches the lanes; None where nobody asked for it."""
    spec = race.scenario.alarms
    return Alarms(spec, lambda lane: race.lane(str(lane)).name) if spec is not None else None


def _run(
    path: Path,
    race: Race,
    writer: RunWriter,
    recorder: Recorder,
    inbox: Inbox,
    mode: Mode,
    keeper: Keeper,
    script: list[tuple[int, AnyCommand]],
) -> None:
    survey = _survey(race, writer, box_of(events_of(path)) if race.plane_number else None)
    if survey is not None:
        survey.first(lambda: bool(inbox.items))
    began = time.perf_counter()
    gallery = Gallery(Looker(race).looks, writer.look, time.perf_counter) if race.problem.look else None
    loop = Loop(
        race,
        len(race.lanes),
        recorder,
        inbox,
        mode,
        script=script,
        given=len(race.scenario.events),
        survey=survey,
        gallery=gallery,
        compare=lambda: differences(path, race),
        keeper=keeper,
        rescue=lambda command: rescue(
            path, race.lanes, None if command.lane is None else race.lane(command.lane)
        ),
    )
    try:
        loop.run()
        if mode.stopped:
            keeper.keep()
    finally:
        keeper.close()
    if race.timeline.taken or keeper.written:
        recorder.event(_kept(race, keeper, time.perf_counter() - began))
    if gallery is not None:
        gallery.now()
    if survey is not None and not mode.stopped:
        survey.finish(recorder.tips, FINISHING)


def differences(path: Path, race: Race) -> list[Event]:
    """Notes on lanes that, walked again, did not do what they had done."""
    found = [compared(path, lane, race.lanes[lane].name, rows) for lane, rows in race.walked_again()]
    return [event for event in found if event is not None]


def _kept(race: Race, keeper: Keeper, seconds: float) -> Event:
    """What going back and going on were prepared with, and what that took."""
    line = race.timeline
    data = {
        "snapshots": line.taken,
        "bytes": line.bytes,
        "seconds": line.spent,
        "share": line.spent / seconds,
        "checkpoints": keeper.written,
        "checkpoint_bytes": keeper.bytes,
        "checkpoint_share": keeper.seconds / seconds,
    }
    text = f"{line.taken} snapshots, {line.bytes / 1e6:.3g} MB, {100 * data['share']:.2g} % of the time"
    if keeper.written:
        share = f"{100 * data['checkpoint_share']:.2g} % of the time"
        text += f"; {keeper.written} checkpoints, {keeper.bytes / 1e6:.3g} MB written, {share}"
    return Event("note", text, step=race.step(), data=data)


def _survey(race: Race, writer: RunWriter, seen: Box | None) -> Survey | None:
    """None where a window can draw the surface from its formula, or where there is nothing to draw.

    `seen`: where the paths are in a plane that was chosen.
    """
    info = race.problem.info
    if info.surface is not None or race.problem.landscape is None:
        return None
    x, y = info.start or (0.0, 0.0)
    box: Box = seen or info.view or (x - 1, x + 1, y - 1, y + 1)
    return Survey(
        lambda box, columns, rows: grid(race, box, columns, rows), box, writer.grid, time.perf_counter
    )


def _confess(error: Exception, race: Race, recorder: Recorder) -> None:
    """Leave a word in the record about the fault that ends the process; the manifest is left as it is."""
    text = f"the race process failed: {brief(error)} (the traceback is in {LOG})"
    with contextlib.suppress(Exception):  # the first fault is the one to be seen
        recorder.event(Event("note", text, step=race.step()))
        recorder.flush()
