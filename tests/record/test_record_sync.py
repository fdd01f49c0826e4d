"""Syncing: only what has grown, errors kept for whoever looks, the thread ends."""

import os
import threading
from pathlib import Path

import pytest
from record_rows import rows

from opttui.record import sync
from opttui.record.sync import Syncer
from opttui.record.writer import RunWriter


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    inodes: list[int] = []
    monkeypatch.setattr(sync, "_sync", lambda descriptor: inodes.append(os.fstat(descriptor).st_ino))
    return inodes


def test_only_what_has_grown_is_synced(run: Path, synced: list[int]) -> None:
    syncer = Syncer(run, interval=1e6)
    writer = RunWriter(run, 2)
    writer.rows(0, rows(0, 5))
    writer.flush()
    syncer.sync()
    assert (run / "lane-00.rec").stat().st_ino in synced
    synced.clear()
    assert syncer.sync() == 0
    writer.rows(1, rows(0, 5))
    writer.flush()
    assert syncer.sync() == 1
    assert synced == [(run / "lane-01.rec").stat().st_ino]
    writer.rows(1, rows(5, 9))
    writer.close()
    syncer.close()
    syncer.close()
    assert len(synced) == 2, "closing syncs a last time, once"


def test_the_room_that_is_left(run: Path) -> None:
    syncer = Syncer(run, interval=1e6)
    assert syncer.free is None
    syncer.sync()
    assert syncer.free is not None
    assert syncer.free > 0
    syncer.close()


def test_a_refused_sync_is_told_and_tried_again(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncer = Syncer(run, interval=1e6)
    writer = RunWriter(run, 1)
    writer.rows(0, rows(0, 5))
    writer.close()

    def refuse(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(sync, "_sync", refuse)
        assert syncer.sync() == 0
    assert syncer.error is not None
    assert syncer.sync() > 0
    assert syncer.error is None
    syncer.close()


def test_the_thread_syncs_by_itself_and_ends(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(sync, "_sync", lambda descriptor: done.set())
    writer = RunWriter(run, 1)
    writer.rows(0, rows(0, 5))
    writer.close()
    syncer = Syncer(run, interval=0.001)
    assert done.wait(20)
    syncer.close()
    assert "opttui-sync" not in {thread.name for thread in threading.enumerate()}


def test_a_run_that_is_gone_is_no_error(run: Path) -> None:
    import shutil

    syncer = Syncer(run, interval=1e6)
    shutil.rmtree(run)
    assert syncer.sync() == 0
    assert (syncer.free, syncer.error) == (None, None)
    syncer.close()
