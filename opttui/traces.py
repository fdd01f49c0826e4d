"""A traceback as whoever wrote the failing code wants to see it: without the frames that led there. Knows no lane."""

import signal
import sys
import traceback
from pathlib import Path

OURS = str(Path(__file__).resolve().parent)
LONGEST = 8000
"""Characters of a traceback that are kept, from its end."""


def raised() -> tuple[type[BaseException], ...]:
    """What an optimizer or a problem may raise; none of it is to end more than what it belongs to.

    Ctrl-C raises nothing in a race process, and elsewhere a KeyboardInterrupt is a person's.
    """
    persons = signal.getsignal(signal.SIGINT) == signal.default_int_handler
    return (Exception, SystemExit) if persons else (Exception, SystemExit, KeyboardInterrupt)


def words_of(error: BaseException) -> str:
    """What an exception says, or nothing where it cannot say it."""
    try:
        return str(error)
    except Exception:
        return ""


def line_of(error: BaseException) -> str:
    """The exception in one line."""
    return traceback.format_exception_only(error)[-1].strip().splitlines()[0]


def trace_of(error: BaseException) -> str:
    """The traceback without our own frames, and those of Python's import, at its head."""
    frames = traceback.extract_tb(error.__traceback__)
    while len(frames) > 1 and frames[0].filename.startswith((OURS, "<frozen")):
        del frames[0]
    text = "".join(traceback.format_list(frames)) + "".join(traceback.format_exception_only(error))
    return "Traceback (most recent call last):\n" + text[-LONGEST:]


def place_of(error: BaseException) -> str:
    """`task.py, line 12, in loss`: the innermost frame in a file that is neither ours nor installed; empty if none."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        name = frame.filename
        if not name.startswith((OURS, "<", sys.base_prefix, sys.prefix)) and "site-packages" not in name:
            return f"{Path(name).name}, line {frame.lineno}, in {frame.name}"
    return ""
