"""Files and directories that appear whole or not at all. Knows no format."""

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from opttui.cli.ended import raised_when_ended
from opttui.errors import InputError


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[TextIO]:
    """A text file that takes the place of `path` when the block ends well; a failure leaves nothing behind.

    An existing file keeps its mode and, behind a link, its place. InputError when it cannot be written.
    """
    with _draft_of(path) as draft, draft.open("x", encoding="utf-8", newline="") as file:
        yield file


@contextlib.contextmanager
def replaced_bytes(path: Path) -> Iterator[BinaryIO]:
    """The same for a file of bytes."""
    with _draft_of(path) as draft, draft.open("xb") as file:
        yield file


@contextlib.contextmanager
def _draft_of(path: Path) -> Iterator[Path]:
    """Where to write what is moved to the path when the block ends well."""
    target = path.resolve() if path.is_symlink() else path
    mode = _mode_to_keep(target)
    draft = _beside(target)
    with _cleared(draft, path):
        # The user's umask applies, as it would for `>`.
        yield draft
        if mode is not None:
            draft.chmod(mode)
        draft.replace(target)


@contextlib.contextmanager
def _cleared(draft: Path, path: Path) -> Iterator[None]:
    """However the block ends, also with the process, the draft is gone; a disk that refuses is an InputError."""
    with raised_when_ended():
        try:
            yield
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror or error}.") from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            with contextlib.suppress(OSError):
                draft.unlink()


@contextlib.contextmanager
def replaced_directory(path: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """An empty directory that takes the place of `path` when the block ends well; a failure leaves what was there.

    What is replaced is nothing, an empty directory, or one of which `ours` says that we made it; InputError for
    anything else, before the block begins.
    """
    target = path.resolve() if path.is_symlink() else path
    _refuse_others(target, ours)
    draft = _beside(target)
    with _cleared(draft, path):
        draft.mkdir()
        yield draft
        # Between a look and a rename somebody may have put something there.
        _refuse_others(target, ours)
        old = _beside(target)
        if target.is_dir():
            target.rename(old)
        draft.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def _refuse_others(target: Path, ours: Callable[[Path], bool]) -> None:
    """InputError for what is there and was not made by us."""
    try:
        if not os.path.lexists(target):
            return
        if not target.is_dir():
            raise InputError(
                f"{target} is there and is no directory.", "A directory for TensorBoard needs another name."
            )
        if any(target.iterdir()) and not ours(target):
            raise InputError(
                f"{target} is not empty, and is no earlier export of opttui.",
                "Name a new directory, or an empty one.",
            )
    except OSError as error:
        raise InputError(f"{target} cannot be read: {error.strerror or error}.") from None


def _beside(target: Path) -> Path:
    """A hidden name in the same directory, so that renaming is one step."""
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}")


def _mode_to_keep(target: Path) -> int | None:
    """The mode of the file there; None where there is none yet. InputError for anything that is no file."""
    try:
        mode = target.stat().st_mode
    except OSError:
        return None
    if not stat.S_ISREG(mode):
        raise InputError(f"{target} is there and is no regular file.", "For a pipe: --to - --format csv.")
    return stat.S_IMODE(mode)
