"""Values worked out once for each version of a run, shared by the panels of one frame. Knows no panel."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from opttui.record.seen import SeenRun

Value = TypeVar("Value")

LARGEST = 64
"""Most values kept of a run; a frame needs about ten."""

_kept: WeakKeyDictionary[SeenRun, tuple[int, dict[Hashable, Any]]] = WeakKeyDictionary()


def once(reader: SeenRun, key: Hashable, make: Callable[[], Value]) -> Value:
    """What `make` gives, made again only when the run has something new; `key` names it and all else it depends on."""
    version, values = _kept.get(reader, (-1, {}))
    if version != reader.version or len(values) > LARGEST:
        values = {}
        _kept[reader] = (reader.version, values)
    if key not in values:
        values[key] = make()
    return cast(Value, values[key])
