"""W&B's offline runs, read while they grow. Knows no run: a log of records, and the numbers of the history in it.

The file is a log as LevelDB has it: after 7 bytes (":W&B", 0xBEE1, version), blocks of 32 KiB hold pieces with a header of
CRC-32, length and type (whole, first, middle, last); the CRC begins with the type. A record is a protobuf: history 2 (items
1: key 1, nested_key 2, JSON 16; step 2: num 1), run 17 (run_id 1, display_name 8), exit 18 (exit_code 1).
"""

import math
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from opttui.printable import printable
from opttui.sources.growing import CHUNK, Growing, Portion, SourceError
from opttui.sources.jsonl import decoded, numbers, real
from opttui.sources.metrics import Metrics, add_rows
from opttui.sources.wire import WireError, fields, signed

MAGIC = b":W&B"
HEAD = 7
"""Bytes before the first block's pieces; the block counts them."""
BLOCK = 1 << 15
LARGEST = 1 << 24
"""Bytes of a record; larger ones are left out."""
_PIECE = struct.Struct("<IHB")
WHOLE, FIRST, MIDDLE, LAST = 1, 2, 3, 4
_SEEDS = {kind: zlib.crc32(bytes([kind])) for kind in (WHOLE, FIRST, MIDDLE, LAST)}
_Rows = list[tuple[float, float, dict[str, float]]]


class WandbLog:
    """One offline run."""

    kind = "W&B"
    as_of = ""

    def __init__(
        self,
        path: Path,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.metrics = metrics or Metrics()
        self._file = Growing(path, clock)
        self._clock = clock
        self._begun = bytearray()
        self._open = False
        """A record has begun whose last piece has not come."""
        self._wrong: dict[str, str] = {}
        self._stopped = False
        self._waits = False
        self._count = 0

    @property
    def runs(self) -> dict[str, Metrics]:
        """One."""
        return {"": self.metrics}

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read, and where."""
        return list(self._wrong.values())

    @property
    def modified(self) -> float:
        """When it was last written."""
        return self._file.modified

    def poll(self, most: int | None = None) -> bool:
        """Read what is new. The tool writes whole blocks, and the rest after some idle seconds."""
        before, read = self.metrics.version, 0
        try:
            if not self._file.news() and not (self._waits and self._file.rested()):
                return False
            self._waits, more = False, True
            if not self._stopped:
                self._wrong.pop("file", None)
            while more and (most is None or read < most):
                portion = self._file.read(0 if self._stopped else CHUNK)
                if portion.anew:
                    self._begin_again()
                    return True
                if self._stopped:
                    break
                read += len(portion.data)
                more = self._use(portion)
        except SourceError as error:
            self._wrong["file"] = str(error)
        return self.metrics.version != before

    def _begin_again(self) -> None:
        self.metrics.clear()
        self._file = Growing(self.path, self._clock)
        self._begun, self._open, self._stopped, self._count = bytearray(), False, False, 0
        self._wrong.clear()

    def _use(self, portion: Portion) -> bool:
        """Take in the whole pieces of a portion; whether there is more to be read now."""
        rows: _Rows = []
        data, begin, at, wrong = portion.data, self._file.offset, 0, ""
        if begin == 0:
            if data[:4] != MAGIC[: len(data[:4])]:
                wrong = "this is no log of W&B"
            at = min(HEAD, len(data)) if len(data) >= HEAD else 0
        while not wrong and (begin + at or not data):
            left = BLOCK - (begin + at) % BLOCK
            if left < HEAD:
                if len(data) - at < left:
                    break
                at += left
                continue
            if len(data) - at < HEAD:
                break
            told, size, kind = _PIECE.unpack_from(data, at)
            if kind == 0 and told == 0 and size == 0:
                # The rest of a block that was left empty.
                if len(data) - at < left:
                    break
                at += left
                continue
            if kind not in _SEEDS or size > left - HEAD:
                wrong = "the block is damaged"
                break
            if len(data) - at < HEAD + size:
                break
            piece = data[at + HEAD : at + HEAD + size]
            if zlib.crc32(piece, _SEEDS[kind]) != told:
                wrong = "the block is damaged"
                break
            self._piece(kind, piece, rows)
            at += HEAD + size
        self._file.use(data, at)
        add_rows(self.metrics, rows)
        return self._go_on(portion, at, wrong)

    def _go_on(self, portion: Portion, at: int, wrong: str) -> bool:
        place = f"{printable(self.path.name, 80)} at byte {self._file.offset:,}"
        if wrong:
            self._waits = True
            if not self._file.rested():
                return False
            self._open = False
            rest = BLOCK - self._file.offset % BLOCK
            if self._file.offset and self._file.offset + rest < self._file.size:
                # As LevelDB does: on with the next block.
                self._wrong["block"] = f"{place}: {wrong}; what was in it is left out."
                self._file.skip(rest)
                return True
            self._waits, self._stopped = False, self._file.offset == 0
            self._wrong["file"] = f"{place}: {wrong}."
            return False
        if not portion.last:
            return at > 0
        left = len(portion.data) - at
        self._waits = left > 0
        if left and self._file.rested():
            self._waits = False
            self._wrong["file"] = f"{place}: the last record is cut, {left:,} bytes of it are there."
        return False

    def _piece(self, kind: int, piece: bytes, rows: _Rows) -> None:
        if kind in (WHOLE, FIRST):
            self._begun, self._open = bytearray(piece), True
        elif self._open:
            self._begun += piece
        if len(self._begun) > LARGEST:
            self._begun, self._open = bytearray(), False
        if kind in (WHOLE, LAST) and self._open:
            self._open = False
            try:
                self._record(bytes(self._begun), rows)
            except WireError:
                self._wrong["record"] = (
                    f"{printable(self.path.name, 80)}: a record makes no sense and was left out."
                )
            self._begun = bytearray()

    def _record(self, record: bytes, rows: _Rows) -> None:
        for number, _, value in fields(record):
            if not isinstance(value, bytes):
                continue
            if number == 2:
                row = self._history(value)
                if row is not None:
                    rows.append(row)
            elif number == 17:
                told = {n: v for n, _, v in fields(value) if n in (1, 8) and isinstance(v, bytes)}
                self.metrics.title = (told.get(8) or told.get(1) or b"").decode("utf-8", "replace")
            elif number == 18:
                code = next((signed(int(v)) for n, _, v in fields(value) if n == 1 and isinstance(v, int)), 0)
                self.metrics.ended = "" if code == 0 else f"exit status {code}"
                self.metrics.version += 1

    def _history(self, history: bytes) -> tuple[float, float, dict[str, float]] | None:
        values: dict[str, float] = {}
        step: float = self._count
        self._count += 1
        for number, _, value in fields(history):
            if number == 2 and isinstance(value, bytes):
                step = next(
                    (float(signed(int(v))) for n, _, v in fields(value) if n == 1 and isinstance(v, int)), 0.0
                )
            if number != 1 or not isinstance(value, bytes):
                continue
            key, text = _item(value)
            if not key:
                continue
            try:
                found = decoded(text)
            except ValueError:
                continue
            if isinstance(found, int | float) and not isinstance(found, bool):
                values[key] = real(found)
            else:
                values.update(numbers({key: found}))
        if math.isfinite(values.get("_step", math.nan)):
            step = values["_step"]
        seconds = values.get("_timestamp", math.nan)
        for own in ("_step", "_timestamp", "_runtime"):
            values.pop(own, None)
        return (step, seconds, values) if values else None


def _item(item: bytes) -> tuple[str, bytes]:
    """Name and JSON of an item of the history."""
    key, nested, text = "", [], b""
    for number, _, value in fields(item):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            key = value.decode("utf-8", "replace")
        elif number == 2:
            nested.append(value.decode("utf-8", "replace"))
        elif number == 16:
            text = value
    return key or ".".join(nested), text
