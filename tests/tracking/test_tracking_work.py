"""What a tracked step does: how often norms are measured, how often the disk is written, what is read of a device."""

import threading
from collections import deque
from typing import Any

import pytest
import torch
from tracked import columns, net, opened, train

import opttui
from opttui.race.ring import Ring
from opttui.record import log
from opttui.tracking import recorder
from opttui.tracking.ferry import Ferry
from opttui.tracking.often import ANYWAY, FREE, SHARE, SHORT, Often


def test_norms_are_measured_as_often_as_their_share_allows() -> None:
    for cost, step, every in (
        (50e-6, 1e-3, 1),
        (ANYWAY * 2.5, SHORT / 2, 3),
        (4 * FREE, 3e-3, 4),
        (9.5 * SHARE * 0.1, 0.1, 10),
        (10.0, 1e-3, 1000),
    ):
        often = Often(None)
        for _ in range(20):
            assert often.due() in (True, False)
            often.took(cost, step)
        assert often.every == every
        assert sum(often.due() for _ in range(1000)) == pytest.approx(1000 / every, abs=1)
    assert not any(Often(0).due() for _ in range(5)) and all(Often(1).due() for _ in range(5))


def test_a_busy_machine_does_not_make_norms_look_dear() -> None:
    often = Often(None)
    for cost in (0.5, 30e-6, 0.2, 0.1):
        often.due()
        often.took(cost, 5e-4)
    assert often.every == 1


def test_rows_are_written_in_batches_by_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[str] = []
    write = log._write_all

    def count(*given: Any) -> None:
        writes.append(threading.current_thread().name)
        write(*given)

    monkeypatch.setattr(log, "_write_all", count)
    model = net(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer, quiet=True) as run:
        assert run._recording is not None
        for _ in range(4):
            train(model, optimizer, 100, told=lambda loss: run.log(loss=loss))
    assert len(columns(run.path)["step"]) == 400
    assert set(writes) <= {"opttui-track", "opttui-machine"}
    assert len(writes) < 200


def test_what_lies_on_a_device_comes_later_and_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    ferry, came = Ferry(), []
    device = torch.device("cuda")
    ring = Ring(1, torch.device("cpu"), torch.float64)
    ferry._lines[device] = ring, deque()
    held: list[bool] = [False]
    monkeypatch.setattr("opttui.race.ring.DoneFence.query", lambda fence: held[0])
    for value in (1.0, 2.0, 3.0):
        ring.slot().copy_(torch.tensor([value]))
        ferry._lines[device][1].append(came.append)
    ferry.arrive()
    assert came == [] and ferry.under_way
    held[0] = True
    ferry.arrive()
    assert came == [1.0, 2.0, 3.0] and not ferry.under_way


def test_thinning_keeps_a_bounded_number_of_a_metrics_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "METRICS", 8)
    model = net(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer, quiet=True) as run:
        for step in range(64):
            run.log(often=float(step), step=step)
        run.log(seldom=1.0, step=64)
    kept = [step for step, _ in opened(run.path).lanes[0].validation]
    assert kept == [*range(8), *range(9, 16, 2), *range(19, 32, 4), *range(39, 64, 8), 64]
