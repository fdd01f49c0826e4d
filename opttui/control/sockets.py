"""Where a race's socket lies and who may speak through it. Knows no message.

The directory is ours alone (0700), the socket is bound with mode 0600, and both ends look at the other's
user.
"""

import contextlib
import hashlib
import os
import socket
import stat
import struct
import sys
import tempfile
from pathlib import Path

from opttui.errors import RunError

PATH_BYTES = 100
"""The kernel takes 107 on Linux and 103 on macOS."""
_PEERCRED = struct.Struct("3i")
"""Linux's struct ucred: pid, uid, gid."""


def socket_path(run: Path) -> Path:
    """Where the socket of the run at `run` belongs; its directory is made or checked.

    The name comes from the run's path, so that a crashed process's socket is found again by the next one.
    """
    name = hashlib.blake2b(os.fsencode(run.resolve()), digest_size=8).hexdigest() + ".sock"
    for directory in _directories():
        path = directory / name
        if len(os.fsencode(path)) <= PATH_BYTES:
            make_private(directory)
            return path
    raise RunError(
        f"There is no directory short enough for a socket: {path} has more than {PATH_BYTES} bytes."
    )


def make_private(directory: Path) -> None:
    """Make a directory for us alone, or check that it is one; RunError when somebody else could get at it."""
    with contextlib.suppress(FileExistsError):
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            raise
        except OSError as error:
            raise RunError(
                f"The directory {directory} for sockets cannot be made: {error.strerror}."
            ) from None
    wrong = _not_private(os.lstat(directory))
    if wrong:
        raise RunError(
            f"The directory {directory} {wrong}, so no socket is put there.", "Remove or repair it."
        )


def bind(path: Path) -> socket.socket:
    """A listening socket at `path`, mode 0600. Call while holding the run's lock: a stale socket is
    unlinked."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise RunError(f"There is a file that is no socket at {path}.", "Move it away.")
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(os.fspath(path))
    except OSError as error:
        listener.close()
        raise RunError(f"The socket {path} cannot be made: {error.strerror}.") from None
    finally:
        os.umask(mask)
    listener.listen(64)
    listener.setblocking(False)
    return listener


def check(path: Path) -> None:
    """RunError unless `path` is a socket of ours."""
    try:
        info = os.lstat(path)
    except OSError:
        raise RunError(f"The socket {path} is gone.") from None
    if not stat.S_ISSOCK(info.st_mode):
        raise RunError(f"{path} is not a socket.")
    if info.st_uid != os.getuid():
        raise RunError(f"The socket {path} belongs to somebody else.")


def is_ours(connection: socket.socket) -> bool:
    """Whether the other end runs as our user. Where the system cannot tell, the directory's mode must do."""
    if not sys.platform.startswith("linux"):
        return True
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEERCRED.size)
    uid: int = _PEERCRED.unpack(data)[1]
    return uid == os.getuid()


def _directories() -> list[Path]:
    """In the order in which they are tried; the last two are for a runtime directory whose path is long."""
    shared = f"opttui-{os.getuid()}"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    own = [runtime / "opttui"] if runtime.is_absolute() and runtime.is_dir() else []
    return [*own, Path(tempfile.gettempdir()).absolute() / shared, Path("/tmp") / shared]  # noqa: S108


def _not_private(info: os.stat_result) -> str:
    if stat.S_ISLNK(info.st_mode):
        return "is a link"
    if not stat.S_ISDIR(info.st_mode):
        return "is not a directory"
    if info.st_uid != os.getuid():
        return "belongs to somebody else"
    if stat.S_IMODE(info.st_mode) & 0o077:
        return f"is open to others (mode {stat.S_IMODE(info.st_mode):03o}, not 700)"
    return ""
