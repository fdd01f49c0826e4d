"""What a script holds of its run: numbers in, and what a window wishes out. Nothing here stops or changes training,
but for a stop that somebody has asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from opttui.errors import Stopped
from opttui.own import kind
from opttui.record.manifest import Outcome
from opttui.traces import line_of
from opttui.tracking.ferry import number_in
from opttui.tracking.recording import Recording
from opttui.tracking.saying import say

T = TypeVar("T")
LONGEST = 100
"""Characters of a name."""


class Run:
    """A run, or, where nothing can be recorded, what stands in its place and does nothing."""

    def __init__(self, recording: Recording | None, why: str = "") -> None:
        """`why`: why nothing is recorded, as a sentence."""
        self._recording = recording
        self.why = why
        self._odd: set[str] = set()
        """Names of what was logged and is no number."""

    @property
    def recording(self) -> bool:
        """Whether it is recorded."""
        return self._recording is not None and self._recording.active

    @property
    def path(self) -> Path | None:
        """The run's directory; None where nothing is recorded."""
        return self._recording.path if self._recording is not None else None

    @property
    def name(self) -> str:
        """What `opttui attach` finds it by; empty where nothing is recorded."""
        return self._recording.path.name if self._recording is not None else ""

    @property
    def step(self) -> int:
        """Steps that the furthest optimizer has taken."""
        return self._recording.step() if self._recording is not None else 0

    @property
    def should_stop(self) -> bool:
        """Whether somebody has asked for a stop. A script that looks at it ends by itself; one that never has is stopped
        by `Stopped`."""
        return self._recording is not None and self._recording.looked_at_stop()

    def steps(self, batches: Iterable[T]) -> Iterator[T]:
        """The batches, until somebody asks for a stop."""
        for batch in batches:
            if self.should_stop:
                return
            yield batch

    def log(self, numbers: Mapping[str, Any] | None = None, /, step: int | None = None, **more: Any) -> None:
        """Record numbers of the present step: `loss`, and any other by its name.

        Tensors of one entry are numbers too, and are read without waiting for their device.

        Args:
            numbers: By name; more of them as keyword arguments.
            step: Another step to which they belong.
            more: By name.
        """
        recording = self._recording
        if recording is None:
            return
        if numbers is None and step is None and len(more) == 1 and "loss" in more:
            # What most scripts do at each step, as shortly as it can be done.
            loss = number_in(more["loss"])
            if loss is not None:
                recording.log_loss(loss)
                return
        self._log({**(numbers or {}), **more}, step, None)

    def __getitem__(self, lane: str | int) -> "LaneLog":
        """One of several optimizers, by name or number, to log what is only its own."""
        number = self._recording.number_of(lane) if self._recording is not None else 0
        return LaneLog(self, number)

    def close(self) -> None:
        """End the run. Without it, it ends when the script does."""
        self._end("finished", "")

    def fail(self, error: BaseException) -> None:
        """End the run as failed, with the error's sentence; Ctrl-C and a stop that was asked for end it as stopped."""
        if isinstance(error, Stopped | KeyboardInterrupt):
            word = str(error) if isinstance(error, Stopped) else f"interrupted at step {self.step}"
            self._end("stopped", word)
        else:
            self._end("failed", line_of(error), error)

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self.close()
        else:
            self.fail(error)
        return isinstance(error, Stopped)

    def __deepcopy__(self, memo: Any) -> "Run":
        """Itself: there is one run."""
        return self

    def __copy__(self) -> "Run":
        return self

    def __repr__(self) -> str:
        return f"<opttui run {self.name} at step {self.step}>" if self.name else "<opttui run, not recorded>"

    def _end(self, outcome: Outcome, reason: str, error: BaseException | None = None) -> None:
        if self._recording is not None:
            self._recording.end(outcome, reason, error)

    def _log(self, numbers: Mapping[str, Any], step: int | None, lane: int | None) -> None:
        assert self._recording is not None
        fine = {}
        for name, value in numbers.items():
            number = number_in(value)
            if number is not None:
                fine[str(name)[:LONGEST]] = number
            elif value is not None and name not in self._odd:
                self._odd.add(name)
                say(f"{name!r} is no number but {kind(value)} and is not recorded")
        if fine:
            self._recording.log(fine, step, lane)


class LaneLog:
    """One optimizer of a run that has several."""

    def __init__(self, run: Run, lane: int) -> None:
        self._run, self._lane = run, lane

    def log(self, numbers: Mapping[str, Any] | None = None, /, step: int | None = None, **more: Any) -> None:
        """As `Run.log`, for this optimizer alone."""
        if self._run._recording is not None:
            self._run._log({**(numbers or {}), **more}, step, self._lane)
