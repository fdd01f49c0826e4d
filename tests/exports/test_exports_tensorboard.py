"""TensorBoard's own reader gets back every value and every step."""

import io
import json
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from export_runs import HOSTILE, ODD, made, read

from opttui.exports import wire
from opttui.exports.clock import Clock
from opttui.exports.jsonl import write_jsonl
from opttui.exports.names import file_names
from opttui.exports.rows import Choice, everything
from opttui.exports.tensorboard import TAGS, write_tensorboard
from opttui.record.events import Event
from opttui.record.layout import GRAD_NORM, LOSS, STEP, Y
from opttui.record.machine import Computer, MachineWriter
from opttui.record.reader import RunReader
from opttui.record.writer import RunWriter
from opttui.sources.watched import Watched

with warnings.catch_warnings():
    # tensorboard 2.21 looks for pkg_resources, and says what will become of it.
    warnings.simplefilter("ignore")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
    from tensorboard.plugins.hparams import plugin_data_pb2

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def exported(reader: RunReader, directory: Path, choice: Choice | None = None) -> dict[str, EventAccumulator]:
    """The lanes as TensorBoard reads them, by the name of their directory."""
    directory.mkdir()
    write_tensorboard(reader, choice or everything(reader), directory)
    found = {}
    for lane in sorted(path for path in directory.iterdir() if path.is_dir()):
        accumulator = EventAccumulator(str(lane), {"scalars": 0, "tensors": 0})
        accumulator.Reload()
        found[lane.name] = accumulator
    return found


def scalars(read: EventAccumulator, tag: str) -> tuple[list[int], np.ndarray]:
    """Steps and values of a tag, the values as float32."""
    events = read.Scalars(tag)
    return [event.step for event in events], np.array([event.value for event in events], np.float32)


def test_every_value_and_step_comes_back(runs: Path, tmp_path: Path) -> None:
    # Steps of one, two, three and five sevens of bits.
    for at, first in enumerate((0, 120, 16_380, 2**28 - 5)):
        losses = [*ODD, *np.random.default_rng(first).lognormal(0, 20, 300).tolist()]
        reader = made(runs / str(at), losses=losses, first=first)
        read = exported(reader, tmp_path / f"tb{first}")
        assert list(read) == ["SGD", "hot, and odd"]
        for lane, accumulator in zip(reader.lanes, read.values(), strict=True):
            rows = np.concatenate(list(lane.read()))
            for column, tag in TAGS.items():
                if column == Y:
                    assert tag not in accumulator.Tags()["scalars"]
                    continue
                steps, values = scalars(accumulator, tag)
                assert steps == rows[:, STEP].astype(int).tolist()
                with np.errstate(over="ignore"):
                    assert values.tobytes() == rows[:, column].astype(np.float32).tobytes(), tag
            for name in ("loss", "accuracy"):
                steps, values = scalars(accumulator, f"validation/{name}")
                assert steps == [step for step, _ in lane.validation]
                recorded = np.array([metrics[name] for _, metrics in lane.validation], np.float32)
                assert values.tobytes() == recorded.tobytes()


def test_every_point_of_another_tools_metrics_comes_back_from_json_and_tensorboard(tmp_path: Path) -> None:
    # More than a window holds of a metric, at steps of its own, one of them twice.
    count, values = 9000, np.random.default_rng(5).lognormal(0, 9, 9000)
    names = ("Loss/train", "val/acc", "lr")
    steps = {"Loss/train": [3 * k for k in range(count)], "lr": [0, 40, 40, 900]}
    steps["val/acc"] = [3 * (k // 2) for k in range(count)]
    lines = [
        json.dumps({"step": step, name: float(values[k])})
        for name in names
        for k, step in enumerate(steps[name])
    ]
    order = sorted(range(len(lines)), key=lambda at: json.loads(lines[at])["step"])
    (log := tmp_path / "log.jsonl").write_text("".join(f"{lines[at]}\n" for at in order))
    reader = Watched([log])
    reader.poll()
    (lane,) = reader.lanes
    assert lane.overview.stride > 1 and lane.loss == "Loss/train"
    (read,) = exported(reader, tmp_path / "tb").values()
    for name in names:
        tag = {"Loss/train": "loss", "lr": "metrics/lr"}.get(name, name)
        found, told = scalars(read, tag)
        assert found == steps[name], name
        assert told.tobytes() == values[: len(found)].astype(np.float32).tobytes()
    buffer = io.BytesIO()
    write_jsonl(reader, everything(reader), buffer)
    told_lines = [json.loads(line) for line in buffer.getvalue().splitlines()]
    for name in ("val/acc", "lr"):
        pairs = [(one["step"], one["metrics"][name]) for one in told_lines if name in one.get("metrics", ())]
        assert pairs == list(zip(steps[name], values[: len(pairs)].tolist(), strict=True))
    rows = [(one["step"], one["loss"]) for one in told_lines if one["kind"] == "row"]
    assert rows == list(zip(steps["Loss/train"], values.tolist(), strict=True))


def test_lanes_and_steps_can_be_chosen(runs: Path, tmp_path: Path) -> None:
    read = exported(made(runs), tmp_path / "tb", Choice((1,), every=7))
    assert list(read) == ["hot, and odd"]
    assert scalars(read["hot, and odd"], "loss")[0] == [0, 7, 14, 21, 28, 35]


def test_wall_times_go_through_those_of_the_events(runs: Path, tmp_path: Path) -> None:
    reader = made(runs)
    read = exported(reader, tmp_path / "tb")
    for name, turned in (("SGD", 1010.0), ("hot, and odd", 1000 + 50 * 5 / 40)):
        times = [event.wall_time for event in read[name].Scalars("loss")]
        assert times == sorted(times)
        assert times[0] == 1000.0
        assert times[5] == pytest.approx(turned)
        assert times[-1] == pytest.approx(1050, abs=2)
    assert read["SGD"].FirstEventTimestamp() == 1000.0


def test_the_lane_is_described_in_words_and_in_numbers(runs: Path, tmp_path: Path) -> None:
    read = exported(made(runs), tmp_path / "tb")["hot, and odd"]
    (words,) = read.Tensors("lane/text_summary")
    assert b"SGD:lr=0.2" in words.tensor_proto.string_val[0]
    assert read.PluginTagToContent("text") == {"lane/text_summary": b""}
    content = read.PluginTagToContent("hparams")["_hparams_/session_start_info"]
    told = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    assert told.hparams["lr"].number_value == 0.2
    assert told.hparams["optimizer"].string_value == "SGD"


def test_files_are_whole_records_that_a_strict_reader_takes(runs: Path, tmp_path: Path) -> None:
    made_ = made(runs, steps=1000)
    directory = tmp_path / "tb"
    directory.mkdir()
    write_tensorboard(made_, everything(made_), directory)
    (file,) = (directory / "SGD").iterdir()
    events = list(LegacyEventFileLoader(str(file)).Load())
    assert events[0].file_version == "brain.Event:2"
    assert sum(1 for event in events if any(v.tag == "loss" for v in event.summary.value)) == 1000
    data, at, records = file.read_bytes(), 0, 0
    while at < len(data):
        (size,) = struct.unpack_from("<Q", data, at)
        assert struct.unpack_from("<I", data, at + 8)[0] == crc(data[at : at + 8])
        body = data[at + 12 : at + 12 + size]
        assert struct.unpack_from("<I", data, at + 12 + size)[0] == crc(body)
        at, records = at + size + 16, records + 1
    assert records == len(events)


def crc(data: bytes) -> int:
    """The masked checksum, as TensorBoard's own code has it."""
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    return int(masked_crc32c(data))


def test_checksums_are_those_of_the_standard() -> None:
    # RFC 3720, B.4: 32 bytes of zeros, of ones, ascending.
    for data, known in ((bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43), (bytes(range(32)), 0x46DD794E)):
        masked = wire.masked_crcs(np.frombuffer(data, np.uint8)[:, np.newaxis])
        assert int(masked[0]) == ((known >> 15 | known << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_names_stay_in_their_directory(runs: Path, tmp_path: Path) -> None:
    names = file_names(HOSTILE)
    assert len({name.casefold() for name in names}) == len(HOSTILE)
    assert all("/" not in name and name not in ("", ".", "..") and len(name) < 70 for name in names)
    reader = made(runs, [*HOSTILE, "Adam", "adam", "ADAM"], steps=3)
    read = exported(reader, tmp_path / "tb")
    assert len(read) == len(HOSTILE) + 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runs", "tb"]
    assert {"Adam", "adam 2", "ADAM 3"} <= set(read)


def test_a_lane_without_rows_has_a_directory_and_a_loss_that_is_never_a_number_a_tag(
    runs: Path, tmp_path: Path
) -> None:
    assert exported(made(runs, losses=[]), tmp_path / "none")["SGD"].Tags()["scalars"] != ["loss"]
    read = exported(made(runs, losses=[float("nan")] * 3), tmp_path / "nan")["SGD"]
    assert np.isnan(scalars(read, "loss")[1]).all()
    assert TAGS[GRAD_NORM] in read.Tags()["scalars"]
    assert TAGS[LOSS] in read.Tags()["scalars"]


def test_readings_of_the_machine_say_when_steps_were_taken(runs: Path) -> None:
    path = made(runs, steps=40).path
    writer = MachineWriter(path)
    writer.computer(Computer("host", "cpu", 2, 2, 1e9, None, 1, 1000.0, ("cpu",)))
    for step, at in ((10, 1012.0), (20, 1013.0), (30, 1048.0)):
        writer.reading(at - 1000, at, step, [0.5])
    writer.close()
    reader = read(path)
    clock = Clock(reader, reader.lanes[1])
    assert clock.at(np.array([0, 10, 15, 20, 30, 40])).tolist() == [1000, 1012, 1012.5, 1013, 1048, 1050]


def test_a_lane_that_went_back_has_the_times_of_its_last_passage(runs: Path) -> None:
    path = made(runs, steps=40, ended=False).path
    writer = RunWriter(path, 2)
    writer.event(Event("rewound", "", lane=0, step=10, time=2000.0, data={"from": 40}))
    writer.event(Event("outcome", "", lane=0, step=40, time=2030.0, data={"outcome": "finished"}))
    writer.close()
    reader = read(path)
    clock = Clock(reader, reader.lanes[0])
    assert clock.at(np.array([0, 5, 10, 25, 40])).tolist() == [1000, 1010, 2000, 2015, 2030]
    rows = np.arange(41.0)[:, np.newaxis] * np.ones(9)
    assert (np.diff(clock.times(rows)) >= 0).all()
