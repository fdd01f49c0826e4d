"""Rows are read back exactly, whatever the format."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from export_runs import HOSTILE, ODD, made

from opttui.errors import InputError
from opttui.exports.csv import write_csv
from opttui.exports.jsonl import write_jsonl
from opttui.exports.parquet import GROUP, write_parquet
from opttui.exports.rows import HEADER, Choice, everything
from opttui.record.layout import COLUMNS
from opttui.record.reader import RunReader

LOSSES = [*ODD, *np.random.default_rng(0).lognormal(0, 50, 500).tolist(), *(-x for x in ODD)]


def recorded(reader: RunReader) -> np.ndarray:
    """All rows, lane after lane."""
    return np.concatenate([table for lane in reader.lanes for table in lane.read()])


def as_bits(table: np.ndarray) -> bytes:
    """Every float64 as it is, but one NaN is like another."""
    return np.where(np.isnan(table), np.nan, table).astype("<f8").tobytes()


def lines(reader: RunReader, choice: Choice | None = None) -> list[dict]:
    """The objects of the JSON lines, read by a parser that takes no NaN."""
    out = io.BytesIO()
    write_jsonl(reader, choice or everything(reader), out)

    def refuse(word: str) -> None:
        raise AssertionError(word)

    text = out.getvalue().decode()
    assert text.endswith("\n")
    return [json.loads(line, parse_constant=refuse) for line in text.split("\n")[:-1]]


def test_csv_parquet_and_json_lines_hold_the_same_rows_bit_for_bit(runs: Path) -> None:
    reader = made(runs, losses=LOSSES)
    table = as_bits(recorded(reader))
    text = io.StringIO()
    write_csv(reader, everything(reader), text)
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert as_bits(np.array([[float(row[name]) for name in COLUMNS] for row in rows])) == table
    found = [line for line in lines(reader) if line["kind"] == "row"]
    assert list(found[0]) == ["kind", *HEADER]
    assert as_bits(np.array([[float(line[name]) for name in COLUMNS] for line in found])) == table
    binary = io.BytesIO()
    write_parquet(reader, everything(reader), binary)
    read = pq.read_table(io.BytesIO(binary.getvalue()))
    assert as_bits(np.array([read[name].to_numpy() for name in COLUMNS], np.float64).T) == table
    assert read["name"].to_pylist() == [row["name"] for row in rows] == [line["name"] for line in found]
    assert read["lane"].to_pylist() == [int(row["lane"]) for row in rows] == [line["lane"] for line in found]


def test_json_has_texts_for_what_it_does_not_have(runs: Path) -> None:
    found = [line for line in lines(made(runs, losses=ODD)) if line["kind"] == "row"]
    assert [line["loss"] for line in found[3:6]] == ["Infinity", "-Infinity", "NaN"]
    assert found[0]["y"] == "NaN"
    assert (found[1]["step"], found[1]["evaluations"]) == (1, 2)
    assert isinstance(found[1]["step"], int)


def test_json_lines_hold_the_run_validation_and_events(runs: Path) -> None:
    reader = made(runs)
    found = lines(reader)
    assert [found[0]["kind"], found[0]["manifest"]["lanes"][1]["name"]] == ["run", "hot, and odd"]
    assert "process" not in found[0]["manifest"]
    validation = [line for line in found if line["kind"] == "validation"]
    assert len(validation) == 9
    assert validation[0]["metrics"] == {"loss": 1.0, "accuracy": 1 / 3}
    assert validation[4] == {
        **{"kind": "validation", "lane": 0, "name": "SGD", "step": 40},
        "metrics": {"loss": "NaN", "accuracy": "Infinity"},
    }
    events = [line for line in found if line["kind"] == "event"]
    assert [event["event"] for event in events] == ["ready", "set", "ended"]
    assert (events[1]["actor"], events[1]["step"], events[1]["data"]["new"]) == ("window", 5, 0.2)
    chosen = lines(reader, Choice((1,), every=10))
    assert [line["kind"] for line in chosen] == ["run", *["row"] * 4, *["validation"] * 4, *["event"] * 2]


def test_parquet_has_types_row_groups_and_the_manifest(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opttui.exports.parquet.GROUP", 4000)
    reader = made(runs, steps=10_000)
    binary = io.BytesIO()
    write_parquet(reader, everything(reader), binary)
    file = pq.ParquetFile(io.BytesIO(binary.getvalue()))
    kinds = [str(kind) for kind in file.schema_arrow.types]
    assert file.schema_arrow.names == list(HEADER)
    assert kinds == ["int32", "string", "int64", "int64", *["double"] * 7]
    sizes = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
    assert sum(sizes) == 20_000 and len(sizes) > 3 and max(sizes) < 9000 < GROUP
    manifest = json.loads(file.schema_arrow.metadata[b"opttui.manifest"])
    assert [lane["name"] for lane in manifest["lanes"]] == ["SGD", "hot, and odd"]
    assert "process" not in manifest


def test_a_run_without_rows_is_a_file_without_rows(runs: Path) -> None:
    reader = made(runs, losses=[], ended=False)
    text, binary = io.StringIO(), io.BytesIO()
    write_csv(reader, everything(reader), text)
    write_parquet(reader, everything(reader), binary)
    assert text.getvalue() == ",".join(HEADER) + "\n"
    assert pq.read_table(io.BytesIO(binary.getvalue())).num_rows == 0
    assert not [line for line in lines(reader) if line["kind"] == "row"]


def test_names_are_handed_on_as_they_are_recorded(runs: Path) -> None:
    reader = made(runs, HOSTILE, steps=2)
    names = [info.name for info in reader.manifest.lanes for _ in range(2)]
    text, binary = io.StringIO(), io.BytesIO()
    write_csv(reader, everything(reader), text)
    write_parquet(reader, everything(reader), binary)
    assert [row["name"] for row in csv.DictReader(io.StringIO(text.getvalue()))] == names
    assert pq.read_table(io.BytesIO(binary.getvalue()))["name"].to_pylist() == names
    assert [line["name"] for line in lines(reader) if line["kind"] == "row"] == names


def test_without_pyarrow_a_sentence_says_what_brings_it(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = made(runs, steps=2)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"pip install 'opttui\[parquet\]'"):
        write_parquet(reader, everything(reader), io.BytesIO())


def test_no_export_but_the_script_loads_torch_or_a_screen(runs: Path, tmp_path: Path) -> None:
    made(runs)
    code = """
import sys
from opttui.cli.main import main
for target in sys.argv[1:]:
    assert main(["export", "--to", target]) == 0, target
print(sorted(set(sys.modules) & {"torch", "textual", "sklearn", "plotext", "tensorboard"}))
"""
    targets = [
        str(tmp_path / name)
        for name in ("a.csv", "a.jsonl", "a.parquet", "tb", "a.toml", "a.html", "a.svg", "a.png")
    ]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *targets],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
