"""What several benchmarks need: a line of the table, the plain PyTorch loop, and a program in a pseudo-terminal."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opttui.scenario.specs import Scenario

OPTTUI = (sys.executable, "-m", "opttui")


def show(name: str, measured: str, wanted: str = "", ratio: float | None = None, met: bool = True) -> None:
    """Print a line: what was measured, what is wanted of it, and by how much it keeps or misses that.

    Args:
        name: What was measured.
        measured: The figure, with its unit.
        wanted: The bound, with its unit; empty where none is set.
        ratio: Measured over its yardstick: another way of doing the same, or the bound itself.
        met: Whether the figure is within the bound.
    """
    sign = "" if not wanted else "✓" if met else "✗"
    over = "" if ratio is None else f"{ratio:.3f}"
    print(f"{name:<58} {measured:>22} {wanted:>22} {over:>8} {sign}".rstrip(), flush=True)


def within(name: str, value: float, most: float, unit: str, digits: int = 2) -> None:
    """A line for a figure that must not be above a bound; the ratio is figure over bound."""
    show(name, f"{value:,.{digits}f} {unit}", f"≤ {most:g} {unit}", value / most, met=value <= most)


def plain_loop(scenario: "Scenario") -> Callable[[int], None]:
    """The loop that a user would write for a scenario of one lane: takes that many steps, goes on where it was.

    It reads `loss.item()` at each step and gathers its batches as the script of `opttui export` does.
    """
    import torch

    from opttui.problems.batches import take_batch
    from opttui.problems.digits import training_digits
    from opttui.race.build import DTYPES, make_problem
    from opttui.scenario.problem_table import PROBLEMS

    problem, (lane,) = scenario.problem.name, scenario.lanes
    cpu = torch.device("cpu")
    made = make_problem(scenario, cpu, DTYPES[PROBLEMS[problem].dtype])
    model, loss_of = made.model, made.loss
    optimizer = getattr(torch.optim, lane.optimizer)(model.parameters(), **lane.arguments)
    data = training_digits(torch.float32, cpu) if problem == "digits-mlp" else None
    taken = 0

    def take(steps: int) -> None:
        nonlocal taken
        for step in range(taken, taken + steps):
            batch = take_batch(data, 64, scenario.seed, step) if data else None
            optimizer.zero_grad()
            loss = loss_of(model, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            loss.item()
            optimizer.step()
        taken += steps

    return take


class Terminal:
    """A program in a real pseudo-terminal, whose output a thread takes and counts as a terminal would."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], columns: int = 120, rows: int = 40
    ) -> None:
        self.columns, self.rows = columns, rows
        self.chunks: list[tuple[float, bytes]] = []
        """Output with the seconds since the program was started. Appended to by the thread alone."""
        self._here, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=there,
            stdout=there,
            stderr=there,
            start_new_session=True,
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )
        os.close(there)
        self._ended = False
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    @property
    def written(self) -> int:
        """Bytes so far."""
        return sum(len(data) for _, data in self.chunks)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._here, keys.encode())

    def screens(self) -> Iterator[tuple[float, str]]:
        """What the screen shows after each chunk so far, with its seconds."""
        import pyte

        screen = pyte.Screen(self.columns, self.rows)
        stream = pyte.ByteStream(screen)
        for seconds, data in list(self.chunks):
            stream.feed(data)
            yield seconds, "\n".join(screen.display)

    def wait_for(self, seen: Callable[[str], bool], limit: float = 20.0) -> float | None:
        """Seconds from the start until the screen first showed what is looked for; None when it did not in time."""
        deadline = time.perf_counter() + limit
        looked = -1
        while time.perf_counter() < deadline:
            if len(self.chunks) != looked and self._quiet():
                looked = len(self.chunks)
                found = next((seconds for seconds, text in self.screens() if seen(text)), None)
                if found is not None:
                    return found
            if self.process.poll() is not None:
                return None
            time.sleep(0.05)
        return None

    def close(self) -> None:
        """End the program, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._ended = True
        self._thread.join()
        os.close(self._here)

    def _quiet(self) -> bool:
        """Whether a look at the screen would take no time from a program that is still writing its frame."""
        return bool(self.chunks) and time.perf_counter() - self.began - self.chunks[-1][0] > 0.02

    def _drain(self) -> None:
        while not self._ended:
            if not select.select([self._here], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self._here, 1 << 16)
            except OSError:
                return
            self.chunks.append((time.perf_counter() - self.began, data))


def full_frame(text: str) -> bool:
    """Whether a screen shows all four panels and the keys below them."""
    return all(f"F{panel} ─" in text for panel in range(1, 5)) and "help" in text.splitlines()[-1]


@contextlib.contextmanager
def detached(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[str]:
    """A race of its own process with no window on it, stopped in the end; its run's name."""
    started = subprocess.run(
        [*OPTTUI, "race", *arguments, "--detach", "--quiet"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    name = started.stdout.strip()
    try:
        yield name
    finally:
        subprocess.run([*OPTTUI, "stop", name], env=environment, capture_output=True, check=False)
