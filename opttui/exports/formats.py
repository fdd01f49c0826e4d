"""What a run can be written as: a row a format. Knows no command line and no file's name but its suffix."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from opttui.errors import InputError
from opttui.exports.rows import Choice
from opttui.record.seen import SeenRun
from opttui.scenario.nearest import meant

SHARP = 1200
"""Width in pixels from which on a PNG has two pixels for each of the drawing's."""


@dataclass(frozen=True)
class Style:
    """How charts are drawn. None: as it suits the run."""

    chart: str = "loss"
    axis: str = "steps"
    log: bool | None = None
    theme: Literal["light", "dark"] = "light"
    width: int | None = None
    height: int | None = None
    beside: tuple[SeenRun, ...] = ()
    """Runs and logs whose curves stand beside its own."""


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


def _scene(reader: SeenRun, choice: Choice, style: Style, scale: float = 1.0) -> Any:
    """The chart that is asked for, in pixels of which `scale` make one."""
    from opttui.exports.draw import drawn  # noqa: PLC0415

    width, height = (
        None if side is None else max(1, round(side / scale)) for side in (style.width, style.height)
    )
    return drawn(
        reader,
        style.chart,
        choice.lanes,
        axis=style.axis,
        log=style.log,
        beside=style.beside,
        width=width,
        height=height,
    )


def _colour(style: Style) -> Callable[[str], str]:
    """The colour of an ink."""
    from opttui.exports.scene import colour_in  # noqa: PLC0415
    from opttui.tui.palettes import DARK, LIGHT  # noqa: PLC0415

    return colour_in(DARK if style.theme == "dark" else LIGHT)


def _svg(reader: SeenRun, choice: Choice, style: Style, file: Any) -> None:
    from opttui.exports.svg import svg  # noqa: PLC0415

    file.write(svg(_scene(reader, choice, style), _colour(style)))


def _png(reader: SeenRun, choice: Choice, style: Style, file: Any) -> None:
    from opttui.exports.png import write_png  # noqa: PLC0415

    # Twice as sharp, where the picture is not smaller than a chart usually is.
    sharp = 2.0 if style.width is None or style.width >= SHARP else 1.0
    write_png(_scene(reader, choice, style, sharp), _colour(style), sharp, file)


def _html(reader: SeenRun, choice: Choice, style: Style, file: Any) -> None:
    from opttui.exports.report import report  # noqa: PLC0415

    file.write(report(reader, choice.lanes, style.axis, style.log, style.beside))


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
    Format("svg", (".svg",), "a chart", "text", _svg),
    Format("png", (".png",), "a chart, 1920 pixels wide", "bytes", _png),
    Format("html", (".html", ".htm"), "a report: charts, results, settings, events, versions", "text", _html),
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
