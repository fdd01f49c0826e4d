"""Run directories: private, whole or not there, found by a few letters; one sentence for everything that is
not one."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from opttui.errors import RunError
from opttui.record import rundir
from opttui.record.manifest import LaneInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import (
    create_run,
    find_run,
    list_runs,
    read_manifest,
    runs_directory,
    write_manifest,
)
from opttui.record.writer import RunWriter
from opttui.scenario.specs import ProblemSpec, Scenario


def made(
    runs: Path, scenario: Scenario, lanes: tuple[LaneInfo, ...], name: str = "", created: float = 0.0
) -> Path:
    path = create_run(scenario, lanes, runs, name)
    write_manifest(path, msgspec.structs.replace(read_manifest(path), created=created))
    return path


def sentence(path: Path) -> str:
    with pytest.raises(RunError) as caught:
        read_manifest(path)
    text = str(caught.value)
    assert "\n" not in text
    assert re.fullmatch(r"[^\x00-\x1f\x7f-\x9f]+", text)
    return text


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_private_whatever_the_umask(
    runs: Path, scenario: Scenario, lanes: tuple[LaneInfo, ...], mask: int
) -> None:
    before = os.umask(mask)
    try:
        run = create_run(scenario, lanes, runs / "deep" / "deeper")
        writer = RunWriter(run, 2)
        writer.rows(0, [(0.0,) * 9] * 5000)
        writer.end()
        writer.close()
    finally:
        os.umask(before)
    for directory in (run, runs, runs / "deep", runs / "deep" / "deeper"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in run.iterdir()}
    assert modes == dict.fromkeys(
        ["manifest.json", "events.jsonl", "lane-00.rec", "lane-00.idx", "lane-01.rec"], 0o600
    )


def test_ids_are_safe_names_with_four_digits(runs: Path, lanes: tuple[LaneInfo, ...]) -> None:
    names = {
        "": r"f\.py-loss",
        "my race": "my-race",
        "../../etc/passwd": "etc-passwd",
        "-rf": "rf",
        ".hidden": "hidden",
        "\x1b]0;x\x07": "0-x",
        "日本": "race",
        "a" * 300: "a{40}",
    }
    scenario = Scenario(ProblemSpec("/home/x/f.py::loss"), ())
    for name, stem in names.items():
        run = create_run(scenario, lanes, runs, name)
        assert re.fullmatch(stem + "-[0-9a-f]{4}", run.name)
        assert run.parent == runs
        assert read_manifest(run).id == run.name


def test_ids_are_unique(
    runs: Path, scenario: Scenario, lanes: tuple[LaneInfo, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = iter([b"h" * 8, b"\x00\x01", b"i" * 8, b"\x00\x01", b"\x00\x02"])
    monkeypatch.setattr(rundir.os, "urandom", lambda count: next(words))
    assert create_run(scenario, lanes, runs).name == "rosenbrock-0001"
    assert create_run(scenario, lanes, runs).name == "rosenbrock-0002"


def test_a_new_run(runs: Path, scenario: Scenario, lanes: tuple[LaneInfo, ...]) -> None:
    manifest = read_manifest(create_run(scenario, lanes, runs))
    assert manifest.state == "starting"
    assert manifest.scenario == scenario
    assert manifest.lanes == lanes
    assert manifest.created > 1.7e9
    assert [path.name for path in runs.iterdir()] == [manifest.id], "nothing else is left behind"


def test_a_directory_that_cannot_be_made(
    tmp_path: Path, scenario: Scenario, lanes: tuple[LaneInfo, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for runs in (
        tmp_path / "file",
        tmp_path / "file" / "deep" / "er",
        Path("/proc/opttui"),
        tmp_path / ("x" * 300),
    ):
        with pytest.raises(RunError, match=r"No run can be made in .*: .*\. Set OPTTUI_RUNS"):
            create_run(scenario, lanes, runs)
    runs = tmp_path / "runs"
    for name in ("fsync", "ftruncate"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, refuse)
            with pytest.raises(RunError, match="No space left"):
                create_run(scenario, lanes, runs)
        assert list(runs.iterdir()) == []


def refuse(*arguments: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_manifest_is_replaced_whole_or_not_at_all(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (run / "manifest.json").read_bytes()
    manifest = msgspec.structs.replace(read_manifest(run), device="cuda:0")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="No space left"):
            write_manifest(run, manifest)
    assert (run / "manifest.json").read_bytes() == before
    assert [path.name for path in run.iterdir()] == ["manifest.json"]
    write_manifest(run, manifest)
    assert read_manifest(run).device == "cuda:0"
    assert [path.name for path in run.iterdir()] == ["manifest.json"]


def test_what_is_no_run(runs: Path, run: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    assert "is not a run: it holds no manifest.json" in sentence(empty)
    assert "is a file; a run is a directory" in sentence(text)
    assert "There is no run at" in sentence(tmp_path / "nowhere")
    assert "cannot be read: File name too long" in sentence(tmp_path / ("x" * 300))
    assert "it is no file name" in sentence(Path("a\x00b"))
    assert "`opttui runs` lists them" in sentence(empty)
    manifest = run / "manifest.json"
    whole = manifest.read_bytes()
    for content, expected in {
        b"": "is not a run's manifest",
        b"hello": "is not a run's manifest",
        b"[1, 2]": "is not a run's manifest",
        b'{"name": "a package"}': "is not a run's manifest",
        whole[:-20]: "is not a run's manifest",
        b"[" * 200_000: "is not a run's manifest",
        b"\xff\xfe\x00": "is not a run's manifest",
        b'{"format": 1}': "is damaged",
        b'{"format": 1, "id": 3}': "is damaged",
        whole.replace(b'"steps":2000', b'"steps":"\\u001b]0;x\\u0007"'): "is damaged",
        whole.replace(b'"format":1', b'"format":2'): "newer opttui (format 2; this one reads up to 1)",
    }.items():
        manifest.write_bytes(content)
        assert expected in sentence(run)
    with manifest.open("wb") as file:
        file.truncate(17 * 2**20)
    assert "has 17825792 bytes" in sentence(run)
    manifest.unlink()
    os.mkfifo(manifest)
    assert "is not a regular file" in sentence(run)
    manifest.unlink()
    manifest.symlink_to(text)
    assert "is a symbolic link" in sentence(run)


def test_too_many_lanes_are_refused(run: Path) -> None:
    manifest = read_manifest(run)
    write_manifest(run, msgspec.structs.replace(manifest, lanes=(manifest.lanes[0],) * 1025))
    assert "names 1025 lanes" in sentence(run)


def test_a_manifest_that_breaks_later_keeps_the_reader_going(run: Path) -> None:
    reader = RunReader(run)
    reader.poll()
    (run / "manifest.json").write_text("{")
    assert reader.poll()
    assert not reader.poll()
    assert len(reader.manifest.lanes) == 2
    assert len(reader.damage) == 1
    assert "manifest.json" in reader.damage[0]


def test_lanes_that_come_later_are_read(run: Path) -> None:
    reader = RunReader(run)
    manifest = read_manifest(run)
    fork = msgspec.structs.replace(manifest.lanes[0], id=2, parent=0, forked_at=10)
    write_manifest(run, msgspec.structs.replace(manifest, lanes=(*manifest.lanes, fork), state="running"))
    writer = RunWriter(run, 3)
    writer.rows(2, [(0.0,) * 9])
    writer.close()
    assert reader.poll()
    assert [lane.rows for lane in reader.lanes] == [0, 0, 1]
    assert reader.manifest.state == "running"


def test_finding(
    runs: Path,
    scenario: Scenario,
    lanes: tuple[LaneInfo, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(RunError, match=r"There is no run in .* yet"):
        find_run(None)
    first = made(runs, scenario, lanes, created=1.0)
    second = made(runs, scenario, lanes, "night", created=3.0)
    third = made(runs, scenario, lanes, "nightly", created=2.0)
    assert list_runs() == [second, third, first]
    assert find_run(None) == second
    assert find_run(first.name) == first
    assert find_run("rosen") == first
    assert find_run("rosenbrock") == first
    assert find_run("night") == second, "a whole name beats the beginning of another"
    assert find_run("nightl") == third
    assert find_run(str(third)) == third
    monkeypatch.chdir(runs)
    assert find_run(f"./{third.name}") == third
    with pytest.raises(RunError, match=r"2 runs begin with 'nigh': night-.*, nightly-.*\. Type more"):
        find_run("nigh")
    with pytest.raises(RunError, match=rf"There is no run 'rosenbrok' in .*Did you mean '{first.name}'"):
        find_run("rosenbrok")
    for wrong in ("", "zzz", "\x1b[2J", "a\x00b", "x" * 5000, "/", "..", "no/such", "~nobody/x"):
        with pytest.raises(RunError) as caught:
            find_run(wrong)
        assert str(caught.value).isprintable()
    (tmp_path / "notes.txt").write_text("")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match="is a file; a run is a directory"):
        find_run("notes.txt")


def test_listing_leaves_out_what_is_no_run(
    runs: Path, scenario: Scenario, lanes: tuple[LaneInfo, ...]
) -> None:
    assert list_runs() == []
    run = made(runs, scenario, lanes, created=5.0)
    (runs / "empty").mkdir()
    (runs / "file").write_text("")
    (runs / ".new-1234").mkdir()
    (runs / "link").symlink_to(run)
    broken = runs / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")
    os.utime(broken, (9.0, 9.0))
    assert list_runs() == [broken, run]
    assert find_run(None) == run, "the newest that can be read"
    assert find_run("broken") == broken, "so that it can be removed"


def test_a_runs_directory_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path / "file"))
    with pytest.raises(RunError, match="cannot be listed"):
        list_runs()


def test_where_runs_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OPTTUI_RUNS", "~/there")
    assert runs_directory() == tmp_path / "there"
    monkeypatch.delenv("OPTTUI_RUNS")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    if sys.platform == "linux":
        assert runs_directory() == tmp_path / "state" / "opttui" / "runs"


def test_listing_needs_no_numpy() -> None:
    """0.1 s that `opttui runs` does not have."""
    code = "import sys, opttui.record.rundir, opttui.record.results, opttui.record.manifest; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"created": {"$float": "nan"}}, "created is no time: nan"),
        ({"created": 1e300}, "created is no time: 1e+300"),
        ({"created": -1}, "created is no time: -1"),
        ({"ended": {"$float": "inf"}}, "ended is no time: inf"),
        ({"format": -5}, "there is no format -5"),
        ({"lanes": [{"id": 0, "name": "a", "phrase": "Adam"}] * 2}, "the ids of its lanes"),
        ({"lanes": [{"id": 10**9, "name": "a", "phrase": "Adam"}]}, "the ids of its lanes"),
        (
            {"process": {"host": "h", "boot_id": "b", "pid": -1, "start_time": 0, "socket": ""}},
            "there is no process -1",
        ),
    ],
)
def test_a_manifest_that_cannot_be_true_is_damaged(run: Path, changes: dict[str, Any], why: str) -> None:
    manifest = json.loads((run / "manifest.json").read_bytes())
    (run / "manifest.json").write_text(json.dumps(manifest | changes))
    assert f"manifest.json is damaged: {why}" in sentence(run)


def test_a_scenario_and_results_that_cannot_be_true_are_damage(run: Path) -> None:
    manifest = read_manifest(run)
    shortened = msgspec.structs.replace(manifest.scenario, steps=0)
    write_manifest(run, msgspec.structs.replace(manifest, scenario=shortened))
    assert "a race has no 0 steps" in sentence(run)


def test_a_run_that_was_renamed_goes_by_its_new_name(run: Path) -> None:
    moved = run.rename(run.with_name("a-copy"))
    assert read_manifest(moved).id == "a-copy"
