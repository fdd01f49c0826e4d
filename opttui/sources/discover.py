"""Logs below directories, found by themselves. Follows no link, and looks at so many names and no more."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from opttui.errors import InputError
from opttui.printable import printable
from opttui.record.layout import MANIFEST, lane_file
from opttui.sources.growing import SourceError, name_of
from opttui.sources.kinds import READ, kind_by_content, kind_by_name
from opttui.sources.tensorboard import NAME as EVENTS
from opttui.sources.trainer_state import NAME as STATE

DEEPEST = 8
"""Levels below a directory that is named."""
MOST_NAMES = 20_000
"""Names that are looked at below one."""
MOST = 128
"""Logs of one watch."""
MOST_NOTES = 20
"""Sentences about what cannot be read."""
PASSED_OVER = ("__pycache__", "node_modules", "site-packages", "venv")
GENERIC = (
    "metrics",
    "progress",
    "log",
    "logs",
    "history",
    "results",
    "train",
    "training",
    "rows",
    "trainer_state",
)
"""Names of files that say nothing: their directory's name does."""


@dataclass(frozen=True)
class Found:
    """A log."""

    kind: str
    """As `kinds` has it."""
    path: Path
    """A file; of kinds that have several files a directory."""
    name: str
    """What its run is called, where the log does not say."""


@dataclass
class Search:
    """What was found, and what was not looked at."""

    logs: list[Found]
    notes: list[str]
    """Sentences about limits that were met."""
    runs: list[Path]
    """Directories of our own runs, which are no foreign logs."""


def search(paths: Sequence[Path]) -> Search:
    """The logs in files and directories that were named. InputError for a path that is none and a file that is no log."""
    found = Search([], [], [])
    several = len(paths) > 1
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no {name_of(path)}.", _near(path))
        # What was named may be a link; below it none is followed.
        real = path.resolve()
        if real.is_dir():
            _below(real, path.name or real.name, several, found)
        else:
            kind = kind_by_content(real)
            found.logs.append(Found(kind, real, _file_name(real, path.name)))
    unique = {(log.kind, log.path): log for log in found.logs}
    found.logs = list(unique.values())
    if len(found.logs) > MOST:
        found.notes.append(
            f"There are {len(found.logs)} logs; the newest {MOST} are shown. --filter chooses among them."
        )
    return found


def nothing(paths: Sequence[Path], found: Search) -> InputError:
    """What to say when there is nothing to watch."""
    where = ", ".join(name_of(path) for path in paths)
    if found.notes:
        return InputError(f"There is nothing to watch in {where}.", found.notes[0])
    if found.runs:
        run = found.runs[0]
        own = "a run of opttui's own" if len(found.runs) == 1 else f"{len(found.runs)} runs of opttui's own"
        return InputError(
            f"There are no other tools' logs in {where}, only {own}.", f"opttui attach {run.name}"
        )
    return InputError(f"There is nothing to watch in {where}.", f"Looked for: {READ}.")


def _below(root: Path, shown: str, several: bool, found: Search) -> None:
    names = 0
    for directory, entries in _directories(root, found.notes):
        names += len(entries)
        if names > MOST_NAMES:
            found.notes.append(
                f"{name_of(root)} holds more than {MOST_NAMES:,} names; not all were looked at."
            )
            return
        files = sorted(entry.name for entry in entries if _is_file(entry))
        if MANIFEST in files and lane_file(0) in files:
            found.runs.append(directory)
            continue
        where = directory.relative_to(root)
        name = "/".join(where.parts)
        name = "/".join(filter(None, (shown if several or not name else "", name)))
        if any(EVENTS.search(file) for file in files):
            found.logs.append(Found("tensorboard", directory, name))
        if STATE in files or any(_is_checkpoint(entry) for entry in entries):
            found.logs.append(Found("trainer", directory, name))
        others = [file for file in files if not EVENTS.search(file) and file != STATE]
        kinds = {file: kind for file in others if (kind := _kind_of(directory / file, found.notes))}
        for file, kind in kinds.items():
            stem = file.rpartition(".")[0]
            # A name like that of all others says nothing, unless there are several.
            plain = (stem.lower() in GENERIC and len(kinds) == 1) or kind == "wandb"
            prefix = name if where.parts or several else ("" if not plain else shown)
            run = prefix if plain else "/".join(filter(None, (prefix, stem)))
            found.logs.append(Found(kind, directory / file, run))


def newest(logs: Sequence[Found], most: int) -> list[Found]:
    """So many of some logs, those that were written last, in their order."""
    if len(logs) <= most or most <= 0:
        return list(logs[: max(most, 0)])
    latest = sorted(range(len(logs)), key=lambda at: _written(logs[at].path))[len(logs) - most :]
    return [logs[at] for at in sorted(latest)]


def _written(path: Path) -> float:
    """When a log was written last; 0 where it is gone."""
    try:
        if path.is_dir():
            return max((file.lstat().st_mtime for file in path.iterdir()), default=0.0)
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def _kind_of(path: Path, notes: list[str]) -> str:
    """What a file of a directory is; one that may not be read is noted."""
    try:
        return kind_by_name(path)
    except SourceError as error:
        if len(notes) < MOST_NOTES:
            notes.append(str(error))
        return ""


def _directories(root: Path, notes: list[str]) -> Iterator[tuple[Path, list[os.DirEntry[str]]]]:
    """Directories with what is in them, those nearer to the root first; those that may not be read are noted."""
    level = [root]
    for _ in range(DEEPEST + 1):
        below: list[Path] = []
        for directory in level:
            try:
                with os.scandir(directory) as listed:
                    entries = [entry for _, entry in zip(range(MOST_NAMES + 1), listed, strict=False)]
            except OSError as error:
                if isinstance(error, PermissionError) and len(notes) < MOST_NOTES:
                    notes.append(f"{name_of(directory)} cannot be read: {error.strerror}.")
                continue
            yield directory, entries
            below += [directory / name for name in sorted(_walked(directory, entries))]
        level = below


def _walked(directory: Path, entries: Iterable[os.DirEntry[str]]) -> Iterator[str]:
    for entry in entries:
        if entry.name.startswith(".") or entry.name in PASSED_OVER or _is_checkpoint(entry):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield entry.name
        except OSError:
            continue


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def _is_checkpoint(entry: os.DirEntry[str]) -> bool:
    """Whether it is a checkpoint of the Trainer, whose state is read with the others of its training."""
    return entry.name.startswith("checkpoint-") and Path(entry.path, STATE).is_file()


def _file_name(real: Path, shown: str) -> str:
    """What a file's run is called: its directory where the file has a name like all others."""
    stem = shown.rpartition(".")[0] or shown
    generic = stem.lower() in GENERIC or EVENTS.search(shown) or shown.endswith(".wandb")
    return real.parent.name if generic and real.parent.name else stem


def _near(path: Path) -> str:
    """Names like that of a path which does not exist, where it should be."""
    from difflib import get_close_matches  # noqa: PLC0415

    try:
        names = [entry.name for _, entry in zip(range(2000), path.parent.iterdir(), strict=False)]
    except OSError:
        return ""
    found = get_close_matches(path.name, names, n=1)
    return f"Did you mean {printable(str(path.parent / found[0]), 200)}?" if found else ""
