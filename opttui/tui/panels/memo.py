"""Values worked out once for each version of a run, shared by the panels of one frame. Knows no panel."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary, ref

from opttui.record.seen import SeenRun

Value = TypeVar("Value")

LARGEST = 64
"""Most values kept of a run; a frame needs about ten."""


class Kept:
    """What has been worked out from one version of a run."""

    def __init__(self, reader: SeenRun) -> None:
        self.reader, self.version = ref(reader), reader.version
        self.values: dict[Hashable, Any] = {}


_kept: WeakKeyDictionary[SeenRun, Kept] = WeakKeyDictionary()
_newest: list[Kept] = []
"""The one that was asked last: a frame asks hundreds of times."""


def once(reader: SeenRun, key: Hashable, make: Callable[[], Value]) -> Value:
    """What `make` gives, made again only when the run has something new; `key` names it and all else it depends on."""
    kept = _newest[0] if _newest else None
    if kept is None or kept.reader() is not reader or kept.version != reader.version:
        kept = _known(reader)
    values = kept.values
    if key in values:
        return cast(Value, values[key])
    if len(values) > LARGEST:
        values.clear()
    values[key] = value = make()
    return value


def _known(reader: SeenRun) -> Kept:
    found = _kept.get(reader)
    if found is None or found.version != reader.version:
        found = _kept[reader] = Kept(reader)
    _newest[:] = [found]
    return found
