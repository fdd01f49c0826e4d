"""How far a race is, on stderr: a bar on a terminal, else a line at every tenth. Knows no run."""

import contextlib
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from opttui.cli.stdio import is_terminal

if TYPE_CHECKING:
    from rich.progress import TaskID


class Meter(Protocol):
    """Told how far it is."""

    def show(self, done: float, words: str) -> None:
        """`done` is a fraction; `words` say what there is to say."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Silence:
    """Says nothing."""

    def show(self, done: float, words: str) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing."""


class Lines(Silence):
    """A line whenever a tenth more is done."""

    def __init__(self) -> None:
        self._tenths = 0

    def show(self, done: float, words: str) -> None:
        """A line for a new tenth."""
        tenths = int(done * 10 + 1e-9)
        if tenths > self._tenths:
            self._tenths = tenths
            # Nobody may be left to read how far it is; the race is watched to its end all the same.
            with contextlib.suppress(OSError, ValueError):
                print(f"{tenths * 10:3d} %  {words}", file=sys.stderr, flush=True)


class Bar:
    """Rich's progress bar."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.percentage:3.0f} %"),
            BarColumn(),
            TextColumn("{task.description}", markup=False),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID = self._progress.add_task("", total=1.0)

    def show(self, done: float, words: str) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=done, description=words)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def meter(quiet: bool) -> Meter:
    """What suits stderr."""
    if quiet:
        return Silence()
    return Bar() if is_terminal(sys.stderr) else Lines()
