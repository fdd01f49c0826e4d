"""`opttui export`: a run in other formats: rows, charts, a report, the plain script, the scenario. Runs nobody's code."""

import contextlib
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

import click

from opttui.cli.beside import beside as readers_of
from opttui.cli.beside import takes_beside
from opttui.cli.choosing import choice_of, chooses
from opttui.cli.lanes import chosen_lanes
from opttui.cli.options import one_of, whole
from opttui.cli.reading import read_whole
from opttui.cli.stdio import complain, is_terminal
from opttui.errors import InputError

if TYPE_CHECKING:
    from opttui.exports.formats import Format
    from opttui.exports.rows import Choice
    from opttui.record.seen import SeenRun

PIPE = "-"
NAMES = ("csv", "parquet", "jsonl", "tensorboard", "svg", "png", "html", "py", "toml")
CHARTS = ("svg", "png", "html")
AXES = ("steps", "evaluations", "samples", "seconds")
THEMES = ("light", "dark")
WITH_METRICS = ("jsonl", "tensorboard")
"""Formats that hold what was measured beside the rows."""
OF_A_RACE = ("py", "toml")
LONG = 200_000
"""Rows from which on a bar says how far it is: about a second."""


@click.command("export")
@click.argument("runs", metavar="[RUN]", nargs=-1)
@click.option(
    "--to",
    "target",
    metavar="PATH",
    required=True,
    help="The file to write; its suffix says the format. A directory is for TensorBoard, - a pipe.",
)
@click.option(
    "--format",
    "form",
    callback=one_of(NAMES),
    metavar="NAME",
    help=f"What to write, when PATH does not say: {', '.join(NAMES)}.",
)
@click.option(
    "--lane",
    "lanes",
    metavar="LANE",
    multiple=True,
    help="Only this lane, by number or name; may be repeated.",
)
@click.option("--lanes", "several", metavar="LANES", help="Only these, with commas between: 0,2.")
@click.option(
    "--every",
    metavar="N",
    callback=whole(1),
    help="Only rows of steps that are multiples of N; all by default.",
)
@click.option(
    "--chart", metavar="NAME", help="Of .svg and .png: loss (the usual), lr, grad_norm, path, accuracy …"
)
@click.option("--axis", callback=one_of(AXES), metavar="NAME", help=f"What charts count: {', '.join(AXES)}.")
@click.option("--log/--linear", "log", default=None, help="The scale of a chart; by default what suits it.")
@click.option(
    "--theme", callback=one_of(THEMES), metavar="light|dark", help="Of .svg and .png; light by default."
)
@click.option("--width", metavar="N", callback=whole(240, 8000), help="Of .svg and .png, in pixels.")
@click.option("--height", metavar="N", callback=whole(160, 8000), help="In pixels.")
@takes_beside
@chooses
def command(
    runs: tuple[str, ...],
    target: str,
    form: str | None,
    lanes: tuple[str, ...],
    several: str | None,
    every: int | None,
    **style: Any,
) -> int:
    """Write a run as rows, a chart, a report, a script or a scenario.

    PATH ends in .csv .parquet .jsonl .svg .png .html .py .toml, or is a directory
    for TensorBoard.

    Numbers are exact: what is read back equals what was recorded, float32 in
    TensorBoard. The script imports nothing of opttui and repeats the recorded
    losses bit for bit; the scenario holds everything that was done to the race,
    and run again gives the same rows. A file appears whole or not at all, and an
    existing one is replaced. RUN is a run, or another tool's log by its path, of
    which there may be several; without it, the newest run.

    \b
      opttui export rosen --to rows.csv
      opttui export rosen --to tb/ && tensorboard --logdir tb
      opttui export rosen --to loss.svg
      opttui export rosen --to path.png --chart path --theme dark
      opttui export rosen --to report.html
      opttui export rosen --to adam.py --lane Adam
      opttui export rosen --to - --format csv | head
      opttui export lightning_logs/ wandb/ --to all.html --metric val_loss
    """
    choice = choice_of(*(style.pop(option) for option in ("metric", "metrics", "words")))
    wanted = form_of(target, form)
    refuse_what_is_not_meant(wanted, style, every)
    from opttui.exports.formats import Style
    from opttui.exports.rows import Choice
    from opttui.sources.open import open_reader
    from opttui.sources.watched import Watched

    reader = open_reader(runs[0] if runs else None, runs[1:], choice)
    if reader.foreign and wanted.name in OF_A_RACE:
        raise InputError(
            f"A log of another tool holds no race that could be written as {wanted.name}.",
            "Its rows: --to rows.csv.",
        )
    if reader.manifest.kind != "race" and wanted.name in OF_A_RACE:
        raise InputError(
            f"{reader.manifest.id} is a training script of your own, which is what repeats it.",
            "Its rows: --to rows.csv.",
        )
    read_whole(reader)
    if isinstance(reader, Watched):
        reader.check()
    names = [*lanes, *(name.strip() for name in (several or "").split(",") if name.strip())]
    ids = chosen_lanes(reader.manifest.lanes, names)
    others = readers_of(style.pop("beside"))
    for run in others:
        read_whole(run)
    look = Style(beside=others, **{name: value for name, value in style.items() if value is not None})
    with progress(wanted, reader, ids, target) as told:
        write(wanted, reader, Choice(tuple(ids), every or 1, told), look, target)
    reader.poll()
    for sentence in reader.damage:
        complain(sentence)
    return 0


def refuse_what_is_not_meant(form: "Format", style: Mapping[str, object], every: int | None) -> None:
    """InputError for an option that says nothing of the format, so that nobody believes that it did."""
    for name, value in style.items():
        if value not in (None, ()) and form.name not in CHARTS:
            option = "--log" if value is True else "--linear" if name == "log" else f"--{name}"
            raise InputError(
                f"{option} is of charts, and {form.name} has none.", "Charts are .svg, .png and .html."
            )
    if every is not None and not form.long:
        raise InputError(
            f"--every is of rows, and {form.name} has none.", "Rows are .csv, .parquet, .jsonl, TensorBoard."
        )


def form_of(target: str, form: str | None) -> "Format":
    """What to write. InputError when neither the option nor the path says it."""
    from opttui.exports.formats import SUFFIXES, named

    if not target.strip():
        raise InputError(
            "--to names no file.", "Write --to rows.csv, --to report.html, --to tb/, or --to - for a pipe."
        )
    if form is not None:
        return SCRIPT if form == SCRIPT.name else named(form)
    if target == PIPE:
        raise InputError(
            "--to - does not say what to write.", f"Add --format {', '.join(NAMES[:-1])} or {NAMES[-1]}."
        )
    path = Path(target)
    known = {**SUFFIXES, ".py": SCRIPT}
    suffix = path.suffix.lower()
    if target.endswith("/") or not suffix or (suffix not in known and path.is_dir()):
        return named("tensorboard")
    if suffix in known:
        return known[suffix]
    from opttui.scenario.nearest import nearest

    near = nearest(suffix, known)
    meant = f"Did you mean {near}?" if near else ""
    raise InputError(
        f"Files that end in {suffix!r} are nothing that opttui can write: {target}.",
        f"{meant} It writes {', '.join(known)}, and into a directory for TensorBoard.".strip(),
    )


def write(form: "Format", reader: "SeenRun", choice: "Choice", style: Any, target: str) -> None:
    """Write a run to a path or a pipe."""
    from opttui.cli.replaced import replaced, replaced_bytes, replaced_directory

    if form.makes == "directory":
        from opttui.exports.tensorboard import is_export

        if target == PIPE:
            raise InputError(
                "What TensorBoard reads is a directory, which no pipe can take.", "Name one: --to tb/."
            )
        with replaced_directory(Path(target), is_export) as directory:
            form.write(reader, choice, style, directory)
    elif target == PIPE:
        with piped() as pipe:
            if form.makes == "bytes" and form.name != "jsonl" and is_terminal(sys.stdout):
                raise InputError(
                    f"A terminal cannot show {form.name}.", "Write it to a file, or into a pipe."
                )
            form.write(reader, choice, style, pipe if form.makes == "bytes" else text_into(pipe))
    elif form.makes == "bytes":
        with replaced_bytes(Path(target)) as file:
            form.write(reader, choice, style, file)
    else:
        with replaced(Path(target)) as text:
            form.write(reader, choice, style, text)


@contextlib.contextmanager
def piped() -> Iterator[BinaryIO]:
    """stdout as bytes. InputError when it is closed."""
    if sys.stdout is None:
        raise InputError("--to - writes to stdout, and that is closed.")
    sys.stdout.flush()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is not None:
        yield binary
        return
    # Not a file of the system's: a test's, or a notebook's.
    held = io.BytesIO()
    yield held
    sys.stdout.write(held.getvalue().decode("utf-8"))


def text_into(pipe: BinaryIO) -> TextIO:
    """UTF-8 whatever the terminal's encoding, as in a file; without a buffer of its own, so that nothing is left over."""
    import codecs

    return cast(TextIO, codecs.getwriter("utf-8")(pipe))


@contextlib.contextmanager
def progress(form: "Format", reader: "SeenRun", lanes: list[int], target: str) -> Iterator[Any]:
    """What is told how many rows are done: a bar on a terminal, where it takes long."""
    from opttui.exports.rows import metric_rows, untold

    chosen = [lane for lane in reader.lanes if lane.id in lanes]
    rows = sum(lane.rows + (metric_rows(lane) if form.name in WITH_METRICS else 0) for lane in chosen)
    # On stdout a bar would run through the rows when both are the terminal.
    quiet = not is_terminal(sys.stderr) or (target == PIPE and is_terminal(sys.stdout))
    if quiet or not form.long or rows < LONG:
        yield untold
        return
    from opttui.cli.progress import Bar

    done = 0
    with Bar() as bar:

        def more(count: int) -> None:
            nonlocal done
            done = min(done + count, rows)
            bar.show(done / rows, f"{done:,} of {rows:,} rows")

        more(0)
        yield more


def _script(reader: "SeenRun", choice: "Choice", style: Any, file: TextIO) -> None:
    """The plain loop."""
    if not reader.manifest.dtype:
        raise InputError(f"The race {reader.manifest.id} never began, so there is no script of it.")
    from opttui.race.script import script

    file.write(script(reader.manifest, reader.events, choice.lanes))


def _script_format() -> "Format":
    from opttui.exports.formats import Format

    return Format("py", (".py",), "the plain PyTorch loop", "text", _script)


SCRIPT = _script_format()
