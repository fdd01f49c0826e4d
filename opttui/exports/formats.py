"""What a run can be written as: a row a format. Knows no command line and no file's name but its suffix."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from opttui.errors import InputError
from opttui.exports.rows import Choice
from opttui.record.seen import SeenRun
from opttui.scenario.nearest import meant


@dataclass(frozen=True)
class Style:
    """How charts are drawn. None: as it suits the run."""

    chart: str = "loss"
    axis: str = "steps"
    log: bool | None = None
    theme: Literal["light", "dark"] = "light"
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Format:
    """A format."""

    name: str
    suffixes: tuple[str, ...]
    """Of files; none for a directory."""
    words: str
    makes: Literal["text", "bytes", "directory"]
    """What `write` is given: a text file, a file of bytes, or an empty directory."""
    write: Callable[[SeenRun, Choice, Style, Any], None]
    long: bool = field(default=False, kw_only=True)
    """Whether it takes every row, so that it may take long."""


def _csv(reader: SeenRun, choice: Choice, style: Style, file: Any) -> None:
    from opttui.exports.csv import write_csv  # noqa: PLC0415

    write_csv(reader, choice, file)


def _jsonl(reader: SeenRun, choice: Choice, style: Style, file: Any) -> None:
    from opttui.exports.jsonl import write_jsonl  # noqa: PLC0415

    write_jsonl(reader, choice, file)


def _parquet(reader: SeenRun, choice: Choice, style: Style, file: Any) -> None:
    from opttui.exports.parquet import write_parquet  # noqa: PLC0415

    write_parquet(reader, choice, file)


def _tensorboard(reader: SeenRun, choice: Choice, style: Style, directory: Path) -> None:
    from opttui.exports.tensorboard import write_tensorboard  # noqa: PLC0415

    write_tensorboard(reader, choice, directory)


def _toml(reader: SeenRun, choice: Choice, style: Style, file: Any) -> None:
    from opttui.control.again import again  # noqa: PLC0415
    from opttui.scenario.toml_writer import toml_of  # noqa: PLC0415

    if len(choice.lanes) < len(reader.manifest.lanes):
        raise InputError(
            "A scenario is of all lanes, since some may be forks of others.", "Leave out --lane and --lanes."
        )
    file.write(toml_of(again(reader.manifest, reader.events)))


FORMATS: tuple[Format, ...] = (
    Format("csv", (".csv",), "rows", "text", _csv, long=True),
    Format("parquet", (".parquet", ".pq"), "rows, typed", "bytes", _parquet, long=True),
    Format("jsonl", (".jsonl", ".ndjson"), "rows, validation and events", "bytes", _jsonl, long=True),
    Format("tensorboard", (), "a directory for TensorBoard", "directory", _tensorboard, long=True),
    Format("toml", (".toml",), "the race and all that was done to it, as a scenario", "text", _toml),
)
"""Those that need no torch; the script of a race is written by what builds races."""

SUFFIXES = {suffix: each for each in FORMATS for suffix in each.suffixes}


def named(name: str, others: Sequence[str] = ()) -> Format:
    """The format of a name. InputError, with the nearest, for a name that is none."""
    for each in FORMATS:
        if each.name == name:
            return each
    raise InputError(
        f"There is no format {name!r}: {meant(name, [*(each.name for each in FORMATS), *others])}"
    )
