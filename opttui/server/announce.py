"""What windows are told of a race: its manifest, written when the race is built and whenever a lane joins it."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from opttui.control.identity import this_process
from opttui.race.infos import info_of
from opttui.race.race import Race
from opttui.record.manifest import Manifest
from opttui.record.rundir import write_manifest
from opttui.server.versions import versions


class Announcer:
    """Holds the manifest of a race that runs."""

    def __init__(
        self, path: Path, manifest: Manifest, race: Race, socket_file: Path, again: bool = False
    ) -> None:
        """With everything that only the built race knows; not written yet. `again`: lanes are as they were told."""
        problem, lanes = race.info()
        self._path = path
        self._race = race
        self.manifest = msgspec.structs.replace(
            manifest,
            state="running",
            scenario=race.scenario,
            lanes=manifest.lanes if again else lanes,
            problem=problem,
            device=str(race.device),
            dtype=str(race.dtype).removeprefix("torch."),
            process=this_process(os.fspath(socket_file)),
            versions=versions(),
            results=(),
            best=None,
            ended=None,
        )

    def write(self) -> None:
        """Write it, with the lanes that are new as they begin. OSError when the disk refuses."""
        self.next()()

    def next(self) -> Callable[[], None]:
        """The same in two parts: the second may be called by another thread."""
        known = self.manifest.lanes
        new = tuple(map(info_of, self._race.lanes[len(known) :]))
        self.manifest = msgspec.structs.replace(self.manifest, lanes=known + new)
        return partial(write_manifest, self._path, self.manifest)
