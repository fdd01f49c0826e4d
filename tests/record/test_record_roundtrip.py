"""What goes in comes out, to the bit; odd text comes out printable."""

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_rows import rows

from opttui.printable import printable
from opttui.record.events import Event
from opttui.record.frames import Kind, encode_frame, encode_text, read_header
from opttui.record.grid import Grid
from opttui.record.jsontext import DamagedTextError, decode, encode
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import Row
from opttui.record.manifest import LaneInfo, Manifest, Plan
from opttui.record.pointer import Pointer
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

ANY_FLOAT = st.floats(allow_nan=True, allow_infinity=True)
ONE_RUN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.lists(st.tuples(*[ANY_FLOAT] * 9), min_size=1, max_size=40))
@ONE_RUN
def test_rows(runs: Path, scenario: Scenario, lanes: tuple[LaneInfo, ...], given_rows: list[Row]) -> None:
    run = create_run(scenario, lanes, runs)
    writer = RunWriter(run, 1)
    writer.rows(0, given_rows)
    writer.close()
    found = np.concatenate(list(LaneReader(run, 0).read()))
    expected = np.array(given_rows)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


TEXT = st.text(st.characters(codec=None, categories=None), max_size=30)
PLAIN = st.recursive(
    st.none() | st.booleans() | ANY_FLOAT | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def made_printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value.encode("utf-8", "replace").decode("utf-8"))
    if isinstance(value, list):
        return [made_printable(item) for item in value]
    if isinstance(value, dict):
        return {key: made_printable(item) for key, item in value.items()}
    return value


@given(text=TEXT, actor=TEXT, data=st.dictionaries(st.sampled_from("xyz"), PLAIN, max_size=3), time=ANY_FLOAT)
def test_events(text: str, actor: str, data: dict[str, Any], time: float) -> None:
    line = encode(Event("note", text, 1, 2**62, time, actor, None, data))
    assert b"\n" not in line
    msgspec.json.decode(line)
    event = decode(line, Event)
    expected = Event("note", made_printable(text), 1, 2**62, time, made_printable(actor), None)
    expected = msgspec.structs.replace(expected, data=made_printable(data))
    np.testing.assert_equal(msgspec.structs.asdict(event), msgspec.structs.asdict(expected))


@given(name=TEXT, lr=ANY_FLOAT, values=st.lists(ANY_FLOAT, max_size=3))
@ONE_RUN
def test_manifests(runs: Path, name: str, lr: float, values: list[float]) -> None:
    lane = LaneInfo(0, name, "Adam", hypers={"lr": lr}, plan=Plan(tuple(range(len(values))), tuple(values)))
    scenario = Scenario(ProblemSpec("linear"), (LaneSpec("Adam", {"lr": lr, "name": name}),), target=lr)
    run = create_run(scenario, (lane,), runs, name)
    manifest = read_manifest(run)
    np.testing.assert_equal(manifest.lanes[0].hypers, {"lr": lr})
    np.testing.assert_equal(manifest.scenario.target, lr)
    np.testing.assert_equal(manifest.scenario.lanes[0].arguments["lr"], lr)
    assert manifest.lanes[0].plan is not None
    np.testing.assert_equal(manifest.lanes[0].plan.lr, tuple(values))
    assert manifest.lanes[0].name == made_printable(name)
    bare: list[str] = []
    json.loads((run / "manifest.json").read_bytes(), parse_constant=bare.append)
    assert not bare
    before = manifest
    write_manifest(run, manifest)
    np.testing.assert_equal(msgspec.to_builtins(read_manifest(run)), msgspec.to_builtins(before))


@given(
    values=st.lists(st.lists(ANY_FLOAT, min_size=3, max_size=3), min_size=1, max_size=4),
    box=st.tuples(*[ANY_FLOAT] * 4),
)
@ONE_RUN
def test_grids(
    runs: Path,
    scenario: Scenario,
    lanes: tuple[LaneInfo, ...],
    values: list[list[float]],
    box: tuple[float, float, float, float],
) -> None:
    run = create_run(scenario, lanes, runs)
    for _ in range(2):
        writer = RunWriter(run, 0)
        writer.grid(Grid(box, np.array(values)))
        writer.close()
    reader = RunReader(run)
    reader.poll()
    assert reader.grid is not None
    np.testing.assert_equal(reader.grid.box, box)
    np.testing.assert_array_equal(reader.grid.values, np.array(values))
    assert reader.damage == []


@given(
    kind=st.sampled_from(list(Kind)), payload=st.binary(max_size=200), step=st.integers(-(2**63), 2**63 - 1)
)
def test_headers(kind: Kind, payload: bytes, step: int) -> None:
    header = read_header(memoryview(encode_frame(kind, payload, 3, step)))
    assert header is not None
    assert (header.kind, header.n, header.step0, header.length) == (kind, 3, step, len(payload))


@given(st.binary(max_size=100))
def test_decoding_anything_raises_one_error(data: bytes) -> None:
    for kind in (Event, Manifest, dict):
        try:
            decode(data, kind)
        except DamagedTextError as error:
            assert str(error) == printable(str(error))


def test_text_frames_keep_columns_aligned() -> None:
    assert {len(encode_text(Kind.EVENT, b"x" * n)) % 8 for n in range(20)} == {0}


def test_too_large_a_payload_is_refused(run: Path) -> None:
    writer = RunWriter(run, 0)
    with pytest.raises(ValueError, match="at most"):
        writer.grid(Grid((0.0, 1.0, 0.0, 1.0), np.zeros((3000, 3000))))
    writer.close()


def test_a_lane_remembers_its_first_best_and_last(run: Path) -> None:
    writer = RunWriter(run, 1)
    losses = [np.inf, 4.0, 2.0, -np.inf, 2.0, np.nan]
    some: list[Any] = [(*row[:3], loss, *row[4:]) for row, loss in zip(rows(0, 6), losses, strict=True)]
    writer.rows(0, some)
    writer.close()
    lane = LaneReader(run, 0)
    lane.poll()
    assert (lane.first_loss, lane.best_loss, lane.best_step) == (np.inf, 2.0, 2)
    assert lane.last is not None
    assert np.isnan(lane.last[3])


def test_a_lane_s_events_and_pointers_lie_in_its_log(run: Path) -> None:
    from opttui.record.frame_reader import FrameReader

    writer = RunWriter(run, 2)
    writer.rows(1, rows(0, 5))
    writer.event(Event("set", "lr", lane=1, step=5))
    writer.event(Event("paused"))
    writer.rows(1, rows(5, 8))
    writer.pointer(1, Pointer(8, "ckpt/1-8.safetensors"))
    writer.end()
    writer.end()
    writer.close()
    kinds = [(frame.kind, frame.step0) for frame in FrameReader(run / "lane-01.rec").frames()]
    assert kinds == [
        (Kind.SCHEMA, 0),
        (Kind.ROWS, 0),
        (Kind.EVENT, 5),
        (Kind.ROWS, 5),
        (Kind.POINTER, 8),
        (Kind.END, 0),
    ]
    reader = RunReader(run)
    reader.poll()
    assert [event.kind for event in reader.events] == ["set", "paused"]
    assert [(pointer.step, pointer.file) for pointer in reader.lanes[1].pointers] == [
        (8, "ckpt/1-8.safetensors")
    ]


def test_pointers_to_files_that_are_gone_are_none_and_a_birth_is_not_undone(run: Path) -> None:
    writer, reader = RunWriter(run, 1), LaneReader(run, 0)
    birth = Pointer(5, "ckpt/birth", 70, birth=True)
    writer.pointer(0, birth)
    writer.pointer(0, Pointer(7, "ckpt/7", 80))
    writer.pointer(0, Pointer(9, "ckpt/9", 90, instead=("ckpt/7",)))
    writer.flush()
    reader.poll()
    assert [(each.file, each.bytes) for each in reader.pointers] == [("ckpt/birth", 70), ("ckpt/9", 90)]
    writer.event(Event("rewound", lane=0, step=5))
    writer.close()
    reader.poll()
    assert reader.pointers == [birth]
