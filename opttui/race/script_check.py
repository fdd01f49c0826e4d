"""Whether a record may become a script. A manifest is a file that anybody can have written, and what a script pastes
from it is code: only names, numbers and words of the forms that opttui itself writes pass."""

import math
from collections.abc import Sequence
from typing import Any

from opttui.errors import InputError
from opttui.record.events import Event
from opttui.record.manifest import Manifest
from opttui.scenario.check import DEVICE, DTYPES, validate

MOST_THREADS = 4096


def check_script(manifest: Manifest, events: Sequence[Event], lanes: Sequence[int]) -> None:
    """InputError for the first thing in the record that no race of ours can have written there."""
    try:
        validate(manifest.scenario)
    except InputError as error:
        raise _refused(manifest, f"it asks for what cannot be raced: {error.message}") from None
    if not DEVICE.fullmatch(manifest.device):
        raise _refused(manifest, f"it names no device but {manifest.device!r}")
    if manifest.dtype not in DTYPES:
        raise _refused(manifest, f"it names no dtype but {manifest.dtype!r}")
    threads = manifest.versions.get("threads", 1)
    if type(threads) is not int or not 1 <= threads <= MOST_THREADS:
        raise _refused(manifest, f"it names no number of threads but {threads!r}")
    if not all(0 <= lane < len(manifest.lanes) for lane in lanes):
        raise _refused(manifest, "it has fewer lanes than are asked for")
    if [info.id for info in manifest.lanes] != list(range(len(manifest.lanes))):
        raise _refused(manifest, "its lanes are not numbered in order")
    for event in events:
        if event.kind == "set" and not _is_turn(event.data):
            raise _refused(manifest, f"its event at step {event.step} turns nothing that can be turned")


def _is_turn(data: dict[str, Any]) -> bool:
    """Key in a parameter group, index where that holds a tuple, and a finite value."""
    place, new = data.get("place"), data.get("new")
    if isinstance(new, bool) or not isinstance(new, int | float) or not math.isfinite(new):
        return False
    if not isinstance(place, list) or len(place) != 2:
        return False
    key, index = place
    return isinstance(key, str) and key.isidentifier() and (index is None or type(index) is int)


def _refused(manifest: Manifest, why: str) -> InputError:
    return InputError(f"There is no script of {manifest.id}, because {why}.")
