"""The user's own ssh as a process: its command line, its words, the first words from the far end. Knows no record.

Passwords and questions about host keys are between ssh and the terminal (`/dev/tty`), which is why the first connection
is made before there is a screen; those after it ask nothing (BatchMode).
"""

import contextlib
import os
import select
import shlex
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable

from opttui.control.far.messages import ANY_MAGIC, MAGIC
from opttui.control.far.place import Place
from opttui.errors import RunError
from opttui.printable import printable

SEARCH = """\
for f in opttui "$HOME/.local/bin/opttui"; do
command -v "$f" >/dev/null 2>&1 && exec "$f" relay -- "$@"
done
python3 -c "import opttui.cli.main" >/dev/null 2>&1 && exec python3 -m opttui relay -- "$@"
echo; echo opttui relay nowhere"""
"""Run by the far end's sh: whatever the login shell is, it only has to start it."""
NOWHERE = b"\nopttui relay nowhere\n"
NOISE = 64 * 1024
"""Bytes that a login shell may print before the far end begins."""
HOLD = 0.5
"""Seconds that a word of ssh's is held back, so that of a failure it becomes part of the sentence."""
UNREACHED = 255
"""ssh's own status."""


class Ssh:
    """A connection on its way, or made."""

    def __init__(self, place: Place, program: str = "", batch: bool = False) -> None:
        """RunError when there is no ssh.

        Args:
            place: Where to, and which run.
            program: The opttui over there, as its shell has it; empty: looked for.
            batch: Whether nothing may be asked.
        """
        self.place = place
        self.words: deque[str] = deque(maxlen=20)
        """What ssh and the far end have said beside the conversation, the newest last. Appended to by a thread."""
        self._fresh: deque[tuple[float, str]] = deque()
        self._left = b""
        try:
            self.process = subprocess.Popen(
                command_line(place, program, batch),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            raise RunError("There is no ssh on this machine's PATH.", "Install an OpenSSH client.") from None
        except OSError as error:
            raise RunError(f"ssh cannot be started: {error.strerror}.") from None
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def reading(self) -> int:
        """What comes from there."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    @property
    def writing(self) -> int:
        """What goes there."""
        assert self.process.stdin is not None
        return self.process.stdin.fileno()

    def greet(self, tell: Callable[[str], None] = lambda words: None, patience: float | None = None) -> bytes:
        """Wait for the far end to begin; what came after its first words. RunError when it does not.

        Args:
            tell: Takes what ssh says meanwhile, a line at a time.
            patience: Seconds; None where a person may be typing a password.
        """
        deadline = None if patience is None else time.monotonic() + patience
        data = b"\n"
        while MAGIC not in data:
            self._pass_on(tell)
            ready, _, _ = select.select([self.reading], [], [], 0.1)
            if ready:
                part = os.read(self.reading, 4096)
                data += part
                if not part or NOWHERE in data or len(data) > NOISE:
                    raise self._why(data)
            if deadline is not None and time.monotonic() > deadline:
                raise RunError(f"{self.place.host} does not answer.")
        return data[data.index(MAGIC) + len(MAGIC) :]

    def last_words(self) -> str:
        """What ssh said last, fit for a terminal."""
        return next((line for line in reversed(tuple(self.words)) if line), "")

    def close(self) -> None:
        """Hang up."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(OSError):
            self.process.terminate()
        try:
            self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._thread.join(1.0)
        if self.process.stderr is not None and not self._thread.is_alive():
            self.process.stderr.close()

    def _why(self, data: bytes) -> RunError:
        """Why there is no conversation."""
        host = printable(self.place.host)
        if NOWHERE in data:
            return RunError(
                f"There is no opttui on {host}, or not on the PATH of its ssh.",
                "Install it there, or say where it is: --opttui '~/venv/bin/opttui'.",
            )
        if ANY_MAGIC in data:
            return RunError(
                f"opttui on {host} is of another version.", "Install the same one on both machines."
            )
        if len(data) > NOISE:
            return RunError(f"{host} prints more than a greeting before it lets opttui speak.")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2.0)
        self._thread.join(1.0)
        said = self.last_words().removeprefix("opttui: ").removeprefix("ssh: ").rstrip(".")
        if self.process.returncode == UNREACHED:
            return RunError(f"{host} cannot be reached through ssh" + (f": {said}." if said else "."))
        return RunError(f"There is no opttui to speak to on {host}" + (f": {said}." if said else "."))

    def _pass_on(self, tell: Callable[[str], None]) -> None:
        while self._fresh and time.monotonic() - self._fresh[0][0] > HOLD:
            tell(self._fresh.popleft()[1])

    def _listen(self) -> None:
        assert self.process.stderr is not None
        with contextlib.suppress(ValueError, OSError):
            for line in self.process.stderr:
                words = printable(line[:1000].decode(errors="replace")).strip()
                self.words.append(words)
                self._fresh.append((time.monotonic(), words))
                while len(self._fresh) > 100:
                    self._fresh.popleft()


def command_line(place: Place, program: str, batch: bool) -> list[str]:
    """How ssh is called. Forwardings of the user's configuration are left out: they belong to other connections, and
    would listen."""
    run = shlex.quote(place.run)
    far = f"exec {program} relay -- {run}" if program else f"exec sh -c {shlex.quote(SEARCH)} sh {run}"
    options = ["-o", "BatchMode=yes"] if batch else []
    return ["ssh", "-T", "-a", "-x", "-o", "ClearAllForwardings=yes", *options, "--", place.host, far]
