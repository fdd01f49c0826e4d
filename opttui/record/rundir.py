"""Run directories: made, described by their manifest, found by a few letters, listed. Knows no rows and no
numpy."""

import errno
import os
import re
import shutil
import stat
import tempfile
import time
from pathlib import Path

import msgspec

from opttui.errors import RunError
from opttui.printable import printable
from opttui.record.cards import Card, Cards
from opttui.record.disorder import disorder
from opttui.record.jsontext import DamagedTextError, decode, encode
from opttui.record.layout import MANIFEST
from opttui.record.manifest import FORMAT, LaneInfo, Manifest
from opttui.record.private import make_directories, open_to_read, sync_directory, write_whole
from opttui.scenario.specs import Scenario

_LARGEST_MANIFEST = 16 * 2**20
_LONGEST_NAME = 40
_LIST_THEM = "`opttui runs` lists them."


class _Head(msgspec.Struct):
    """What has to be known of a manifest before the rest may be read."""

    format: int


def runs_directory() -> Path:
    """Where runs live: `$OPTTUI_RUNS`, or `opttui/runs` in the user's state directory, or, where that cannot be had,
    `makeshift()`. It need not exist."""
    named = os.environ.get("OPTTUI_RUNS")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_state_path  # noqa: PLC0415 (5 ms, only where no place is named)

    usual = user_state_path("opttui", appauthor=False) / "runs"
    return usual if usual.is_absolute() and _can_be_had(usual) else makeshift()


def makeshift() -> Path:
    """The place for runs of somebody without a home that can be written: a directory of our own below the temporary one."""
    return Path(tempfile.gettempdir()).absolute() / f"opttui-{os.getuid()}" / "runs"


def _can_be_had(path: Path) -> bool:
    """Whether a directory is there and can be written, or could be made."""
    for place in (path, *path.parents):
        try:
            there = place.is_dir()
        except OSError:
            return False
        if there:
            # /proc and /sys let root look as if they could be written.
            return os.access(place, os.W_OK | os.X_OK) and not any(
                place.is_relative_to(system) for system in ("/proc", "/sys")
            )
        if place.is_symlink() or place.exists():
            return place == path
    return False


def _check_makeshift(runs: Path) -> None:
    """OSError where somebody else could get at the makeshift place."""
    home = runs.parent
    if runs != makeshift() or not os.path.lexists(home):
        return
    info = home.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid() or info.st_mode & 0o077:
        raise OSError(errno.EACCES, f"{home} is not a directory of yours alone")


def create_run(scenario: Scenario, lanes: tuple[LaneInfo, ...], runs: Path, name: str = "") -> Path:
    """A new directory (0700) in `runs` with a manifest in state "starting"; RunError when it cannot be made.

    It is filled under a hidden name and then renamed, so that no half-made run is ever seen.
    """
    stem = _safe(name or scenario.problem.name.rsplit("/", 1)[-1])
    hidden = runs / f".new-{os.urandom(8).hex()}"
    try:
        _check_makeshift(runs)
        if not runs.is_dir():
            make_directories(runs)
        make_directories(hidden)
        try:
            return _filled(hidden, stem, scenario, lanes)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
    except OSError as error:
        raise RunError(
            f"No run can be made in {printable(str(runs), 400)}: {_why(error, runs)}.",
            "Set OPTTUI_RUNS to a directory that can be written.",
        ) from None


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the manifest of the run at `path` atomically and durably; OSError leaves the old one as it
    was."""
    write_whole(path / MANIFEST, encode(manifest))
    sync_directory(path)


def read_manifest(path: Path) -> Manifest:
    """The manifest of the run at `path`; RunError in one sentence when there is none that this version can
    read."""
    name = printable(str(path), 400)
    data = _manifest_bytes(path)
    try:
        head = decode(data, _Head)
    except DamagedTextError as error:
        raise RunError(f"{name}/{MANIFEST} is not a run's manifest: {error}.", _LIST_THEM) from None
    if head.format > FORMAT:
        raise RunError(
            f"{name} was written by a newer opttui (format {head.format}; this one reads up to {FORMAT}).",
            "Upgrade opttui to open it.",
        )
    try:
        manifest = decode(data, Manifest)
    except DamagedTextError as error:
        raise RunError(f"{name}/{MANIFEST} is damaged: {error}.", _LIST_THEM) from None
    if wrong := disorder(manifest):
        raise RunError(f"{name}/{MANIFEST} is damaged: {wrong}.", _LIST_THEM)
    # A directory that was copied or renamed is found by its name now, not by the one it was made with.
    return msgspec.structs.replace(manifest, id=printable(path.name) or manifest.id)


def find_run(name: str | None) -> Path:
    """The run meant by an id, a name, the beginning of either, or a path; None: the newest that can be read.

    RunError when there is none, or more than one.
    """
    runs = list_runs()
    if name is None:
        return _newest(runs)
    if not name.strip():
        raise RunError("The name of a run is empty.", "`opttui runs` lists them.")
    by_id = {path.name: path for path in runs}
    if name in by_id:
        return by_id[name]
    if "/" in name or name in (".", ".."):
        return _at_path(name)
    named = [path for path in runs if path.name.rpartition("-")[0] == name]
    found = named or [path for path in runs if name and path.name.startswith(name)]
    shown = printable(name, 80)
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(printable(path.name, 60) for path in found[:4]) + (" …" if len(found) > 4 else "")
        raise RunError(
            f"{len(found)} runs begin with '{shown}': {several}.", "Type more of the one that is meant."
        )
    if _exists(name):
        return _at_path(name)
    raise RunError(
        f"There is no run '{shown}' in {printable(str(runs_directory()), 400)}.", _nearest(name, by_id)
    )


def list_runs() -> list[Path]:
    """The runs in the runs directory, newest first by their manifests, those with a broken manifest among
    them."""
    return [path for path, _ in cards()]


def cards(seen: Cards | None = None) -> list[tuple[Path, Card | None]]:
    """The same with what a list says of each; None for a manifest that needs a closer look. `seen` spares a second look
    the manifests that are as they were."""
    where = runs_directory()
    try:
        return (seen or Cards()).all(where)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RunError(
            f"The runs in {printable(str(where), 400)} cannot be listed: {_why(error, where)}.",
            "Set OPTTUI_RUNS to a directory that can be read.",
        ) from None


def _why(error: OSError, directory: Path) -> str:
    """What the system says; of a file or a dead link where a directory should be, which one it is."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        if directory.is_symlink() and not _exists(directory):
            return "it is a link to nothing"
        for path in (directory, *directory.parents):
            if _exists(path) and not path.is_dir():
                return "it is a file" if path == directory else f"{printable(str(path), 400)} is a file"
    return str(error.strerror)


def _filled(hidden: Path, stem: str, scenario: Scenario, lanes: tuple[LaneInfo, ...]) -> Path:
    while True:
        path = hidden.parent / f"{stem}-{os.urandom(2).hex()}"
        if os.path.lexists(path):
            continue
        write_manifest(hidden, Manifest(id=path.name, created=time.time(), scenario=scenario, lanes=lanes))
        hidden.rename(path)
        sync_directory(path.parent)
        return path


def _safe(name: str) -> str:
    """A name fit for a file on every system: ASCII letters, digits, `.`, `_` and `-`."""
    safe = re.sub(r"[^A-Za-z0-9._]+", "-", name)[:_LONGEST_NAME].strip("-.")
    return safe or "race"


def _manifest_bytes(path: Path) -> bytes:
    name = printable(str(path), 400)
    try:
        descriptor = open_to_read(path / MANIFEST)
    except FileNotFoundError:
        if not _exists(path):
            raise RunError(f"There is no run at {name}.", _LIST_THEM) from None
        raise RunError(f"{name} is not a run: it holds no {MANIFEST}.", _LIST_THEM) from None
    except NotADirectoryError:
        raise RunError(f"{name} is a file; a run is a directory.", _LIST_THEM) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no file name"
        raise RunError(f"{name}/{MANIFEST} cannot be read: {reason}.") from None
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > _LARGEST_MANIFEST:
            raise RunError(f"{name}/{MANIFEST} has {size} bytes; a manifest has at most {_LARGEST_MANIFEST}.")
        try:
            return file.read(_LARGEST_MANIFEST)
        except OSError as error:
            raise RunError(f"{name}/{MANIFEST} cannot be read: {error.strerror}.") from None


def _at_path(name: str) -> Path:
    """The run at a path, its manifest read once to be sure that it is one."""
    path = Path(name).expanduser().absolute()
    read_manifest(path)
    return path


def _newest(runs: list[Path]) -> Path:
    for path in runs:
        try:
            read_manifest(path)
        except RunError:
            continue
        return path
    raise RunError(
        f"There is no run in {printable(str(runs_directory()), 400)} yet.",
        "`opttui race rosenbrock` starts one.",
    )


def _nearest(name: str, names: dict[str, Path]) -> str:
    import difflib  # noqa: PLC0415 (9 ms, only on the way to an error)

    near = difflib.get_close_matches(name, names, 1)
    return f"Did you mean '{printable(near[0], 60)}'? {_LIST_THEM}" if near else _LIST_THEM


def _exists(path: str | Path) -> bool:
    try:
        Path(path).stat()
    except (OSError, ValueError):
        return False
    return True
