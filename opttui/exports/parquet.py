"""Rows as Parquet, by pyarrow. Knows no file name.

Read by pandas, polars, DuckDB and Spark; 64-bit floats are stored as they are, NaN and infinity too.
"""

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

import opttui
from opttui.errors import InputError
from opttui.exports.jsonl import plain
from opttui.exports.manifest import shared
from opttui.exports.rows import COUNTERS, HEADER, Choice, counted, portions
from opttui.record.blocks import Array
from opttui.record.layout import COLUMNS
from opttui.record.manifest import LaneInfo
from opttui.record.seen import SeenRun

if TYPE_CHECKING:
    import pyarrow

GROUP = 2**17
"""Rows of a row group: 10 MB in memory, and few enough groups that a reader can skip by step."""
MISSING = "Parquet is written by the library pyarrow, which is not installed."
INSTALL = "pip install 'opttui[parquet]' (or pip install pyarrow) brings it."


def write_parquet(reader: SeenRun, choice: Choice, file: BinaryIO) -> None:
    """The columns of the CSV, typed: int32, text, int64 for counters, float64; the manifest as the file's metadata.

    InputError where pyarrow is missing.
    """
    try:
        import pyarrow.parquet  # noqa: PLC0415 (200 ms, and an extra)
    except ImportError:
        raise InputError(MISSING, INSTALL) from None
    metadata = {"opttui": opttui.__version__, "opttui.manifest": json.dumps(plain(shared(reader.manifest)))}
    schema = _schema(metadata)
    # A column's few names are worth a dictionary, its many floats are not: 1.6 times as fast, 2 % larger.
    with pyarrow.parquet.ParquetWriter(
        file, schema, compression="zstd", use_dictionary=["lane", "name", "lr"]
    ) as writer:
        waiting: list[tuple[LaneInfo, Array]] = []
        size = 0
        for info, table in portions(reader, choice):
            waiting.append((info, table))
            size += len(table)
            if size >= GROUP:
                writer.write_batch(_batch(waiting, schema), row_group_size=size)
                waiting, size = [], 0
        if waiting:
            writer.write_batch(_batch(waiting, schema), row_group_size=size)


def _schema(metadata: dict[str, str]) -> "pyarrow.Schema":
    import pyarrow as pa  # noqa: PLC0415

    kinds = [pa.int32(), pa.string()]
    kinds += [pa.int64() if at in COUNTERS else pa.float64() for at in range(len(COLUMNS))]
    return pa.schema(list(zip(HEADER, kinds, strict=True)), metadata=metadata)


def _batch(waiting: list[tuple[LaneInfo, Array]], schema: "pyarrow.Schema") -> "pyarrow.RecordBatch":
    import pyarrow as pa  # noqa: PLC0415

    table = np.concatenate([table for _, table in waiting])
    sizes = [len(portion) for _, portion in waiting]
    names = [info.name for info, portion in waiting for _ in range(len(portion))]
    columns: list[Any] = [
        pa.array(np.repeat([info.id for info, _ in waiting], sizes).astype(np.int32)),
        pa.array(names, pa.string()),
    ]
    for at in range(len(COLUMNS)):
        column = np.ascontiguousarray(table[:, at])
        if at in COUNTERS:
            numbers, wrong = counted(column)
            columns.append(pa.array(numbers, mask=wrong))
        else:
            columns.append(pa.array(column))
    return pa.RecordBatch.from_arrays(columns, schema=schema)
