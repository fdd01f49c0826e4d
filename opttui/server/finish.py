"""The end of a race: last parameters, end frames, results, and last of all a manifest that says `ended`.

A process that dies before that leaves a crashed run, whose record opens all the same.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
from safetensors.torch import save

from opttui.control.commands import Reply, Stop
from opttui.race.race import Race
from opttui.record.events import Event
from opttui.record.layout import final_file
from opttui.record.leader import leading
from opttui.record.manifest import Manifest
from opttui.record.private import write_whole
from opttui.record.reader import RunReader
from opttui.record.results import results
from opttui.record.rundir import write_manifest
from opttui.record.writer import RunWriter
from opttui.server.commands import Mode
from opttui.server.inbox import Inbox
from opttui.server.recorder import Recorder, said


def finish(
    path: Path,
    race: Race,
    writer: RunWriter,
    recorder: Recorder,
    inbox: Inbox,
    mode: Mode,
    manifest: Manifest,
) -> None:
    """Bring the run to its end. OSError when the disk refuses and somebody has asked to stop."""
    for lane in race.lanes:
        _insist(partial(write_whole, path / final_file(lane.id), save(race.parameters(lane.id))), inbox, mode)
    recorder.event(Event("ended", "the race has ended", step=race.step()))
    _insist(writer.flush, inbox, mode)
    _insist(writer.end, inbox, mode)
    reader = RunReader(path)
    reader.poll()
    ended = msgspec.structs.replace(
        manifest,
        state="ended",
        results=results(reader, alive=False),
        best=leading(reader),
        ended=time.time(),
    )
    _insist(partial(write_manifest, path, ended), inbox, mode)


def _insist(write: Callable[[], object], inbox: Inbox, mode: Mode) -> None:
    """Try once a second until the disk takes it, or until somebody asks to stop."""
    while True:
        try:
            write()
            return
        except OSError as error:
            mode.paused, mode.reason = True, said(error)
            if mode.stopped:
                raise
        inbox.wait(1.0)
        while inbox.items:
            ticket = inbox.items.popleft()
            mode.stopped = mode.stopped or isinstance(ticket.command, Stop)
            ticket.answer(Reply(ticket.number, "refused", f"The race is at its end, but {mode.reason}."))
