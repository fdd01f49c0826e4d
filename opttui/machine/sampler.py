"""Reads the machine about once a second in a thread of its own, and records it with a run. Knows no race and no torch.

    sampler = Sampler(run, lambda: step)        # a run's directory, and the step that a reading belongs to
    ...
    sampler.close()

A disk that refuses, a driver that goes or a system that tells nothing leaves readings out and stops nothing. A
reading takes 0.5 ms of CPU by itself and 1.8 ms beside a race of networks on two cores, 0.17 % of its time.
"""

import math
import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from opttui.record.machine import Card, Computer, MachineWriter, Running

FIRST = 0.25
"""Seconds until the first reading, so that a window has something to show."""
EVERY = 1.0
"""Seconds between two readings in a run's first hour. Later it is a 3,600th of its age, up to `SELDOM`: a week on a
machine of 16 cores and a card is 15 MB."""
SELDOM = 5.0
PROCESSES = 5
"""Readings between two looks at the processes on the cards."""
AGAIN = 30
"""Readings between two tries to find a driver that has gone."""
GROWN = 64 * 2**20
"""Bytes by which a process's memory on a card must change to be worth a word."""


class Sampler:
    """Begins with its making. Everything but `close` happens in its own thread."""

    def __init__(
        self,
        run: Path,
        step: Callable[[], int] = lambda: 0,
        *,
        library: object = None,
        every: float = EVERY,
        first: float = FIRST,
    ) -> None:
        """
        Args:
            run: The run's directory.
            step: The step at which the race is now; called from the thread, so it must only read.
            library: Stands for NVML, in tests.
            every: Seconds between two readings.
            first: Seconds until the first one.
        """
        self._run = run
        self._step = step
        self._library = library
        self._every, self._first = every, first
        self._stop = threading.Event()
        self.readings = 0
        """Recorded so far. Written by the thread."""
        self.spent = 0.0
        """Seconds of CPU that the thread took. Written by the thread."""
        self.failed = ""
        """Why the newest reading was not recorded; empty where it was. Written by the thread."""
        self._thread = threading.Thread(target=self._work, name="opttui-machine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take a last reading and end the thread, waiting for a second at most; a second call does nothing."""
        self._stop.set()
        self._thread.join(1.0)

    def _work(self) -> None:
        try:
            self._sample()
        except Exception as error:  # readings are worth less than the training that they are taken of
            self.failed = f"{type(error).__name__}: {error}"

    def _sample(self) -> None:
        # psutil takes 20 ms to load, which the race does not wait for.
        from opttui.machine.cards import Cards  # noqa: PLC0415
        from opttui.machine.processor import Processor  # noqa: PLC0415

        began = time.monotonic()
        processor = Processor()
        processor.read()
        cards = Cards(self._library)
        log = Diary(self._run)
        due, count = began + self._first, 0
        try:
            ended = False
            while not ended:
                ended = self._stop.wait(max(0.0, due - time.monotonic()))
                age = time.monotonic() - began
                values = {**processor.read(), **cards.read()}
                if count % AGAIN == AGAIN - 1 and cards.look_again():
                    values |= cards.read()
                on_cards = cards.processes() if cards.devices and count % PROCESSES == 0 else None
                self.failed = log.write(age, self._step(), values, cards.cards, on_cards)
                count += 1
                self.readings += not self.failed
                self.spent = time.thread_time()
                due += max(self._every, min(age / 3600, SELDOM))
                # After a sleep of the whole machine there is nothing to be caught up with.
                due = max(due, time.monotonic())
        finally:
            cards.close()
            log.close()


class Diary:
    """What is known of the machine, said once, and readings after it."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._writer: MachineWriter | None = None
        self._computer: Computer | None = None
        """What the log was told last."""
        self._processes: tuple[Running, ...] = ()
        self._began = time.time()

    def write(
        self,
        age: float,
        step: int,
        values: dict[str, float],
        cards: tuple[Card, ...],
        processes: tuple[Running, ...] | None,
    ) -> str:
        """Append a reading; why not, where the disk refuses."""
        try:
            self._writer = self._writer or MachineWriter(self._run)
            self._introduce(values, cards)
            assert self._computer is not None
            row = [values.get(name, math.nan) for name in self._computer.channels]
            self._writer.reading(age, time.time(), step, row)
            if processes is not None and differ(processes, self._processes):
                self._writer.processes(age, processes)
                self._processes = processes
        except OSError as error:
            return error.strerror or str(error)
        return ""

    def close(self) -> None:
        """Close the log."""
        if self._writer is not None:
            self._writer.close()

    def _introduce(self, values: dict[str, float], cards: tuple[Card, ...]) -> None:
        """Say what is read, where it is something else than before: channels only ever come."""
        known = self._computer.channels if self._computer is not None else ()
        if self._computer is not None and self._computer.cards == cards and set(values) <= set(known):
            return
        channels = tuple(dict.fromkeys((*known, *values)))
        computer = self._described(channels, cards)
        assert self._writer is not None
        self._writer.computer(computer)
        self._computer = computer

    def _described(self, channels: tuple[str, ...], cards: tuple[Card, ...]) -> Computer:
        from opttui.machine import processor  # noqa: PLC0415

        cores, usable = processor.cores()
        return Computer(
            host=socket.gethostname(),
            processor=processor.name(),
            cores=cores,
            usable=usable,
            memory=processor.total_memory(),
            limit=processor.limit(),
            pid=os.getpid(),
            began=self._began,
            channels=channels,
            cards=cards,
        )


def differ(processes: tuple[Running, ...], before: tuple[Running, ...]) -> bool:
    """Whether processes have come or gone, or one has grown by much."""
    if [(each.card, each.pid) for each in processes] != [(each.card, each.pid) for each in before]:
        return True
    return any(
        abs((new.memory or 0.0) - (old.memory or 0.0)) >= GROWN
        for new, old in zip(processes, before, strict=True)
    )
