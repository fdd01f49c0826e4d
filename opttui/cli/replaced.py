"""A file that appears whole or not at all. Knows no format."""

import contextlib
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from opttui.errors import InputError


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """A text file that takes the place of `path` when the block ends well; a failure leaves nothing behind.

    An existing file keeps its mode and, behind a link, its place. InputError when it cannot be written.
    """
    target = path.resolve() if path.is_symlink() else path
    mode = _mode_to_keep(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        # The user's umask applies, as it would for `>`.
        with draft.open("x", encoding="utf-8", newline="") as file:
            yield file
        if mode is not None:
            draft.chmod(mode)
        draft.replace(target)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _mode_to_keep(target: Path) -> int | None:
    """The mode of the file there; None where there is none yet. InputError for anything that is no file."""
    try:
        mode = target.stat().st_mode
    except OSError:
        return None
    if not stat.S_ISREG(mode):
        raise InputError(f"{target} is there and is no regular file.", "For a pipe: --to - --format csv.")
    return stat.S_IMODE(mode)
