"""What a manifest can say in the right shape and yet cannot be: times that are no times, lanes with one number.

Whatever reads a run relies on these bounds; knows no file.
"""

import math
from collections.abc import Iterator, Sequence

from opttui.record.manifest import LaneResult, Manifest, ProcessInfo

MOST_LANES = 1024
"""Lanes of a run, forks included."""
MOST_STEPS = 2**53
"""Beyond, a float64 column no longer tells two steps apart."""
LATEST = 1e11
"""Seconds since the epoch: the year 5138."""
HIGHEST_PID = 2**31


def disorder(manifest: Manifest) -> str:
    """The first thing that cannot be, as half a sentence; empty when there is none."""
    return next(_complaints(manifest), "")


def _complaints(manifest: Manifest) -> Iterator[str]:
    if manifest.format < 0:
        yield f"there is no format {manifest.format}"
    for name, moment in (("created", manifest.created), ("ended", manifest.ended or 0.0)):
        if not 0 <= moment <= LATEST:
            yield f"{name} is no time: {moment:g}"
    if not 1 <= manifest.scenario.steps <= MOST_STEPS:
        yield f"a race has no {manifest.scenario.steps} steps"
    if len(manifest.lanes) > MOST_LANES:
        yield f"it names {len(manifest.lanes)} lanes, and a run has at most {MOST_LANES}"
    yield from _of_ids("lanes", [lane.id for lane in manifest.lanes])
    yield from _of_ids("results", [result.id for result in manifest.results])
    for result in manifest.results:
        yield from _of_result(result)
    if manifest.process is not None:
        yield from _of_process(manifest.process)


def _of_ids(what: str, ids: Sequence[int]) -> Iterator[str]:
    if not all(0 <= number < MOST_LANES for number in ids) or len(set(ids)) < len(ids):
        yield f"the ids of its {what} are not different numbers from 0 to {MOST_LANES - 1}"


def _of_result(result: LaneResult) -> Iterator[str]:
    counts = (result.steps, result.evaluations)
    if not all(0 <= count <= MOST_STEPS for count in counts) or not 0 <= result.seconds < math.inf:
        yield f"the result of lane {result.id} counts what cannot be counted"


def _of_process(process: ProcessInfo) -> Iterator[str]:
    """A signal to process 0 or -1 would reach others than the race."""
    if not 1 <= process.pid < HIGHEST_PID:
        yield f"there is no process {process.pid}"
