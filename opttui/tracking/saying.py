"""A word to whoever runs the script. Whatever the script does with warnings, none of ours ever ends it."""

import contextlib
import sys
import warnings

from opttui.errors import TrackingWarning


def say(sentence: str) -> None:
    """Warn; where warnings are errors, as a line on stderr."""
    try:
        warnings.warn(f"opttui: {sentence}.", TrackingWarning, stacklevel=3)
    except Warning:
        tell(f"{sentence}.")


def tell(line: str) -> None:
    """A line on stderr, if there is one."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"opttui: {line}\n")
