"""What stdin, stdout and stderr are, and one way to write to each. Knows no verb."""

import codecs
import contextlib
import io
import os
import shutil
import sys
from typing import TextIO

from opttui.printable import printable


def has_person() -> bool:
    """Whether somebody sits there who can be asked."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def has_screen() -> bool:
    """Whether a screen can be shown and keys be read; a dumb terminal cannot move its cursor."""
    return has_person() and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is one. A process may be started with some of them closed."""
    return stream is not None and not stream.closed and stream.isatty()


def width_of(stream: TextIO | None) -> int | None:
    """Cells of a terminal's line, from $COLUMNS or the terminal itself; None in a pipe, which has no width."""
    return shutil.get_terminal_size().columns if is_terminal(stream) else None


def takes_colour(stream: TextIO | None) -> bool:
    """Whether colours belong there: a terminal whose owner has not said no (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def complain(sentence: str) -> None:
    """One line on stderr, fit for a terminal, that ends like a sentence."""
    line = printable(sentence)
    line += "" if line.endswith((".", "?", "!", ")")) else "."
    # A closed stderr leaves nobody to tell.
    with contextlib.suppress(OSError, ValueError):
        print(f"opttui: {line}", file=sys.stderr, flush=True)


def quote(text: str) -> None:
    """Somebody else's words on stderr, line by line, fit for a terminal; nothing where there are none."""
    with contextlib.suppress(OSError, ValueError):
        for line in text.splitlines():
            print(printable(line), file=sys.stderr)


LIKENESS = {
    **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"),
    **{
        "─": "-",
        "│": "|",
        "•": ".",
        "·": ".",
        "…": "~",
        "–": "-",
        "−": "-",
        "→": ">",
        "×": "x",
        "≤": "<",
        "÷": "/",
    },
    **{"✓": "+", "✗": "x", "★": "*", "◆": "o", "━": "=", "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "#"},
    **dict.fromkeys("▍▎▏", " "),
}
"""One ASCII character for each that charts and tables are made of."""


def tolerate_narrow_encodings() -> None:
    """Characters that a terminal's encoding lacks become what looks like them, else `?`, instead of an exception."""
    codecs.register_error("likeness", likeness)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="likeness")


def likeness(error: UnicodeError) -> tuple[str, int]:
    """What is written instead of the characters that an encoding lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(LIKENESS.get(character, "?") for character in lacking), error.end


def silence_stdout() -> None:
    """When it takes no more: what is still buffered goes nowhere, and the interpreter exits quietly."""
    if sys.stdout is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with contextlib.suppress(OSError, ValueError):
        os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
