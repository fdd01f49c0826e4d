"""Charts as SVG and PNG: whole, escaped, small, and true to the rows."""

import io
import re
import struct
import sys
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import msgspec
import numpy as np
import pytest
from export_runs import HOSTILE, made, read, row

from opttui.errors import InputError
from opttui.exports.draw import drawn
from opttui.exports.pixels import png_of
from opttui.exports.png import families, write_png
from opttui.exports.report import report
from opttui.exports.scene import Scene, Stroke, Words, colour_in
from opttui.exports.series import chart_named, chart_names, curves_of
from opttui.exports.svg import path, svg, tenth
from opttui.exports.trace import traced
from opttui.plots.scales import Scale
from opttui.record.events import Event
from opttui.record.layout import LOSS, STEP
from opttui.record.manifest import LaneInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.tui.palettes import DARK, LIGHT

SPACE = "{http://www.w3.org/2000/svg}"


def scene_of(reader: RunReader, name: str = "loss", **style: object) -> Scene:
    """All lanes' chart."""
    return drawn(reader, name, [lane.id for lane in reader.lanes], **style)  # type: ignore[arg-type]


def file_of(reader: RunReader, name: str = "loss", **style: object) -> str:
    """The same as a file."""
    return svg(scene_of(reader, name, **style), colour_in(LIGHT))


def strokes(scene: Scene, lane: int) -> list[Stroke]:
    """A lane's lines inside of the frame."""
    return [item for item in scene.items if isinstance(item, Stroke) and item.lane == lane and item.inside]


def test_every_chart_is_a_file_that_parses_and_loads_nothing(runs: Path) -> None:
    reader = made(runs, HOSTILE, steps=300)
    names = chart_names(reader)
    assert names == ["loss", "lr", "grad_norm", "update_norm", "validation/loss", "validation/accuracy"]
    for name in names:
        text = file_of(reader, name)
        root = ET.fromstring(text)
        assert root.tag == f"{SPACE}svg"
        assert {element.tag.removeprefix(SPACE) for element in root.iter()} <= {
            *("svg", "rect", "title", "desc", "clipPath", "g", "path", "text", "image")
        }
        attributes = [key for element in root.iter() for key in element.attrib]
        assert not [key for key in attributes if key.startswith("on") or key in ("href", "src", "style")]
        assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]", text)


def test_lanes_are_named_in_the_legend_as_they_are_called(runs: Path) -> None:
    root = ET.fromstring(file_of(made(runs, ["<b>&amp;", "日本 $x^2$"])))
    assert {"<b>&amp;", "日本 $x^2$"} <= {element.text for element in root.iter(f"{SPACE}text")}


def test_the_same_run_is_the_same_file(runs: Path) -> None:
    path = made(runs, steps=500).path
    assert file_of(read(path)) == file_of(read(path))
    first, second = io.BytesIO(), io.BytesIO()
    for file in (first, second):
        write_png(scene_of(read(path)), colour_in(DARK), 1.0, file)
    assert first.getvalue() == second.getvalue()


def test_a_png_has_the_pixels_asked_for_and_no_name_of_a_program(runs: Path) -> None:
    file = io.BytesIO()
    write_png(scene_of(made(runs), width=300, height=200), colour_in(LIGHT), 2.0, file)
    data = file.getvalue()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (600, 400)
    assert b"matplotlib" not in data.lower()


def test_characters_that_the_font_lacks_are_looked_for_in_those_that_are_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from matplotlib.font_manager import FontEntry, fontManager

    assert families("Adam, hot") == ["DejaVu Sans"]
    fonts = [FontEntry(name=name) for name in ("Unifont", "Comic Sans MS", "Noto Sans CJK SC")]
    monkeypatch.setattr(fontManager, "ttflist", fonts)
    assert families("优化器") == ["DejaVu Sans", "Noto Sans CJK SC", "Unifont"]


def test_without_matplotlib_a_sentence_says_what_brings_it(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_of(made(runs))
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    with pytest.raises(InputError, match=r"pip install 'opttui\[png\]'"):
        write_png(scene, colour_in(LIGHT), 1.0, io.BytesIO())


def test_a_chart_of_no_rows_says_so(runs: Path) -> None:
    reader = made(runs, losses=[], ended=False)
    assert "no data yet" in file_of(reader)
    assert chart_names(reader)[0] == "loss"


def test_a_name_that_is_no_charts_is_refused_with_the_nearest(runs: Path) -> None:
    reader = made(runs)
    for name, meant in (("los", "loss"), ("gradnorm", "grad_norm"), ("acuracy", "accuracy")):
        with pytest.raises(InputError, match=f"Did you mean .*{meant}"):
            chart_named(reader, name)
    for name, meant in (("rate", "lr"), ("accuracy", "validation/accuracy"), ("grad", "grad_norm")):
        assert chart_named(reader, name) == meant
    with pytest.raises(InputError, match="There is no chart 'path'"):
        drawn(reader, "path", [0])


@pytest.mark.parametrize("size", [5, 999, 60_000])
def test_thinning_keeps_the_lowest_and_the_highest_of_every_column(size: int) -> None:
    values = np.random.default_rng(size).lognormal(0, 1, size)
    x = np.arange(size, dtype=np.float64)
    scale = Scale(float(values.min()), float(values.max()), "log")
    across = Scale(0.0, float(size), "linear")
    (found,) = traced(x, values, values, across, scale, (0.0, 0.0, 100.0, 50.0))
    assert len(found) <= max(size, 4 * 200 + 4)
    columns = np.floor(across.place(x) * 200).astype(int)
    kept = columns[np.rint(found[:, 0] / 100 * size).astype(int)]
    heights = (1 - scale.place(values)) * 50
    for column in np.unique(columns):
        mine, theirs = heights[columns == column], found[kept == column, 1]
        assert theirs.min() == pytest.approx(mine.min(), abs=1e-9)
        assert theirs.max() == pytest.approx(mine.max(), abs=1e-9)
    assert (np.diff(found[:, 0]) >= 0).all()


def test_gaps_stay_gaps_and_infinity_leaves_the_frame() -> None:
    y = np.array([1.0, 2.0, np.nan, 1.0, np.inf, 2.0])
    pieces = traced(np.arange(6.0), y, y, Scale(0, 5, "linear"), Scale(0, 4, "linear"), (0, 0, 50, 40))
    assert [len(piece) for piece in pieces] == [2, 3]
    assert pieces[1][1, 1] < 0
    assert np.isfinite(np.concatenate(pieces)).all()


def test_points_read_back_from_a_path_to_a_tenth_of_a_pixel() -> None:
    way = np.cumsum(np.random.default_rng(1).normal(0, 3, (400, 2)), axis=0)
    way[100:140, 1] = way[100, 1]
    text = path([way], closed=False)
    numbers = [float(word) for word in re.findall(r"-?(?:\d+(?:\.\d)?|\.\d)", text)]
    back = np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)
    assert back[0] == pytest.approx(way[0], abs=0.051)
    for point in back:
        assert np.abs(way - point).max(axis=1).min() < 0.051
    assert [tenth(n) for n in (-7, 0, 5, 10, -123)] == ["-.7", "0", ".5", "1", "-12.3"]


def test_a_long_run_is_a_small_file(runs: Path) -> None:
    values = np.random.default_rng(2).lognormal(0, 1, 100_000).tolist()
    reader = made(runs, ["one"], losses=values)
    assert 10_000 < len(file_of(reader)) < 400_000


def test_curves_hold_the_recorded_numbers(runs: Path) -> None:
    reader = made(runs, steps=60)
    curves = curves_of(reader, "loss", [0, 1], smooth=False)
    for curve, lane in zip(curves.lanes, reader.lanes, strict=True):
        rows = np.concatenate(list(lane.read()))
        assert curve.line.x.tolist() == rows[:, STEP].tolist()
        assert curve.line.low.tolist() == rows[:, LOSS].tolist()
    accuracy = curves_of(reader, "validation/accuracy", [1])
    assert [curve.name for curve in accuracy.lanes] == ["hot, and odd"]
    assert accuracy.lanes[0].line.low[-1] == 1 / 3 + 1


def test_noise_is_smoothed_with_what_was_measured_behind_it(runs: Path) -> None:
    reader = made(runs, steps=300)
    (curve,) = curves_of(reader, "loss", [0]).lanes
    assert curve.band is not None and len(curve.faint) == 1
    assert len(strokes(scene_of(reader), 0)) == 2
    assert curves_of(reader, "lr", [0]).lanes[0].band is None


def test_a_turn_is_marked_and_a_fork_hangs_on_its_parent(runs: Path) -> None:
    path = made(runs, ["parent", "child"], steps=40).path
    manifest = read_manifest(path)
    child = LaneInfo(id=1, name="child", phrase="SGD:lr=0.2", parent=0, forked_at=0, exact="exact")
    write_manifest(path, msgspec.structs.replace(manifest, lanes=(manifest.lanes[0], child)))
    reader = read(path)
    curves = curves_of(reader, "loss", [0, 1], smooth=False)
    assert [mark.x for mark in curves.lanes[0].line.marks] == [5.0]
    assert curves.lanes[1].fork == (0.0, 1.0)
    assert curves.lanes[1].ink == "lane0+1"
    assert curves_of(reader, "loss", [1], smooth=False).lanes[0].fork is None


def test_a_lane_on_its_way_to_infinity_does_not_press_the_others_flat(runs: Path) -> None:
    path = made(runs, steps=30).path
    writer = RunWriter(path, 2)
    writer.rows(1, [row(30 + at, 10.0 ** (10 * at)) for at in range(30)])
    writer.event(Event("outcome", "diverged", lane=1, step=59, data={"outcome": "diverged"}))
    writer.close()
    reader = read(path)
    up = curves_of(reader, "loss", [0, 1], smooth=False).up
    assert 1 < up.high < 1000
    pieces = [piece for item in scene_of(reader).items if isinstance(item, Stroke) for piece in item.pieces]
    assert all(np.isfinite(piece).all() for piece in pieces)


@pytest.mark.parametrize("width, height", [(240, 160), (960, 540), (3000, 400)])
def test_no_words_leave_the_page(runs: Path, width: int, height: int) -> None:
    scene = scene_of(
        made(runs, [f"lane number {n} with a long name" for n in range(40)]), width=width, height=height
    )
    for item in scene.items:
        if isinstance(item, Words):
            assert 0 <= item.x <= width and 0 <= item.y <= height, item
    cut = any(isinstance(item, Words) and "more lanes" in item.text for item in scene.items)
    assert cut == (width < 3000)


def test_what_stands_beside_a_run_has_a_curve_and_a_name_and_no_mark(runs: Path) -> None:
    reader, other = made(runs / "a"), made(runs / "b")
    curves = curves_of(reader, "loss", [0], beside=(other,))
    names = [curve.name for curve in curves.lanes]
    assert names == [
        curves.lanes[0].name,
        *(f"{info.name} of {other.manifest.id}" for info in other.manifest.lanes),
    ]
    assert all(curve.ink == "label" and curve.dash and not curve.line.marks for curve in curves.lanes[1:])
    recorded = curves_of(other, "loss", [0]).lanes[0].line
    assert curves.lanes[1].line.x.tolist() == recorded.x.tolist()
    page = report(reader, [0], beside=(other,))
    assert page.count("(beside)</span>") == 2
    assert other.manifest.id in svg(drawn(reader, "loss", [0], beside=(other,)), colour_in(LIGHT))


def test_pixels_are_an_image_that_reads_back() -> None:
    strengths = np.arange(30, dtype=np.uint8).reshape(5, 6) * 8
    data = png_of(strengths, "#102030")
    at, chunks = 8, {}
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        chunks[kind] = data[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", data, at + 8 + size)[0] == zlib.crc32(data[at + 4 : at + 8 + size])
        at += size + 12
    pixels = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(5, 7)[:, 1:]
    assert np.frombuffer(chunks[b"tRNS"], np.uint8)[pixels].tolist() == strengths.tolist()
    assert chunks[b"PLTE"][:3] == bytes((16, 32, 48))
