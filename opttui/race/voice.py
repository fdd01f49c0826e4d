"""What an optimizer prints or warns while it steps, kept with its lane. A print would otherwise corrupt a screen."""

import io
import sys
import warnings
from typing import Any, TextIO

MOST = 20
"""Notes kept of one lane; an optimizer that prints at every step would fill the record."""
LONGEST = 500


class Voice(io.TextIOBase):
    """Stands in for stdout, stderr and `warnings.showwarning` while a lane's code runs (0.3 µs a step)."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        """Notes that were not fetched yet."""
        self.kept = 0
        self._part = ""
        # A stack, since a lane is validated at its optimizer's average: one passage lies inside another.
        self._before: list[tuple[TextIO, TextIO, Any]] = []

    def __enter__(self) -> "Voice":
        self._before.append((sys.stdout, sys.stderr, warnings.showwarning))
        sys.stdout = sys.stderr = self
        warnings.showwarning = self.warn
        return self

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr, warnings.showwarning = self._before.pop()

    def write(self, text: str) -> int:
        """Keep whole lines."""
        *whole, self._part = (self._part + text).split("\n")
        for line in whole:
            self._keep(line)
        self._part = self._part[:LONGEST]
        return len(text)

    def warn(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        """As `warnings.showwarning`."""
        self._keep(
            f"{category.__name__}: {str(message).strip().splitlines()[0] if str(message).strip() else ''}"
        )

    def fetch(self) -> list[str]:
        """The notes since the last call."""
        lines, self.lines = self.lines, []
        return lines

    def _keep(self, line: str) -> None:
        if not line.strip() or self.kept > MOST:
            return
        self.kept += 1
        self.lines.append(line[:LONGEST] if self.kept <= MOST else "more was printed; it is not kept")

    def fileno(self) -> int:
        """Not a file: what writes to the descriptor itself goes to the process's log."""
        raise OSError("a lane's output has no file descriptor")
