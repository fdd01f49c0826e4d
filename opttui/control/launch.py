"""Starts a race process and waits until it is ready. Knows nothing of torch: it only reads what the process
says.

The process gets a session of its own, no standard input and a log for its output: so it outlives the
terminal, the window and Ctrl-C in it (each of the three kills a child that inherits the terminal).
"""

import contextlib
import os
import select
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import msgspec

import opttui
from opttui.errors import InputError, RunError
from opttui.printable import printable
from opttui.record.layout import LOG

_CHILDREN: list[subprocess.Popen[bytes]] = []
"""Processes started here, kept so that those that end are reaped. Used by the main thread only."""

TAIL_BYTES = 4096


class Progress(msgspec.Struct):
    """A line on the ready pipe. Exactly one of the first three is there."""

    waiting: str = ""
    """What comes next and may take a while."""
    ready: bool = False
    error: str = ""
    """Why there will be no race, as a sentence."""
    hint: str = ""
    details: str = ""
    """A traceback of the user's own code."""
    user: bool = False
    """The user can put it right: an InputError."""


class Launch:
    """A race process on its way."""

    def __init__(self, path: Path, process: subprocess.Popen[bytes], pipe: int) -> None:
        self.path = path
        self.message = "waiting for Python"
        """What is being waited for, or the sentence of the failure."""
        self.hint = self.details = ""
        self.again = False
        """It goes on with a run that has been raced before, which is there whatever becomes of the process."""
        self.user_error = False
        """The failure is an InputError."""
        self._process = process
        self._pipe: int | None = pipe
        self._buffer = b""
        self._mute = False
        """The process has closed its end of the pipe."""
        self._state: Literal["waiting", "ready", "failed"] = "waiting"

    def poll(self) -> Literal["waiting", "ready", "failed"]:
        """How far it is. Never blocks."""
        while self._state == "waiting" and self._pipe is not None:
            try:
                data = os.read(self._pipe, 4096)
            except BlockingIOError:
                data = None
            if data:
                self._take_in(data)
                continue
            # a child of its own may hold the pipe of a dead process open, and one that has closed it may be dying
            self._mute = data is not None
            code = self._process.poll()
            if code is not None:
                self._died(code)
            break
        return self._state

    def wait(self, timeout: float = 60.0) -> None:
        """Return when the race is ready; InputError or RunError when it will not be, and then its process is
        gone. Out of time, it is stopped."""
        deadline = time.monotonic() + timeout
        while self.poll() == "waiting":
            left = deadline - time.monotonic()
            if left <= 0:
                self.stop()
                raise RunError(f"The race process was not ready after {timeout:.0f} s: {self.message}.")
            self._doze(min(left, 0.5))
        if self._state == "failed":
            self._reap(5.0)
            raise (InputError if self.user_error else RunError)(self.message, self.hint, self.details)

    def stop(self) -> None:
        """End a process that is not ready yet."""
        self._process.terminate()
        self._reap(2.0)
        self._close()

    def _doze(self, seconds: float) -> None:
        """Wait for a word, or for the end of a process that says nothing any more."""
        if self._pipe is not None and not self._mute:
            select.select([self._pipe], [], [], seconds)
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def _reap(self, patience: float) -> None:
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _take_in(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            progress = msgspec.json.decode(line, type=Progress)
            if progress.ready:
                self._state = "ready"
            elif progress.error:
                self._state, self.message, self.hint = "failed", progress.error, progress.hint
                self.user_error, self.details = progress.user, progress.details
            elif progress.waiting:
                self.message = f"waiting for {progress.waiting}"
        if self._state != "waiting":
            self._close()

    def _died(self, code: int) -> None:
        """It went without a word: a crash of the interpreter, a kill, a missing library."""
        how = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
        last = _last_line(self.path / LOG)
        self._state = "failed"
        self.message = f"The race process {how} while {self.message}" + (f": {last}" if last else ".")
        self.hint = f"Its output is in {self.path / LOG}."
        self._close()

    def _close(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


def start(path: Path, command: str = "") -> Launch:
    """Start the race process of the run at `path`, which `create_run` has made. RunError when it cannot be
    started.

    `command`: what a run that is gone on with does first, in words.
    """
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
    path = path.absolute()
    check_own(path)
    reading, writing = os.pipe()
    try:
        log = os.open(path / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            process = subprocess.Popen(
                # -P: the run directory is where it works, and nothing in there may be imported
                [sys.executable, "-P", "-m", "opttui.server", os.fspath(path), str(writing), command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(writing,),
                start_new_session=True,
                cwd=path,
                env=environment(),
            )
        finally:
            os.close(log)
    except OSError as error:
        os.close(reading)
        raise RunError(f"The race process of {path.name} cannot be started: {error.strerror}.") from None
    finally:
        os.close(writing)
    os.set_blocking(reading, False)
    _CHILDREN.append(process)
    return Launch(path, process, reading)


def check_own(path: Path) -> None:
    """RunError where a process of ours would write what somebody else put there, or could change."""
    try:
        info = path.lstat()
    except OSError as error:
        raise RunError(f"The run {printable(path.name)} cannot be looked at: {error.strerror}.") from None
    if not stat.S_ISDIR(info.st_mode):
        wrong = "is a link" if stat.S_ISLNK(info.st_mode) else "is no directory"
    elif info.st_uid != os.getuid():
        wrong = "belongs to somebody else"
    elif info.st_mode & 0o022:
        wrong = f"can be written by others (mode {stat.S_IMODE(info.st_mode):03o})"
    else:
        return
    raise RunError(
        f"The run {printable(str(path), 400)} {wrong}, so no race is run there.", "Copy it: cp -r."
    )


def environment() -> dict[str, str]:
    """Ours, with the folder of this package where it is not installed, since the process works elsewhere.

    NumPy's OpenBLAS reads its number of threads when it is loaded: from 4,608 parameters on it would wake a second
    one at each step for a product that one core has done in 2 µs, and sums would depend on the number of cores.
    """
    alone = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    root = Path(opttui.__file__).parents[1]
    if root.name in ("site-packages", "dist-packages"):
        return alone
    paths = [os.fspath(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**alone, "PYTHONPATH": os.pathsep.join(paths)}


def _last_line(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - TAIL_BYTES))
            lines = file.read().decode(errors="replace").split("\n")
    except OSError:
        return ""
    return printable(next((line.strip() for line in reversed(lines) if line.strip()), ""))[:300]
