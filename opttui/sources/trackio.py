"""trackio's databases, read while they grow. Knows no run: SQLite, a row a step, its numbers as JSON.

Opened for reading alone. Where nobody writes at present (no write-ahead log), the file is read as it is, since opening it
otherwise would leave files beside it.
"""

import contextlib
import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from opttui.printable import printable
from opttui.sources.growing import Growing, SourceError, name_of
from opttui.sources.jsonl import decoded, moment, numbers
from opttui.sources.metrics import Metrics, add_rows

MAGIC = b"SQLite format 3\x00"
BATCH = 5000
"""Rows taken at a time."""
MOST = 200
"""Runs of a database."""
LONGEST = 1 << 20
"""Bytes of a row's JSON."""
PATIENCE = 1.0
"""Seconds that a question may take: a damaged database can send a reader round and round."""
BEFORE = -1 << 63
"""Below all ids."""
NEWEST = "SELECT max(id) FROM metrics"
QUESTION = "SELECT id, run_name, step, timestamp, metrics FROM metrics WHERE id > ? ORDER BY id LIMIT ?"


class TrackioLog:
    """One project: a run for each of its runs."""

    kind = "trackio"
    as_of = ""

    def __init__(
        self,
        path: Path,
        make: Callable[[], Metrics] = Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.runs: dict[str, Metrics] = {}
        self._make = make
        self._clock = clock
        self._last = BEFORE
        self._seen: tuple[object, ...] = ()
        self._inode: tuple[int, int] | None = None
        self._wrong: dict[str, str] = {}
        self.modified = 0.0

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read."""
        return list(self._wrong.values())

    def poll(self, most: int | None = None) -> bool:
        """Read the rows that are new."""
        news = False
        try:
            state = self._state()
            if state == self._seen:
                return False
            self._wrong.pop("file", None)
            with self.connected() as database:
                taken = 0
                newest = database.execute(NEWEST).fetchone()[0]
                if not isinstance(newest, int) or newest < self._last:
                    news = self._forget()  # rows were deleted, or it is another database under the same inode
                while most is None or taken < max(most >> 7, 1):
                    count = self._take(database)
                    news, taken = news or count > 0, taken + count
                    if count < BATCH:
                        self._seen = state
                        break
        except SourceError as error:
            self._wrong["file"] = str(error)
        except sqlite3.OperationalError as error:
            # Locked, or a table that has yet to be made: looked at again with the next change.
            self._wrong["file"] = (
                f"{name_of(self.path)} cannot be read at present: {printable(str(error), 120)}."
            )
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            self._seen = self._state_or_nothing()
            self._wrong["file"] = f"{name_of(self.path)} is damaged: {printable(str(error), 120)}."
        return news

    def _state_or_nothing(self) -> tuple[object, ...]:
        with contextlib.suppress(SourceError):
            return self._state()
        return ()

    def _state(self) -> tuple[object, ...]:
        """What changes when something is written."""
        parts: list[object] = []
        for name in (self.path, self.path.with_name(self.path.name + "-wal")):
            try:
                status = name.lstat()
                parts += [status.st_ino, status.st_size, status.st_mtime_ns]
                self.modified = max(self.modified, status.st_mtime)
            except OSError as error:
                if name is self.path:
                    raise SourceError(f"{name_of(name)} cannot be read: {error.strerror or error}.") from None
                parts.append(None)
        inode = parts[0]
        if self._inode is not None and self._inode != (inode, 0):
            self._forget()
        self._inode = (inode, 0) if isinstance(inode, int) else None
        return tuple(parts)

    def _forget(self) -> bool:
        """Begin anew; whether anything was there."""
        there = self._last > BEFORE
        self._last = BEFORE
        for metrics in self.runs.values():
            metrics.clear()
        return there

    @contextlib.contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """The database, for reading alone. SourceError, sqlite3.Error."""
        # A device or a FIFO by that name would hang SQLite.
        if Growing(self.path).read(len(MAGIC)).data != MAGIC:
            raise SourceError(f"{name_of(self.path)} is no database of SQLite.")
        wal = self.path.with_name(self.path.name + "-wal")
        alive = wal.is_file() and wal.lstat().st_size > 0
        where = f"file:{quote(str(self.path.absolute()))}?mode=ro{'' if alive else '&immutable=1'}"
        database = sqlite3.connect(where, uri=True, timeout=0.2, isolation_level=None)
        try:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 24)
            end = time.monotonic() + PATIENCE
            database.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA query_only = ON")
            database.execute("PRAGMA cache_size = -4096")
            yield database
        finally:
            database.close()

    def _take(self, database: sqlite3.Connection) -> int:
        """Take the next rows in; how many there were. What comes before a damaged one is kept."""
        count = 0
        rows: dict[str, list[tuple[float, float, dict[str, float]]]] = {}
        try:
            for number, name, step, when, text in database.execute(QUESTION, (self._last, BATCH)):
                count += 1
                if isinstance(number, int):
                    self._last = max(self._last, number)
                row = self._row(step, when, text)
                run = name if isinstance(name, str) else ""
                if self._has_room_for(run) and row is not None:
                    rows.setdefault(run, []).append(row)
        finally:
            for run, each in rows.items():
                add_rows(self.runs[run], each)
        return count

    def _has_room_for(self, run: str) -> bool:
        """Whether a run is among those that are kept; a new one becomes so while there is room."""
        if run not in self.runs and len(self.runs) >= MOST:
            self._wrong["runs"] = (
                f"{name_of(self.path)} has more than {MOST} runs; the first {MOST} are shown."
            )
        elif run not in self.runs:
            self.runs[run] = self._make()
            self.runs[run].title = run
        return run in self.runs

    def _row(self, step: object, when: object, text: object) -> tuple[float, float, dict[str, float]] | None:
        found = None
        # Older versions keep text, newer ones bytes.
        if isinstance(text, str | bytes) and len(text) <= LONGEST:
            with contextlib.suppress(ValueError):
                found = decoded(text.encode("utf-8", "replace") if isinstance(text, str) else text)
        if not isinstance(found, dict) or isinstance(step, bool) or not isinstance(step, int | float):
            self._wrong["row"] = f"{name_of(self.path)}: a row makes no sense and was left out."
            return None
        seconds = moment(when)
        return (float(step), seconds, dict(numbers(found))) if math.isfinite(step) else None
