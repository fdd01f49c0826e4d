"""Asks a process of its own what a schedule will do. Never waits; knows no torch."""

import contextlib
import os
import subprocess
import sys

import msgspec

from opttui.control.launch import environment
from opttui.record.manifest import Plan
from opttui.scenario.specs import LaneSpec


class Question(msgspec.Struct, frozen=True):
    """What will the learning rate of a lane be?"""

    number: int
    lane: LaneSpec
    lr: float
    """The optimizer's own rate."""
    steps: int


class Answer(msgspec.Struct, frozen=True):
    """It will be so; no plan where it depends on the loss."""

    number: int
    plan: Plan | None
    complaint: str = ""


class Rehearsing:
    """A line to the process, which starts with the first question; only the newest question counts."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._buffer, self._told = b"", False
        self._told = False
        """Whether it has been said that the process is gone."""

    def ask(self, lane: LaneSpec, lr: float, steps: int) -> None:
        """Ask; the answer comes with a later `answer`."""
        self._number += 1
        line = msgspec.json.encode(Question(self._number, lane, lr, steps)) + b"\n"
        if self._process is None or self._process.poll() is not None:
            self._start()
        # A process that has just died answers nothing; the next question starts another.
        with contextlib.suppress(OSError):
            os.write(self._process.stdin.fileno(), line)  # type: ignore[union-attr]

    def answer(self) -> Answer | None:
        """The answer to the newest question, once, when it has come."""
        if self._process is None or self._process.stdout is None:
            return None
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._process.stdout.fileno(), 1 << 16):
                self._buffer += data
        *lines, self._buffer = self._buffer.split(b"\n")
        if not lines and self._process.poll() is not None and not self._told:
            self._told = True
            return Answer(self._number, None, "no rehearsal: its process has ended")
        answers = [msgspec.json.decode(line, type=Answer) for line in lines]
        return next((answer for answer in answers if answer.number == self._number), None)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> None:
        self.close()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "opttui.server.rehearsal"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment(),
            start_new_session=True,
        )
        os.set_blocking(self._process.stdout.fileno(), False)  # type: ignore[union-attr]
        self._buffer, self._told = b"", False
