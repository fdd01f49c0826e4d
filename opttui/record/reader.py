"""A run as it lies on disk, live, finished or crashed: what a window sees of it. Never writes, starts
nothing."""

from pathlib import Path

from opttui.errors import RunError
from opttui.record.event_log import EventReader
from opttui.record.events import Event
from opttui.record.grid import Grid
from opttui.record.grid_log import GridReader
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import MANIFEST
from opttui.record.look import Look
from opttui.record.machine import MachineReader
from opttui.record.manifest import Manifest
from opttui.record.rundir import read_manifest


class RunReader:
    """One run; everything is as of the last poll."""

    foreign = False
    """Whether another tool writes it (`seen.SeenRun`)."""

    def __init__(self, path: Path) -> None:
        """Reads the manifest and nothing else; RunError when it cannot be."""
        self.path = path
        self._stamp = self._manifest_stamp()
        self.manifest: Manifest = read_manifest(path)
        self.lanes: list[LaneReader] = []
        self.version = 0
        """Counts up whenever anything new was read."""
        self._events = EventReader(path)
        self._grids = GridReader(path)
        self.machine = MachineReader(path)
        """Readings of the machine that the race runs on. They come while nothing else does, so they have a version of
        their own."""
        self._own_damage: list[str] = []
        self._add_lanes()

    @property
    def events(self) -> list[Event]:
        """All so far, their texts printable."""
        return self._events.events

    @property
    def grid(self) -> Grid | None:
        """The newest."""
        return self._grids.newest

    @property
    def looks(self) -> dict[int, list[Look]]:
        """What the lanes' models showed, by lane (`look.TRUTH`: what a perfect one would), in the order of steps."""
        return self._grids.looks

    @property
    def damage(self) -> list[str]:
        """Sentences about damaged or missing parts."""
        sentences = [*self._own_damage, *self._events.damage, *self._grids.damage, *self.machine.damage]
        for lane in self.lanes:
            sentences += lane.damage
            # While a race lives, or after its crash, half a frame at the end is what a write looks like.
            if self.manifest.state != "ended" or not self.version:
                continue
            if lane.missing:
                sentences.append(f"Lane {lane.id}'s log is missing.")
            elif unread := lane.unread:
                sentences.append(f"The last {unread} bytes of lane {lane.id}'s log are cut or damaged.")
        return sentences

    def poll(self, most: int | None = None) -> bool:
        """Read what is new, of each lane about `most` bytes (all, if None); True when there was anything but readings.

        Without news it costs one stat of each file.
        """
        news = self._poll_manifest()
        news = self._events.poll() or news
        for lane in self.lanes:
            news = lane.poll(most) or news
        news = self._grids.poll() or news
        self.machine.poll()
        self.version += news
        return news

    def _poll_manifest(self) -> bool:
        stamp = self._manifest_stamp()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self.manifest = read_manifest(self.path)
        except RunError as error:
            if error.message not in self._own_damage:
                self._own_damage.append(error.message)
            return True
        self._add_lanes()
        return True

    def _add_lanes(self) -> None:
        """Lanes only ever come: those of the manifest that have no reader yet."""
        known = {lane.id for lane in self.lanes}
        gaps = self.manifest.kind == "tracked"
        self.lanes += [
            LaneReader(self.path, lane.id, gaps=gaps) for lane in self.manifest.lanes if lane.id not in known
        ]

    def _manifest_stamp(self) -> tuple[int, int, int] | None:
        try:
            status = (self.path / MANIFEST).lstat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns
