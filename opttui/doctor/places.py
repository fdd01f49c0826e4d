"""Where opttui writes: the runs, their locks and sockets, the settings. Leaves nothing behind."""

import contextlib
import fcntl
import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from opttui.control.sockets import PATH_BYTES, socket_path
from opttui.doctor.finding import Finding
from opttui.errors import OpttuiError
from opttui.printable import printable
from opttui.record.rundir import list_runs, makeshift, runs_directory
from opttui.tui.palettes import PALETTES
from opttui.tui.settings import Settings, settings_file

FULL, NARROW = 200 * 2**20, 2 * 2**30
"""Bytes below which there is too little room, and little."""
FAR = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "lustre", "beegfs", "ceph", "gpfs")
"""File systems on other machines."""
PASSING = ("tmpfs", "ramfs", "overlay")
"""Those that are gone with the machine's memory, or with the container."""
MOUNTS = Path("/proc/self/mounts")
GIB = 2.0**30


def runs() -> Iterator[Finding]:
    """The directory of the runs."""
    try:
        path = runs_directory()
    except (OpttuiError, RuntimeError, OSError, KeyError) as error:
        yield Finding(
            "places.runs",
            "wrong",
            f"There is no place for runs: {printable(str(error), 200)}.",
            "export OPTTUI_RUNS=DIRECTORY",
        )
        return
    name, todo = printable(str(path), 300), "Set OPTTUI_RUNS to a directory that can be written."
    nearest = next(place for place in (path, *path.parents) if os.path.lexists(place))
    why = unwritable(nearest)
    if why:
        yield Finding("places.runs", "wrong", f"Runs go to {name}, but {why}.", todo, str(path))
        return
    if path == makeshift():
        text = (
            f"Your own directories cannot be written: runs go to {name}, which may be emptied at a restart."
        )
        yield Finding("places.runs", "note", text, "export OPTTUI_RUNS=DIRECTORY to keep them.", str(path))
    elif nearest != path:
        yield Finding(
            "places.runs",
            "fine",
            f"Runs will go to {name}, which is made with the first one.",
            value=str(path),
        )
    else:
        yield kept(path, name)
    yield room(nearest)
    yield system(nearest)
    yield locks(nearest)


def kept(path: Path, name: str) -> Finding:
    """Whose it is, and who may look."""
    info, count = path.stat(), len(list_runs())
    mode = stat.S_IMODE(info.st_mode)
    told = f"{count} runs in {name}" if count != 1 else f"One run in {name}"
    if info.st_uid != os.getuid():
        text = f"{told}, which belongs to another user (number {info.st_uid})."
        return Finding("places.runs", "note", text, "Set OPTTUI_RUNS to a directory of your own.", str(path))
    if mode & 0o022:
        text = f"{told}, in which others may write (mode {mode:03o})."
        return Finding("places.runs", "note", text, f"chmod go-w {name}", str(path))
    if mode & 0o044:
        text = f"{told}; others may see the runs' names (mode {mode:03o}), not what is in them."
        return Finding("places.runs", "fine", text, value=str(path))
    return Finding("places.runs", "fine", f"{told}, for you alone.", value=str(path))


def unwritable(path: Path) -> str:
    """Why nothing can be written into a directory, as half a sentence; empty where it can."""
    if path.is_symlink() and not path.exists():
        return f"{printable(str(path), 300)} is a link to nothing"
    if not path.is_dir():
        return f"{printable(str(path), 300)} is a file"
    try:
        with tempfile.TemporaryDirectory(prefix=".opttui-doctor-", dir=path):
            return ""
    except OSError as error:
        return f"nothing can be written into {printable(str(path), 300)}: {error.strerror}"


def room(path: Path) -> Finding:
    """How much is left."""
    status = os.statvfs(path)
    left = status.f_bavail * status.f_frsize
    text = f"{left / GIB:.1f} GiB are left there; a lane of 10,000 steps takes 0.7 MB."
    if left < FULL:
        return Finding(
            "places.room",
            "wrong",
            text,
            "Make room, or set OPTTUI_RUNS to a larger disk; opttui rm deletes runs.",
            left,
        )
    if left < NARROW:
        return Finding("places.room", "note", text, "opttui rm deletes runs that are over.", left)
    return Finding("places.room", "fine", text, value=left)


def system(path: Path) -> Finding:
    """Which file system it is."""
    kind = file_system(path)
    if kind in FAR or kind.startswith(("nfs", "fuse.")):
        text = f"It lies on another machine ({kind}): windows there see rows later, and locks are as good as its own."
        return Finding(
            "places.system", "note", text, "Set OPTTUI_RUNS to a local disk where there is one.", kind
        )
    if kind in PASSING:
        text = f"It lies on {kind}, which does not outlast {'the container' if kind == 'overlay' else 'a restart'}."
        return Finding("places.system", "note", text, "Set OPTTUI_RUNS to a disk to keep runs.", kind)
    return Finding(
        "places.system", "fine", f"It lies on {kind or 'a file system that is not told'}.", value=kind
    )


def file_system(path: Path, mounts: Path = MOUNTS) -> str:
    """Its kind, from the list of mounts; empty where there is none."""
    found, longest = "", -1
    with contextlib.suppress(OSError):
        whole = path.resolve()
        for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
            parts = line.split(" ")
            # Blanks in names are written as octal numbers.
            place = Path(parts[1].replace("\\040", " ")) if len(parts) > 2 else None
            if (
                place is not None
                and (whole == place or place in whole.parents)
                and len(place.parts) >= longest
            ):
                found, longest = printable(parts[2], 40), len(place.parts)
    return found


def locks(path: Path) -> Finding:
    """Whether a race can hold its run."""
    try:
        with tempfile.NamedTemporaryFile(prefix=".opttui-doctor-", dir=path) as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        text = f"Files cannot be locked there: {error.strerror}."
        return Finding("places.locks", "wrong", text, "Set OPTTUI_RUNS to a file system with locks.", False)
    return Finding("places.locks", "fine", "Files can be locked there.", value=True)


def sockets() -> Iterator[Finding]:
    """Where windows and races meet."""
    try:
        file = socket_path(Path("opttui-doctor") / str(os.getpid()))
    except OpttuiError as error:
        yield Finding(
            "places.sockets",
            "wrong",
            printable(error.message, 300),
            printable(error.hint, 200) or "Set XDG_RUNTIME_DIR to a short directory of your own.",
        )
        return
    name = printable(str(file.parent), 200)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.bind(os.fspath(file))
    except OSError as error:
        text = f"No socket can be made in {name}: {error.strerror}."
        yield Finding(
            "places.sockets",
            "wrong",
            text,
            "Set XDG_RUNTIME_DIR to a directory on a local disk.",
            str(file.parent),
        )
        return
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
    used = len(os.fsencode(file))
    text = f"Sockets go to {name}, for you alone ({used} of {PATH_BYTES} bytes of a name)."
    yield Finding("places.sockets", "fine", text, value=str(file.parent))


def settings() -> Iterator[Finding]:
    """What was chosen for all windows."""
    try:
        path = settings_file()
        data = path.read_bytes()
    except FileNotFoundError:
        if hindrance := unwritable(next(place for place in path.parents if os.path.lexists(place))):
            text = f"There is no settings file, and none can be made: {hindrance}."
            yield Finding("places.settings", "note", text, "Choices hold for one window.")
            return
        yield Finding(
            "places.settings", "fine", "There is no settings file yet; choices on the screen make one."
        )
        return
    except (OSError, RuntimeError, KeyError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        yield Finding(
            "places.settings",
            "note",
            f"The settings cannot be read: {printable(str(why), 200)}.",
            "Choices hold for one window.",
        )
        return
    name = printable(str(path), 300)
    try:
        found = msgspec.json.decode(data, type=Settings)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield Finding(
            "places.settings",
            "note",
            f"{name} is not as it should be: {printable(str(error), 200)}.",
            f"rm {name}",
            str(path),
        )
        return
    if found.theme and found.theme not in PALETTES:
        text = (
            f"{name} names a theme '{printable(found.theme, 40)}' that there is not; the usual one is shown."
        )
        yield Finding(
            "places.settings", "note", text, f"The themes are {', '.join(PALETTES)}; t chooses.", str(path)
        )
        return
    yield Finding("places.settings", "fine", f"Settings are in {name}.", value=str(path))
