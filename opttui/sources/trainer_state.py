"""Hugging Face's `trainer_state.json`: the whole history of a training, written anew at each save. Knows no run.

The Trainer writes the file in place, so half of one can be seen: then what was read before stays. Of the checkpoints of
one training the newest file has it all.
"""

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from opttui.printable import printable
from opttui.sources.growing import Growing, SourceError
from opttui.sources.jsonl import decoded, numbers, real
from opttui.sources.metrics import Metrics, add_rows

NAME = "trainer_state.json"
LARGEST = 1 << 26
"""Bytes of a file that is read; a history of a million lines has 200 million, one of usual length a hundred thousand."""
MOST = 2000
"""Checkpoints of a training that are looked at."""
TOGETHER = 10.0
"""Seconds within which files count as written at one time: then that of the most steps is the newest."""
LOOK = 1.0
"""Seconds between two looks for new checkpoints."""


class TrainerStateLog:
    """One training: a file, or the files of a directory and of the checkpoints in it."""

    kind = "Trainer"

    def __init__(
        self,
        path: Path,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`path`: a `trainer_state.json`, or the directory that holds it or checkpoints."""
        self.path = path
        self.metrics = metrics or Metrics()
        self._clock = clock
        self._file: Growing | None = None
        self._looked: float | None = None
        self._wrong = ""
        self._waits = False
        self._saved = 0.0

    @property
    def runs(self) -> dict[str, Metrics]:
        """One."""
        return {"": self.metrics}

    @property
    def damage(self) -> list[str]:
        """Why the newest file could not be read; what an earlier one said stays."""
        return [self._wrong] if self._wrong else []

    @property
    def as_of(self) -> str:
        """When the history was saved: it grows at saves, not at each step."""
        return time.strftime("%H:%M:%S", time.localtime(self._saved)) if self._saved else ""

    @property
    def modified(self) -> float:
        """When it was last written."""
        return self._saved if self._file is None else self._file.modified

    def poll(self, most: int | None = None) -> bool:
        """Read the newest file again where it has changed."""
        try:
            file = self._newest()
            if file is None or not (file.news() or (self._waits and file.rested())):
                return False
            return self._read(file)
        except SourceError as error:
            self._wrong = str(error)
            return False

    def _newest(self) -> Growing | None:
        now = self._clock()
        if self._looked is None or now - self._looked >= LOOK:
            self._looked = now
            path = newest_state(self.path)
            if path is not None and (self._file is None or self._file.path != path):
                self._file = Growing(path, self._clock)
        return self._file

    def _read(self, file: Growing) -> bool:
        data = file.read(LARGEST + 1).data
        where = printable(str(Path(*file.path.parts[-2:])), 120)
        if len(data) > LARGEST:
            self._wrong = f"{where} is larger than {LARGEST >> 20} MiB and was not read."
            return False
        try:
            found = decoded(data)
        except ValueError:
            # It may be just being written.
            self._waits = not file.rested()
            self._wrong = "" if self._waits else f"{where} is no JSON; what was read before stays."
            return False
        self._waits, self._wrong = False, ""
        history = found.get("log_history") if isinstance(found, dict) else None
        if not isinstance(history, list):
            self._wrong = f"{where} has no log_history."
            return False
        try:
            self._saved = file.path.lstat().st_mtime
        except OSError as error:
            raise SourceError(f"{where} cannot be read: {error.strerror or error}.") from None
        self._take(found, history)
        return True

    def _take(self, state: Mapping[str, Any], history: list[Any]) -> None:
        self.metrics.clear()
        rows = []
        for place, entry in enumerate(history):
            if not isinstance(entry, dict):
                continue
            values = dict(numbers(entry))
            step = values.pop("step", math.nan)
            rows.append((step if math.isfinite(step) else float(place), math.nan, values))
        add_rows(self.metrics, rows)
        steps = state.get("max_steps")
        self.metrics.steps = int(min(max(real(steps), 0), 1e15)) if isinstance(steps, int) else 0
        self.metrics.version += 1


def newest_state(path: Path) -> Path | None:
    """The newest state of a training; None where there is none. SourceError for a directory that cannot be read."""
    try:
        if not path.is_dir():
            return path
        here = [path / NAME, *(each / NAME for each in sorted(path.glob("checkpoint-*"))[:MOST])]
        found = [each for each in here if each.is_file() and not each.is_symlink()]
        newest = max((each.lstat().st_mtime for each in found), default=0.0)
        # Copies are of one time, whatever the order in which they were made.
        late = [each for each in found if each.lstat().st_mtime >= newest - TOGETHER]
        return max(late, key=lambda each: (each.parent == path, step_of(each)), default=None)
    except OSError as error:
        raise SourceError(f"{printable(str(path), 200)} cannot be read: {error.strerror or error}.") from None


def step_of(path: Path) -> int:
    """The step in a checkpoint's name."""
    digits = path.parent.name.rpartition("-")[2]
    return int(digits[:18]) if digits.isascii() and digits.isdigit() else -1
