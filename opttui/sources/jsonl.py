"""JSON lines, read while they grow: an object a line, whatever it is called. Knows no run."""

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from opttui.sources.metrics import Metrics
from opttui.sources.names import STEPS, TIMES, usual
from opttui.sources.text_log import Rows, TextLog

DEEPEST = 4
"""Levels of objects in objects whose numbers are taken."""
WORDS = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf, "inf": math.inf, "-inf": -math.inf}
"""Numbers that JSON has no word for, as they are written as texts."""
PASSED_OVER = ("run", "event")
"""Kinds of lines in our own export that hold no numbers to be drawn."""
_decode = msgspec.json.decode


class JsonLinesLog(TextLog):
    """One file. Lines of our own export, which has several lanes, become a run for each."""

    kind = "JSON lines"

    def __init__(
        self,
        path: Path,
        make: Callable[[], Metrics] = Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(path, make, clock)
        self._step = ""
        self._time = ""

    def _clear(self) -> None:
        super()._clear()
        self._step = self._time = ""

    def _take(self, number: int, line: bytes, rows: Rows) -> None:
        if not line.strip():
            return
        try:
            found = decoded(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        except ValueError:
            # A line that was cut by a crash is followed by whole ones.
            self._say("line", number, "is no JSON and was left out")
            return
        if not isinstance(found, dict):
            self._say("object", number, "is no JSON object and was left out")
            return
        kind = found.get("kind")
        if kind in PASSED_OVER and ("manifest" in found or "event" in found):
            return
        values = dict(numbers(found))
        run = self._run_of(found)
        if kind == "validation":
            values = {key.replace("metrics.", "val/", 1): value for key, value in values.items()}
        step, seconds = self._place(found, values, run)
        if run not in self.runs:
            self.runs[run] = self._make()
        if values:
            rows.setdefault(run, []).append((step, seconds, values))

    def _run_of(self, found: Mapping[str, Any]) -> str:
        """Which lane a line is of; empty where there are none."""
        if isinstance(found.get("lane"), int) and isinstance(found.get("name"), str):
            return f"{found['lane']}:{found['name']}"
        return ""

    def _place(self, found: Mapping[str, Any], values: dict[str, float], run: str) -> tuple[float, float]:
        """Step and time of a line, taken out of its values; lines without a step are counted."""
        if not self._step or self._step not in values:
            self._step = usual(values, STEPS) or ""
        if not self._time or self._time not in found:
            self._time = usual(found, TIMES) or ""
        seconds = values.pop(self._time, math.nan) if self._time else math.nan
        if self._time and math.isnan(seconds):
            seconds = moment(found.get(self._time))
        count = self._count(run)
        step = values.pop(self._step, math.nan) if self._step else math.nan
        values.pop("lane", None)
        return (step if math.isfinite(step) else float(count)), seconds


def decoded(text: bytes) -> Any:
    """A JSON value; NaN and Infinity as bare words are taken as well. ValueError for what is none."""
    try:
        return _decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    try:
        return json.loads(text.decode("utf-8", "strict"))
    except (ValueError, RecursionError) as error:
        raise ValueError("no JSON") from error


def numbers(values: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[tuple[str, float]]:
    """All numbers of an object by name, `outer.inner` for those of objects in it; truth values are none."""
    for key, value in values.items():
        name = f"{above}{key}"
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            yield name, real(value)
        elif isinstance(value, str) and value.lower() in WORDS:
            yield name, WORDS[value.lower()]
        elif isinstance(value, dict) and depth < DEEPEST:
            yield from numbers(value, f"{name}.", depth + 1)


def real(value: float) -> float:
    """A float; whole numbers beyond all floats are infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def moment(text: object) -> float:
    """Seconds since the epoch of a date in ISO 8601; NaN for what is none."""
    if not isinstance(text, str) or len(text) > 64:
        return math.nan
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return math.nan
