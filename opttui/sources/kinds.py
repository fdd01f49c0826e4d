"""The kinds of logs: how each is known, by name and by its first bytes, and what reads it."""

import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

from opttui.errors import InputError
from opttui.sources import trackio, trainer_state
from opttui.sources.crc32c import crc
from opttui.sources.csv_log import CsvLog, header_of
from opttui.sources.growing import Growing, name_of
from opttui.sources.jsonl import JsonLinesLog, decoded, numbers
from opttui.sources.log import Log
from opttui.sources.metrics import Metrics
from opttui.sources.names import NORM, RATE, STEPS, usual
from opttui.sources.tensorboard import NAME as EVENTS
from opttui.sources.tensorboard import TensorBoardLog
from opttui.sources.trackio import TrackioLog
from opttui.sources.trainer_state import TrainerStateLog
from opttui.sources.wandb import MAGIC as WANDB
from opttui.sources.wandb import WandbLog

Make = Callable[[], Metrics]

READ = (
    "TensorBoard event files, CSV, JSON lines, W&B offline runs (.wandb), Hugging Face's trainer_state.json "
    "and trackio databases"
)
"""What there are readers for."""
TABLES = (".csv", ".tsv")
OBJECTS = (".jsonl", ".ndjson", ".jsonlines")
OTHER_OBJECTS = ("metrics.json", "scalars.json", "log.json", "log.txt")
"""Files that have lines of JSON by the habit of some tools: detectron2, MAE and its kin, OpenMMLab."""
DATABASES = (".db", ".sqlite", ".sqlite3")


def log_of(kind: str, path: Path, make: Make) -> Log:
    """The reader of a log of some kind."""
    if kind == "tensorboard":
        return TensorBoardLog(path, make())
    if kind == "trainer":
        return TrainerStateLog(path, make())
    if kind == "wandb":
        return WandbLog(path, make())
    if kind == "trackio":
        return TrackioLog(path, make)
    return CsvLog(path, make) if kind == "csv" else JsonLinesLog(path, make)


def kind_by_name(path: Path) -> str:
    """What a file of a directory is, by its name and then a look into it; empty for what is no log.

    A table or lines of JSON count where they have steps or a loss: data lie about in such files too. SourceError for one
    that cannot be read.
    """
    name = path.name.lower()
    return next((kind for kind, is_one in BY_NAME.items() if is_one(name, path)), "")


BY_NAME: dict[str, Callable[[str, Path], bool]] = {
    "tensorboard": lambda name, path: bool(EVENTS.search(name)),
    "trainer": lambda name, path: name == trainer_state.NAME,
    "wandb": lambda name, path: name.endswith(".wandb"),
    "csv": lambda name, path: name.endswith(TABLES) and speaks_of_training(header_of(path)),
    "jsonl": lambda name, path: (name.endswith(OBJECTS) or name in OTHER_OBJECTS) and _objects(path),
    "trackio": lambda name, path: name.endswith(DATABASES) and _has_metrics(path),
}


def kind_by_content(path: Path) -> str:
    """What a file that was named is. InputError for what there is no reader for, SourceError where it cannot be read."""
    data = Growing(path).read(1 << 16).data
    if data.startswith(trackio.MAGIC):
        if _has_metrics(path):
            return "trackio"
        raise InputError(
            f"{name_of(path)} is a database, but none of trackio's.", f"What can be watched: {READ}."
        )
    if data.startswith(WANDB):
        return "wandb"
    if EVENTS.search(path.name) or (
        len(data) >= 12 and struct.unpack_from("<I", data, 8)[0] == crc(data[:8]) and data[:8] != bytes(8)
    ):
        return "tensorboard"
    if path.name == trainer_state.NAME or (b'"log_history"' in data and data.lstrip()[:1] == b"{"):
        return "trainer"
    if path.name.lower().endswith(OBJECTS) or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return "jsonl"
    if b"\x00" not in data and (path.name.lower().endswith(TABLES) or _is_table(data)):
        return "csv"
    raise InputError(f"{name_of(path)} is of no known format.", f"What can be watched: {READ}.")


def speaks_of_training(names: list[str]) -> bool:
    """Whether columns or keys are those of a training: there are steps or a loss among them, and something beside."""
    lower = [name.lower() for name in names]
    return len(lower) > 1 and (
        usual(lower, STEPS[:-1]) is not None
        or any("loss" in name or RATE.search(name) or NORM.search(name) for name in lower)
    )


def _objects(path: Path) -> bool:
    for line in Growing(path).read(1 << 16).data.split(b"\n")[:5]:
        try:
            found = decoded(line)
        except ValueError:
            continue
        if isinstance(found, dict) and speaks_of_training([name for name, _ in numbers(found)]):
            return True
        if isinstance(found, dict) and found.get("kind") == "run" and "opttui" in found:
            return True
    return False


def _is_table(data: bytes) -> bool:
    lines = [line for line in data.split(b"\n")[:4] if line.strip()]
    commas = {max(line.count(sign) for sign in (b",", b";", b"\t")) for line in lines}
    return len(lines) > 1 and len(commas) == 1 and commas != {0}


def _has_metrics(path: Path) -> bool:
    """Whether a database has trackio's table."""
    try:
        with TrackioLog(path).connected() as database:
            columns = {row[1] for row in database.execute("PRAGMA table_info(metrics)")}
    except (sqlite3.Error, UnicodeError):
        # A damaged database puts its own bytes into the message.
        return False
    return {"id", "run_name", "step", "metrics", "timestamp"} <= columns
