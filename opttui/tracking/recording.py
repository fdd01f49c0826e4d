"""A tracked script while it is recorded: its lanes, its ears, its way to disk. Knows no argument of `opttui.track`.

What goes wrong here ends the recording with a warning, and never the script.
"""

import atexit
import contextlib
import os
import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from opttui.errors import Stopped
from opttui.machine.sampler import Sampler
from opttui.record.events import Event
from opttui.record.manifest import Outcome
from opttui.scenario.nearest import meant
from opttui.traces import line_of, trace_of
from opttui.tracking.ears import Ears
from opttui.tracking.ferry import Ferry
from opttui.tracking.hooks import Arguments, Before, around_steps
from opttui.tracking.lane import TrackedLane
from opttui.tracking.metrics import Metrics
from opttui.tracking.orders import Orders
from opttui.tracking.recorder import Recorder

FLUSH_SECONDS = 0.2
"""Between two rounds in which rows are made of what has happened: what a kill costs, with what waits to be written."""
PATIENCE = 10.0
"""Seconds that the end of a run waits for its last words to be written."""
LOSS = "loss"
CUDA = torch.version.cuda is not None or torch.version.hip is not None
"""Whether this torch knows CUDA graphs."""

_RECORDED: "set[Recording]" = set()
"""Those that have not ended; what the end of the script has to end."""
_ENDING: "weakref.WeakSet[Recorder]" = weakref.WeakSet()
"""What writes the last words of those that nobody waits for; the end of the script does."""


class Recording:
    """Used from the thread that trains; its ears and its way to disk have threads of their own."""

    def __init__(
        self,
        recorder: Recorder,
        lanes: Sequence[TrackedLane],
        ferry: Ferry,
        orders: Orders,
        ears: Ears,
    ) -> None:
        self.path: Path = recorder.path
        self.active = True
        """False once it has ended, and in every forked child from its first moment on."""
        self._recorder, self._lanes, self._ferry = recorder, lanes, ferry
        self._orders, self._ears = orders, ears
        self._metrics = Metrics(ferry, recorder)
        self._due = 0.0
        self._looked = False
        """Whether the script has ever asked if it should stop."""
        self._in_step = 0
        self._put_off: TrackedLane | None = None
        """Whose loss is waited for before what was asked is done, so that the row of its last step is whole in a pause."""
        self._gone = 0
        self._removers: list[Callable[[], None]] = []
        self._sampler = Sampler(self.path, self.step)
        recorder.before_work = self._catch_up_idly
        _RECORDED.add(self)

    def follow(self, lane: TrackedLane, optimizer: Any) -> None:
        """Record the steps of an optimizer, for as long as it lives."""
        self._removers.append(around_steps(optimizer, self._before(lane), self._after(lane)))
        weakref.finalize(optimizer, self._optimizer_gone).atexit = False

    def step(self) -> int:
        """Steps that the furthest lane has taken."""
        return self._orders.step()

    def looked_at_stop(self) -> bool:
        """Whether somebody has asked for a stop; from now on the script ends by itself."""
        self._looked = True
        if self._put_off is not None and self._orders.is_to_stop:
            self._obey()
        return bool(self._orders.stopped_by)

    def number_of(self, lane: str | int) -> int:
        """Of a lane by name or number. KeyError, in one sentence, for one that there is not."""
        for known in self._lanes:
            if lane in (known.id, known.name):
                return known.id
        raise KeyError(
            f"There is no lane {lane!r}: {meant(str(lane), [known.name for known in self._lanes])}"
        )

    def log_loss(self, loss: float | Tensor) -> None:
        """Record a loss and nothing else."""
        if self.active:
            try:
                for lane in self._lanes:
                    lane.log_loss(loss)
                if self._lanes[0].logs_after and time.perf_counter() >= self._due:
                    self._hand_out()
            except Exception as error:
                self._broken(error)
            if self._put_off is not None:
                self._obey()

    def log(self, numbers: Mapping[str, Any], step: int | None, lane: int | None) -> None:
        """Record numbers: a loss with its row, all others as rows of their own."""
        if not self.active:
            return
        try:
            for each in self._lanes if lane is None else (self._lanes[lane],):
                others = dict(numbers)
                if step is None and LOSS in others:
                    each.log_loss(others.pop(LOSS))
                if others and (lane is not None or each.id == 0):
                    self._metrics.tell(each.id, each.at() if step is None else step, others)
        except Exception as error:
            self._broken(error)
        if self._put_off is not None and step is None and LOSS in numbers:
            self._obey()

    def end(self, outcome: Outcome, reason: str, error: BaseException | None = None) -> None:
        """End the run, and wait until its last words are written."""
        if not self.active:
            return
        self._let_go()
        with contextlib.suppress(Exception):  # a device that has failed has no last numbers
            self._gather()
        self._recorder.end(lambda: self._last_words(outcome, reason, error))
        if not self._recorder.wait(PATIENCE):
            self._recorder.warn("its last words could not be written in time")

    def _let_go(self) -> None:
        self.active = False
        _RECORDED.discard(self)
        if not self._in_step:  # torch walks through its hooks meanwhile
            for remove in self._removers:
                remove()

    def _gather(self) -> None:
        """All numbers that are still on their way."""
        for lane in self._lanes:
            lane.let_go()
        self._ferry.arrive(wait=True)
        for lane in self._lanes:
            lane.rows.finish()

    def _last_words(self, outcome: Outcome, reason: str, error: BaseException | None) -> tuple[Event, ...]:
        """In the thread that writes."""
        self._ears.close()
        self._sampler.close()
        if self._orders.stopped_by and outcome == "finished":
            outcome, reason = "stopped", self._orders.stopped_by
        trace = {"traceback": trace_of(error)} if error is not None else {}
        words = []
        for lane in self._lanes:
            how, why = outcome, reason
            if lane.rows.broke is not None and how == "finished":
                how, why = "diverged", f"step {lane.rows.broke[0]}: the loss is {lane.rows.broke[1]}"
            data = {"outcome": how, "reason": why, **trace}
            words.append(Event("outcome", why or how, lane=lane.id, step=lane.step, data=data))
        return (*words, Event("ended", "the script has ended", step=self.step()))

    def _before(self, lane: TrackedLane) -> Before:
        def before(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments | None:
            if self._put_off is lane:  # no loss was logged for its last step
                self._obey()
            if not self.active or (CUDA and captured()):
                return None
            self._in_step += 1
            try:
                return lane.before(args, kwargs)
            except Exception as error:
                self._broken(error)
                return None

        return before

    def _after(self, lane: TrackedLane) -> Callable[[], None]:
        def after() -> None:
            if not self.active or (CUDA and captured()):
                return
            self._in_step = 0
            try:
                lane.after()
                self._between()
            except Exception as error:
                self._broken(error)
            if self._orders.waiting:
                if lane.awaits_loss:
                    self._put_off = self._put_off or lane
                else:
                    self._obey()
            elif self._orders.stopped_by:
                self._stop()

        return after

    def _obey(self) -> None:
        """Do what was asked, between two steps."""
        self._put_off = None
        if self.active:
            try:
                self._orders.attend(self._publish_all)
            except Exception as error:
                self._broken(error)
            if self._orders.stopped_by:
                self._stop()

    def _stop(self) -> None:
        """Somebody has asked for it, and a script that never asks is stopped here."""
        if not self._looked:
            raise Stopped(
                f"{self._orders.stopped_by}.",
                "A script that looks at run.should_stop ends by itself instead.",
            )

    def _between(self) -> None:
        """Between two steps."""
        late = time.perf_counter() - self._due
        # Where losses are logged after their steps, rows are whole then.
        if late >= 0 and (late >= FLUSH_SECONDS or not self._lanes[0].logs_after):
            self._hand_out()

    def _hand_out(self) -> None:
        """Rows to the thread that writes."""
        now = time.perf_counter()
        self._due = now + FLUSH_SECONDS
        self._ferry.arrive()
        for lane in self._lanes:
            lane.rows.catch_up()
        self._orders.read_speed(now)
        self._recorder.revive()

    def _catch_up_idly(self) -> None:
        """In the thread that writes: the last rows of a script that does something else than stepping now."""
        if self.active and time.perf_counter() >= self._due + 2 * FLUSH_SECONDS:
            for lane in self._lanes:
                lane.rows.catch_up()

    def _publish_all(self) -> None:
        self._ferry.arrive(wait=True)
        for lane in self._lanes:
            lane.rows.catch_up()

    def _broken(self, error: Exception) -> None:
        """Stop recording; the script goes on."""
        self._recorder.warn(f"recording failed ({type(error).__name__}: {error}); training goes on")
        with contextlib.suppress(Exception):
            for lane in self._lanes:
                lane.let_go()
            self._let_go()
            _ENDING.add(self._recorder)
            self._recorder.end(lambda: self._last_words("stopped", f"recording failed: {error}", error))

    def _optimizer_gone(self) -> None:
        """Called by the garbage collector, in any thread: when no optimizer is left, there is nothing to come."""
        self._gone += 1
        if self.active and self._gone == len(self._lanes):
            self.active = False
            _RECORDED.discard(self)
            _ENDING.add(self._recorder)
            self._recorder.end(self._words_of_the_gone)

    def _words_of_the_gone(self) -> tuple[Event, ...]:
        with contextlib.suppress(Exception):
            self._gather()
        return self._last_words("finished", "", None)

    def forked(self) -> None:
        """In a child: the run is its parent's."""
        self.active = False
        self._ears.forsake()


def controlling(optimizers: Sequence[Any]) -> str:
    """Name of a run that turns one of some optimizers already; empty where none does. Two would undo each other."""
    for recording in _RECORDED:
        known = [lane.optimizer() for lane in recording._lanes]
        if recording._orders.control and any(each is other for each in optimizers for other in known):
            return recording.path.name
    return ""


def captured() -> bool:
    """Whether a CUDA graph is being captured: what is enqueued then is no step, and nothing may be read."""
    return bool(torch.cuda.is_initialized()) and torch.cuda.is_current_stream_capturing()  # type: ignore[no-untyped-call]


def end_all() -> None:
    """The script is at its end. An error that has ended it has been printed by now."""
    error = None
    if not (hasattr(sys, "ps1") or sys.flags.interactive or "ipykernel" in sys.modules):
        error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    for recording in list(_RECORDED):
        if isinstance(error, Stopped | KeyboardInterrupt):
            recording.end("stopped", str(error) or f"interrupted at step {recording.step()}")
        elif error is not None:
            recording.end("failed", line_of(error), error)
        else:
            recording.end("finished", "")
    for recorder in list(_ENDING):
        recorder.wait(PATIENCE)


def leave_all() -> None:
    """In a forked child (a worker of a DataLoader): nothing of the parent's runs is written or answered from here."""
    for recording in list(_RECORDED):
        recording.forked()
    _RECORDED.clear()
    _ENDING.clear()


atexit.register(end_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=leave_all)
