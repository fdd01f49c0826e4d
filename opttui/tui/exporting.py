"""Exports asked for in a window: a process of their own each, so that no frame waits for one. Knows no widget."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from opttui.printable import printable
from opttui.record.seen import SeenRun
from opttui.sources.watched import Watched
from opttui.tui.view import RaceView

KINDS = (
    ("html", "one page with everything, readable without a network"),
    ("svg", "the chosen chart as a drawing"),
    ("png", "the chosen chart as a picture"),
    ("csv", "every row, exact"),
    ("parquet", "every row, typed and small"),
    ("jsonl", "rows, validation and events, an object a line"),
    ("tensorboard", "a directory for TensorBoard"),
    ("py", "the plain PyTorch script"),
    ("toml", "the race and all that was done to it"),
)
"""Suffix, or for a directory its kind, and what it is."""
METRIC = "validation/"
"""Before the name of a chart that is some other number's."""
CHARTS = {"loss": "loss", "path": "path", "rate": "lr"}
"""Chart of a panel; the loss for all others."""


def proposed(run: str, kind: str, panel: str = "loss") -> str:
    """A path for an export, where nothing is yet."""
    stem = f"{run}-{CHARTS.get(panel, 'loss')}" if kind in ("svg", "png") else run
    ending = "-tb/" if kind == "tensorboard" else f".{kind}"
    for number in range(1, 1000):
        path = f"{stem}{f'-{number}' if number > 1 else ''}{ending}"
        if not os.path.lexists(path.rstrip("/")):
            return path
    return f"{stem}{ending}"


def kind_of(path: str) -> str:
    """What the end of a path stands for; empty where it is none of the kinds."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if path.endswith("/") or (path and not suffix):
        return "tensorboard"
    return suffix if suffix in {kind for kind, _ in KINDS} else ""


def arguments_of(view: RaceView) -> list[str]:
    """What `opttui export` is told of a window's run: all logs that it watches, chosen as there."""
    reader = view.reader
    if not isinstance(reader, Watched):
        return paths_of(reader)
    choice, options = reader.choice, []
    for name, words in (
        ("metric", choice.metric),
        ("metrics", ",".join(choice.metrics)),
        ("filter", " ".join(choice.words)),
    ):
        options += [f"--{name}={words}"] if words else []
    return [*options, "--", *paths_of(reader)]


def paths_of(run: SeenRun) -> list[str]:
    """Where a run or what is watched lies."""
    return [os.fspath(path) for path in (run.paths if isinstance(run, Watched) else (run.path,))]


def chart_of(view: RaceView) -> str:
    """The chart that is drawn of the chosen panel."""
    if view.chosen == "loss" and view.metric:
        return f"{METRIC}{view.metric}"
    return CHARTS.get(view.chosen, "loss")


class Export:
    """A running export."""

    def __init__(self, arguments: Sequence[str], target: str) -> None:
        """`arguments`: of `opttui export`. OSError where no process can be started."""
        self.target = target
        self._process = subprocess.Popen(
            [sys.executable, "-m", "opttui", "export", f"--to={target}", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # Ctrl-C in the window's terminal is the window's.
            start_new_session=True,
        )

    def over(self) -> bool:
        """Whether it has come to its end, well or badly."""
        return self._process.poll() is not None

    def outcome(self) -> tuple[bool, str]:
        """Whether it went well, and a sentence; waits for its end."""
        _, errors = self._process.communicate()
        if self._process.returncode == 0:
            return True, f"Written: {where(self.target)}"
        lines = [line for line in errors.decode(errors="replace").splitlines() if line.startswith("opttui: ")]
        told = lines[-1].removeprefix("opttui: ") if lines else "The export has ended without a word."
        return False, printable(told, 400)

    def stop(self) -> None:
        """As Ctrl-C does: what is half written goes."""
        with contextlib.suppress(OSError):
            self._process.send_signal(signal.SIGINT)


def where(target: str) -> str:
    """A path in full, with its size where it is a file."""
    path = Path(target).expanduser().absolute()
    try:
        size = path.stat().st_size
    except OSError:
        return printable(str(path), 300)
    if path.is_dir():
        return f"{printable(str(path), 300)}/"
    amount = next(
        (f"{size / n:.1f} {word}" for n, word in ((1e6, "MB"), (1e3, "kB")) if size >= n), f"{size} B"
    )
    return f"{printable(str(path), 300)} ({amount})"
