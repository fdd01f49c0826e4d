"""The scalars in TensorBoard's events, from the bytes of a record. Knows no file.

Event: wall_time 1, step 2, summary 5, session_log 7 (status 1: START is 1). Summary.Value: tag 1, simple_value 2,
tensor 8, metadata 9 (plugin_data 1: plugin_name 1). TensorProto: dtype 1, shape 2, content 4, numbers 5 to 13.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opttui.sources.metrics import Points
from opttui.sources.wire import BYTES, FIXED32, FIXED64, VARINT, Value, WireError, fields, signed, varint

_FORMATS = {
    1: "<f",
    2: "<d",
    3: "<i",
    4: "<B",
    5: "<h",
    6: "<b",
    9: "<q",
    10: "<?",
    19: "<e",
    22: "<I",
    23: "<Q",
}
"""By number of a tensor's dtype, what one value is in its content."""
_LISTS = {5: "<f", 6: "<d"}
"""Of a tensor's fields, lists of numbers of fixed size; those of whole numbers are varints."""
_WHOLE = (7, 10, 11, 16, 17)
_TEMPLATES = 4096
"""Most beginnings of summaries that are remembered."""


@dataclass(frozen=True)
class Scalar:
    """One number."""

    tag: str
    value: float


@dataclass(frozen=True)
class Parsed:
    """What an event says."""

    wall: float
    step: int
    start: bool
    """A session begins here: what was recorded from this step on is to be recorded again."""
    scalars: tuple[Scalar, ...]


class Decoder:
    """Reads events into points. Remembers how the summary of each tag begins, which all but its last four bytes repeat."""

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def take(self, payload: bytes, points: dict[str, Points], restart: Callable[[float], None]) -> None:
        """One event's numbers into `points`; `restart` is called for one that begins a session. WireError for no event."""
        # wall_time is written first, then the step; 0.5 us so, against 8 us field by field.
        if payload[:1] == b"\x09" and payload[9:10] == b"\x10":
            step, at = varint(payload, 10)
            tag = self._known.get(payload[at:-4])
        elif payload[:1] == b"\x09":
            step, at = 0, 9
            tag = self._known.get(payload[9:-4])
        else:
            tag = None
        if tag is None:
            self._slowly(payload, points, restart)
            return
        steps, walls, values = points[tag] if tag in points else points.setdefault(tag, ([], [], []))
        steps.append(signed(step))
        walls.append(_DOUBLE(payload, 1)[0])
        values.append(_FLOAT(payload, len(payload) - 4)[0])

    def _slowly(self, payload: bytes, points: dict[str, Points], restart: Callable[[float], None]) -> None:
        event = parsed(payload)
        if event.start:
            restart(event.step)
        for scalar in event.scalars:
            steps, walls, values = points.setdefault(scalar.tag, ([], [], []))
            steps.append(event.step)
            walls.append(event.wall)
            values.append(scalar.value)
        self._remember(payload, event)

    def _remember(self, payload: bytes, event: Parsed) -> None:
        """How a summary of one tag begins, where its simple value is the last thing in it."""
        if len(event.scalars) != 1 or payload[:1] != b"\x09" or payload[-5:-4] != b"\x15":
            return
        at = varint(payload, 10)[1] if payload[9:10] == b"\x10" else 9
        body = payload[at:-4]
        tag = event.scalars[0].tag.encode("utf-8", "replace")
        size = len(tag)
        if size > 100 or body != b"\x2a%c\x0a%c\x0a%c%b\x15" % (size + 9, size + 7, size, tag):
            return
        if len(self._known) < _TEMPLATES:
            self._known[body] = event.scalars[0].tag


_DOUBLE = struct.Struct("<d").unpack_from
_FLOAT = struct.Struct("<f").unpack_from


def parsed(payload: bytes) -> Parsed:
    """An event, field by field. WireError for what is none."""
    wall, step, start = 0.0, 0, False
    scalars: list[Scalar] = []
    for number, kind, value in fields(payload):
        if number == 1 and kind == FIXED64:
            wall = float(value)
        elif number == 2 and kind == VARINT:
            step = signed(int(value))
        elif number == 5 and isinstance(value, bytes):
            scalars += _scalars(value)
        elif number == 7 and isinstance(value, bytes):
            start = any(n == 1 and k == VARINT and v == 1 for n, k, v in fields(value))
    return Parsed(wall, step, start, tuple(scalars))


def _scalars(summary: bytes) -> Iterator[Scalar]:
    for number, _, value in fields(summary):
        if number == 1 and isinstance(value, bytes) and (scalar := _scalar(value)) is not None:
            yield scalar


def _scalar(value: bytes) -> Scalar | None:
    tag, plugin, simple, tensor = "", "", None, None
    for number, kind, content in fields(value):
        if number == 1 and isinstance(content, bytes):
            tag = content.decode("utf-8", "replace")
        elif number == 2 and kind == FIXED32:
            simple = float(content)
        elif number == 8 and isinstance(content, bytes):
            tensor = content
        elif number == 9 and isinstance(content, bytes):
            plugin = _plugin(content)
    if simple is not None:
        return Scalar(tag, simple)
    if tensor is None or plugin not in ("", "scalars"):
        return None
    found = _tensor(tensor)
    return None if found is None else Scalar(tag, found)


def _plugin(metadata: bytes) -> str:
    for number, _, data in fields(metadata):
        if number == 1 and isinstance(data, bytes):
            for inner, _, name in fields(data):
                if inner == 1 and isinstance(name, bytes):
                    return name.decode("utf-8", "replace")
    return ""


def _tensor(tensor: bytes) -> float | None:
    """The number in a tensor that holds one; None for any other."""
    dtype, content = 0, b""
    numbers: list[float] = []
    for number, kind, value in fields(tensor):
        if number == 1 and kind == VARINT:
            dtype = int(value)
        elif number == 2 and isinstance(value, bytes) and not _single(value):
            return None
        elif number == 4 and isinstance(value, bytes):
            content = value
        elif number in _LISTS or number in _WHOLE:
            numbers += _listed(number, kind, value)
            if len(numbers) > 1:
                return None
    if content:
        form = _FORMATS.get(dtype)
        if form is None or struct.calcsize(form) != len(content):
            return None
        return float(struct.unpack(form, content)[0])
    return numbers[0] if numbers else None


def _single(shape: bytes) -> bool:
    """Whether all of a tensor's dimensions (field 2, their size field 1) are 1, as a scalar's are for want of any."""
    for number, _, dimension in fields(shape):
        if number == 2 and isinstance(dimension, bytes):
            sizes = [value for inner, kind, value in fields(dimension) if inner == 1 and kind == VARINT]
            if sizes != [1]:
                return False
    return True


def _listed(number: int, kind: int, value: Value) -> list[float]:
    """Numbers of one of a tensor's lists, packed or single; at most two."""
    if number in _LISTS:
        form = _LISTS[number]
        if kind == BYTES and isinstance(value, bytes):
            size = struct.calcsize(form)
            if len(value) % size:
                raise WireError("a list is cut")
            return [
                struct.unpack_from(form, value, at)[0] for at in range(0, min(len(value), 2 * size), size)
            ]
        return [float(value)] if not isinstance(value, bytes) else []
    if kind == BYTES and isinstance(value, bytes):
        found: list[float] = []
        at = 0
        while at < len(value) and len(found) < 2:
            whole, at = varint(value, at)
            found.append(float(signed(whole)))
        return found
    return [float(signed(int(value)))] if not isinstance(value, bytes) else []
