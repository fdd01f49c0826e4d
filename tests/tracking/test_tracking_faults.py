"""Whatever happens to the recording, training goes on; whatever happens to the script, the record says so."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset
from tracked import columns, net, opened, parameters, same, train

import opttui
from opttui.control.life import life
from opttui.control.lock import is_locked
from opttui.errors import TrackingWarning
from opttui.record import log
from opttui.tracking import recorder

LIMIT = 240.0

SCRIPT = """
import sys, torch, opttui
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
run = opttui.track(optimizer, model=model, name="job", quiet=True)
loader = torch.utils.data.DataLoader(range(10**9), num_workers=int(sys.argv[2]))
for step, _ in enumerate(loader):
    loss = model(torch.ones(2)).square().sum()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    run.log(loss=loss)
    if step == 20 and sys.argv[1] == "raise":
        raise ValueError("the 20th batch is bad")
    if step == 20 and sys.argv[1] == "wait":
        print(run.path, flush=True)
"""


def until(true: Callable[[], Any]) -> Any:
    """Wait for something."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.005)
    raise AssertionError("it never came to that")


def script(*arguments: str) -> subprocess.Popen[str]:
    """A script in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SCRIPT, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_error_that_ends_the_script_is_how_the_run_ended(runs: Path) -> None:
    with script("raise", "0") as process:
        _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 1 and said.count("ValueError") == 1
    (path,) = runs.glob("job-*")
    result = opened(path).manifest.results[0]
    assert (result.outcome, result.reason) == ("failed", "ValueError: the 20th batch is bad")
    assert result.steps == 21 == len(columns(path)["step"])
    assert any("20th batch" in event.data.get("traceback", "") for event in opened(path).events)


def test_a_killed_script_has_crashed_though_a_worker_of_its_loader_outlives_it(runs: Path) -> None:
    with script("wait", "1") as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        until(lambda: len(columns(path)["step"]) > 20)
        assert life(path) == "live"
        os.kill(process.pid, signal.SIGKILL)
        process.wait(LIMIT)
        assert life(path) == "crashed"
    steps = columns(path)["step"]
    assert steps.tolist() == list(range(len(steps)))


@pytest.mark.filterwarnings("ignore:This process is multi-threaded")
def test_a_forked_child_writes_nothing_and_holds_nothing() -> None:
    model = net(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer, quiet=True) as run:
        train(model, optimizer, 2, told=lambda loss: run.log(loss=loss))
        child = os.fork()
        if child == 0:
            try:
                run.log(loss=5.0)
                optimizer.step()
                run.close()
            finally:
                os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert run.path is not None and is_locked(run.path) and run.recording
        train(model, optimizer, 2, told=lambda loss: run.log(loss=loss))
    assert columns(run.path)["step"].tolist() == [0, 1, 2, 3]
    assert 5.0 not in columns(run.path)["loss"]


@pytest.mark.filterwarnings("ignore:This process is multi-threaded")
def test_a_loader_with_workers_feeds_a_tracked_script() -> None:
    model = net(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    data = DataLoader(TensorDataset(torch.arange(24.0).reshape(4, 6)), num_workers=1)
    with opttui.track(optimizer, quiet=True) as run:
        for (inputs,) in run.steps(data):
            loss = model(inputs).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            run.log(loss=loss)
    assert len(columns(run.path)["step"]) == 4


def test_a_disk_that_is_full_for_a_while_pauses_the_recording_and_not_the_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = threading.Event()
    write = log._write_all

    def refuse(descriptor: int, data: bytes, offset: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        write(descriptor, data, offset)

    monkeypatch.setattr(log, "_write_all", refuse)
    monkeypatch.setattr(recorder, "RETRY", 0.01)
    monkeypatch.setattr(recorder, "MOST", 30)
    model, plain = net(2), net(2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.warns(TrackingWarning, match="the disk is full; recording pauses, training goes on") as told:
        run = opttui.track(optimizer, quiet=True)
        assert run._recording is not None
        ours = run._recording._recorder
        train(model, optimizer, 5, told=lambda loss: run.log(loss=loss))
        until(lambda: len(columns(run.path)["step"]) == 5)
        full.set()
        train(model, optimizer, 5, told=lambda loss: run.log(loss=loss))
        until(lambda: ours.trouble)
        losses = train(model, optimizer, 60, told=lambda loss: run.log(loss=loss))
        until(lambda: not run._recording._lanes[0].rows.notes)
        full.clear()
        until(lambda: not ours.trouble)
        train(model, optimizer, 3, told=lambda loss: run.log(loss=loss))
        run.close()
    assert len([each for each in told if each.category is TrackingWarning]) == 1
    reader = opened(run.path)
    disk = [event.text for event in reader.events if event.kind == "disk"]
    missing = 73 - len(columns(run.path)["step"])
    assert missing > 0 and disk == [
        f"the disk can be written again after the disk is full; {missing} rows are missing"
    ]
    assert columns(run.path)["step"][-1] == 72 and reader.manifest.results[0].outcome == "finished"
    untracked = torch.optim.SGD(plain.parameters(), lr=0.1)
    train(plain, untracked, 5), train(plain, untracked, 5)
    assert train(plain, untracked, 60) == losses
    train(plain, untracked, 3)
    assert same(parameters(model), parameters(plain))


def test_a_thread_that_has_died_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    model = net(3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    run = opttui.track(optimizer, quiet=True)
    assert run._recording is not None
    ours = run._recording._recorder
    with (
        monkeypatch.context() as patched,
        pytest.warns(TrackingWarning, match="the thread that records has died"),
    ):
        patched.setattr(threading, "excepthook", lambda error: None)
        patched.setattr(ours, "_work", sys.exit)
        until(lambda: not ours._thread.is_alive())
        patched.undo()
        run._recording._due = 0.0
        train(model, optimizer, 4, told=lambda loss: run.log(loss=loss))
    run.close()
    assert len(columns(run.path)["step"]) == 4


def test_a_fault_of_ours_ends_the_recording_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    model, plain = net(4), net(4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer, norms_every=1, quiet=True) as run:
        assert run._recording is not None
        lane = run._recording._lanes[0]
        losses = train(model, optimizer, 3, told=lambda loss: run.log(loss=loss))
        with (
            monkeypatch.context() as patched,
            pytest.warns(TrackingWarning, match="recording failed .RuntimeError: odd"),
        ):
            patched.setattr(lane._norms, "gradient", lambda: raises(RuntimeError("odd")))
            losses += train(model, optimizer, 3, told=lambda loss: run.log(loss=loss))
        assert not run.recording
        assert run._recording._recorder.wait(LIMIT)
    assert opened(run.path).manifest.results[0].reason == "recording failed: odd"
    untracked = torch.optim.SGD(plain.parameters(), lr=0.1)
    assert train(plain, untracked, 3) + train(plain, untracked, 3) == losses
    assert same(parameters(model), parameters(plain))


def raises(error: Exception) -> None:
    """Raise it."""
    raise error


@pytest.mark.parametrize("strict", [False, True], ids=["warned", "warnings are errors"])
def test_a_directory_that_cannot_be_written_leaves_a_script_that_trains(
    strict: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path / "file"))
    model = net(5)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with warnings.catch_warnings(record=not strict) as told:
        warnings.simplefilter("error" if strict else "always")
        run = opttui.track(optimizer, quiet=True)
    with run:
        train(model, optimizer, 2, told=lambda loss: run.log(loss=loss))
        run["anything"].log(loss=1.0)
        assert list(run.steps([1, 2])) == [1, 2]
    assert (run.recording, run.path, run.name, run.step, run.should_stop) == (False, None, "", 0, False)
    sentence = f"No run can be made in {tmp_path / 'file'}: it is a file; training goes on unrecorded."
    assert sentence in (capsys.readouterr().err if strict else str(told[0].message))
    assert not optimizer._optimizer_step_pre_hooks


def test_only_the_first_of_several_processes_records(monkeypatch: pytest.MonkeyPatch, runs: Path) -> None:
    monkeypatch.setenv("RANK", "1")
    model = net(6)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer) as run:
        train(model, optimizer, 1, told=lambda loss: run.log(loss=loss))
    assert not run.recording and not runs.exists()


def test_an_error_inside_the_block_fails_the_run_and_passes() -> None:
    model = net(7)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for error, outcome, reason in (
        (ZeroDivisionError("one\ntwo"), "failed", "ZeroDivisionError: one"),
        (KeyboardInterrupt(), "stopped", "interrupted at step 1"),
    ):
        with pytest.raises(type(error)), opttui.track(optimizer, quiet=True) as run:
            train(model, optimizer, 1)
            raise error
        result = opened(run.path).manifest.results[0]
        assert (result.outcome, result.reason, result.steps) == (outcome, reason, 1)


def test_a_run_is_said_on_stderr_and_closes_once(capsys: pytest.CaptureFixture[str]) -> None:
    model = net(8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    run = opttui.track(optimizer, name="my job", steps=3)
    run.close()
    run.close()
    run.log(loss=1.0)
    train(model, optimizer, 1)
    said = capsys.readouterr()
    assert (
        said.out == "" and said.err == f"opttui: recording {run.name}. Watch it: opttui attach {run.name}\n"
    )
    manifest = opened(run.path).manifest
    assert run.name.startswith("my-job-") and (manifest.kind, manifest.steps) == ("tracked", 3)
    assert manifest.results[0].steps == 0
