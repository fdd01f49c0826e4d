"""Durability and room: a thread that syncs a run's files once a second and asks how much room is left.

fdatasync takes about 4 ms whatever the size, so it has no place in the loop that trains. Knows nothing of
what the files hold, and opens its own descriptors.
"""

import contextlib
import os
import threading
from pathlib import Path

from opttui.record.layout import EVENTS
from opttui.record.private import open_to_read

_sync = getattr(os, "fdatasync", os.fsync)


class Syncer:
    """Begins with its making; `close` syncs a last time."""

    def __init__(self, path: Path, interval: float = 1.0) -> None:
        """`path` is the run's directory, `interval` in seconds."""
        self._path = path
        self._interval = interval
        self._stop = threading.Event()
        # The three below are written by the thread, or by whoever calls sync(), under the lock, and read
        # without it by the loop that trains: each is replaced whole.
        self._lock = threading.Lock()
        self._sizes: dict[str, int] = {}
        """Bytes of each file when it was last synced."""
        self.free: int | None = None
        """Bytes that this user may still write where the run lies; None before the first look."""
        self.error: OSError | None = None
        """Why the last sync failed; None when it did not."""
        self._thread = threading.Thread(target=self._run, name="opttui-sync", daemon=True)
        self._thread.start()

    def sync(self) -> int:
        """Sync what has grown since the last time, and look at the room; the number of files synced."""
        with self._lock:
            self.free, error, count = _room(self._path), None, 0
            for file in self._files():
                try:
                    count += self._sync_file(file)
                except FileNotFoundError:
                    continue
                except OSError as refused:
                    error = refused
            self.error = error
            return count

    def close(self) -> None:
        """End the thread and sync a last time; a second call does nothing."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join()
            self.sync()

    def _run(self) -> None:
        while not self._stop.wait(self._interval):
            self.sync()

    def _files(self) -> list[Path]:
        with contextlib.suppress(OSError):
            return [*self._path.glob("*.rec"), self._path / EVENTS]
        return []

    def _sync_file(self, path: Path) -> bool:
        size = path.stat().st_size
        if self._sizes.get(path.name) == size:
            return False
        descriptor = open_to_read(path)
        try:
            _sync(descriptor)
        finally:
            os.close(descriptor)
        self._sizes[path.name] = size
        return True


def _room(path: Path) -> int | None:
    try:
        status = os.statvfs(path)
    except OSError:
        return None
    return status.f_bavail * status.f_frsize
