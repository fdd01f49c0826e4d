"""Commands to a tracked script: obeyed between two steps where the script allows it, refused in a sentence where not."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch
from tracked import columns, loss_of, net, opened, parameters, same

import opttui
from opttui.control.client import Client
from opttui.control.commands import AnyCommand, Pace, Pause, Reply, Resume, Set, Step, Stop
from opttui.control.life import life
from opttui.control.words import parse_command
from opttui.tracking.run import Run

LIMIT = 120.0


class Window:
    """A window in a thread of its own."""

    def __init__(self, run: Run) -> None:
        assert run.path is not None
        self.client = Client(run.path, "tell")

    def ask(self, command: AnyCommand) -> Reply:
        """Wait for what came of it."""
        return self.client.send(command, LIMIT)

    def until(self, true: Callable[[Any], bool]) -> Any:
        """Wait until the script stands so."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            status = self.client.status(LIMIT)
            if status is not None and true(status):
                return status
        raise AssertionError("it never came to that")


@contextmanager
def window(run: Run, acts: Callable[[Window], None]) -> Iterator[None]:
    """While the script trains somebody asks, and stops it in the end."""
    wrong: list[BaseException] = []

    def work() -> None:
        there = Window(run)
        try:
            acts(there)
        except BaseException as error:
            wrong.append(error)
            if life(there.client._path) == "live":
                there.ask(Resume())
                there.ask(Stop())
        finally:
            there.client.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(LIMIT)
    assert not wrong, wrong


def endless(run: Run, optimizer: Any, model: Any) -> None:
    """Train until somebody stops it."""
    for step in run.steps(count()):
        one(run, optimizer, model, step)


def one(run: Run, optimizer: Any, model: Any, step: int) -> None:
    """A step of the script."""
    optimizer.zero_grad()
    loss = loss_of(model, step % 50)
    loss.backward()
    optimizer.step()
    run.log(loss=loss)


def test_pause_single_steps_resume_and_stop() -> None:
    model = net(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    run = opttui.track(optimizer, control=True, quiet=True)
    stood: list[int] = []

    def acts(there: Window) -> None:
        there.until(lambda status: status.step > 3)
        paused = there.ask(Pause())
        assert paused.kind == "applied" and paused.step is not None
        stood.append(paused.step)
        assert there.until(lambda status: status.state == "paused").step == paused.step
        assert there.ask(Step(2)).kind == "applied"
        assert there.until(lambda status: status.state == "paused").step == paused.step + 2
        # All rows of a paused script are on disk soon, the one whose loss is logged after its step too.
        deadline = time.monotonic() + 10
        while len(rows := columns(run.path)["loss"]) < paused.step + 2:
            assert time.monotonic() < deadline, f"{len(rows)} of {paused.step + 2} rows"
            time.sleep(0.01)
        assert np.isfinite(rows).all()
        there.ask(Resume())
        there.until(lambda status: status.step > paused.step + 4)
        assert there.ask(Pace(500.0)).text == "500 steps a second"
        assert there.ask(Stop()).kind == "applied"

    with window(run, acts):
        endless(run, optimizer, model)
    run.close()
    kinds = [event.kind for event in opened(run.path).events]
    assert kinds == ["ready", "paused", "resumed", "paused", "resumed", "pace", "stopped", "outcome", "ended"]
    result = opened(run.path).manifest.results[0]
    assert (result.outcome, result.steps) == ("stopped", run.step) and "stopped by tell" in result.reason
    assert columns(run.path)["step"].tolist() == list(range(run.step))


def test_a_stop_is_heard_by_whoever_asks_before_the_loss_is_logged() -> None:
    model = net(8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    run = opttui.track(optimizer, control=True, quiet=True)
    assert run._recording is not None
    one(run, optimizer, model, 0)
    with window(run, lambda there: void(there.ask(Stop()))):
        deadline = time.monotonic() + LIMIT
        while not run._recording._orders.is_to_stop and time.monotonic() < deadline:
            time.sleep(0.001)
        assert not run.should_stop  # no step was taken since
        optimizer.step()
        assert run.should_stop
        run.log(loss=1.0)
    run.close()
    assert run.step == 2 and columns(run.path)["loss"].tolist()[1] == 1.0


def test_a_script_that_seldom_logs_its_loss_is_paused_before_its_next_step() -> None:
    model = net(7)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    run = opttui.track(optimizer, control=True, quiet=True)
    assert run._recording is not None
    one(run, optimizer, model, 0)
    stood: list[int] = []

    def acts(there: Window) -> None:
        there.ask(Pause())
        stood.append(there.until(lambda status: status.state == "paused").step)
        there.ask(Stop())

    with window(run, acts):
        deadline = time.monotonic() + LIMIT
        while not run._recording._orders.waiting and time.monotonic() < deadline:
            time.sleep(0.001)
        loss_of(model, 1).backward()
        optimizer.step()
        with pytest.raises(opttui.Stopped):
            optimizer.step()
    run.close()
    assert stood == [2] and run.step == 2
    assert np.isnan(columns(run.path)["loss"]).tolist() == [False, True]


def test_a_turned_rate_is_used_from_the_next_step_on_and_the_schedule_goes_on_in_proportion() -> None:
    model, plain = net(1), net(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.08, momentum=0.5)
    course = torch.optim.lr_scheduler.StepLR(optimizer, 4, 0.5)
    run = opttui.track(optimizer, course, control=True, quiet=True)
    assert run._recording is not None
    said: list[Reply] = []

    def acts(there: Window) -> None:
        said.append(there.ask(Set("SGD", {"lr": 0.02, "momentum": 0.9})))

    def go(steps: range) -> None:
        for step in steps:
            one(run, optimizer, model, step)
            course.step()

    go(range(2))
    ready = threading.Event()
    with window(run, lambda there: (acts(there), ready.set())[0]):
        deadline = time.monotonic() + LIMIT
        while not run._recording._orders.waiting and time.monotonic() < deadline:
            time.sleep(0.001)
        go(range(2, 12))
    run.close()
    assert said[0].kind == "applied" and said[0].step == 3
    assert said[0].text == "SGD: lr 0.08 → 0.02; SGD: momentum 0.5 → 0.9"
    rates = [0.08] * 3 + [0.02] + [0.01] * 4 + [0.005] * 4
    assert columns(run.path)["lr"].tolist() == rates
    reference = torch.optim.SGD(plain.parameters(), lr=0.08, momentum=0.5)
    for step, rate in enumerate(rates):
        reference.param_groups[0].update(lr=rate, momentum=0.5 if step < 3 else 0.9)
        reference.zero_grad()
        loss_of(plain, step).backward()
        reference.step()
    assert same(parameters(model), parameters(plain))
    assert optimizer.param_groups[0]["lr"] == 0.08 * 0.5**3


def test_a_stop_ends_a_script_that_never_asks_for_it() -> None:
    model = net(2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    after = 0
    with (
        opttui.track(optimizer, control=True, quiet=True) as run,
        window(run, lambda there: void(there.ask(Stop()))),
    ):
        for step in count():
            one(run, optimizer, model, step)
            after = step + 1
    assert run.step == after + 1 and opened(run.path).manifest.results[0].outcome == "stopped"
    run = opttui.track(optimizer, control=True, quiet=True)
    with (
        pytest.raises(
            opttui.Stopped, match=r"stopped by tell at step \d+\. A script that looks at run\.should_stop"
        ),
        window(run, lambda there: void(there.ask(Stop()))),
    ):
        for step in count():
            one(run, optimizer, model, step)
    run.close()
    assert opened(run.path).manifest.results[0].outcome == "stopped"


def void(_: object) -> None:
    """Nothing."""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("fork 0", "a tracked script cannot be forked"),
        ("rewind to 1", "a tracked script cannot go back"),
        ("add Adam:lr=0.1", "no lane can be added"),
        ("drop 0", "cannot be taken out"),
        ("freeze 0", "cannot be held"),
        ("schedule 0 none", "has its own schedule"),
        ("plane pca", "draws no paths"),
        ("set 7 lr=1", "there is no lane '7'; the lanes are 0 (SGD)"),
        ("set 0 beta1=0.5", "SGD has no hyper 'beta1'; it has lr, momentum, dampening, weight_decay"),
        ("set 0 lr=-1", "lr must not be negative"),
        ("set 0 momentum=0.5", "momentum is moved by its schedule OneCycleLR"),
        ("set 0 lr=0.1 at 900", "a tracked script is turned now or not at all"),
    ],
)
def test_what_makes_no_sense_for_a_script_is_refused(words: str, why: str) -> None:
    model = net(3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    course = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=10**6)
    with opttui.track(optimizer, course, control=True, quiet=True) as run:

        def acts(there: Window) -> None:
            reply = there.ask(parse_command(words))
            there.ask(Stop())
            assert (reply.kind, why in reply.text) == ("refused", True), reply.text

        with window(run, acts):
            endless(run, optimizer, model)


def test_a_script_that_allows_no_commands_says_so_and_trains_on() -> None:
    model = net(4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with opttui.track(optimizer, quiet=True) as run:
        done: list[Reply] = []

        def acts(there: Window) -> None:
            done.extend(there.ask(command) for command in (Pause(), Set("0", {"lr": 1.0}), Stop()))

        with window(run, acts):
            for step in count():
                one(run, optimizer, model, step)
                if len(done) == 3:
                    break
    assert [reply.kind for reply in done] == ["refused"] * 3
    assert f"{run.name} takes no commands: its script calls opttui.track without control=True" in done[0].text
    assert opened(run.path).manifest.results[0].outcome == "finished"


def test_processes_that_train_together_are_not_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "4")
    model = net(5)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with opttui.track(optimizer, control=True, quiet=True) as run:
        done: list[Reply] = []

        def acts(there: Window) -> None:
            done.extend(there.ask(command) for command in (Set("0", {"lr": 1.0}), Stop(), Pause(), Resume()))

        with window(run, acts):
            for step in count():
                one(run, optimizer, model, step)
                if len(done) == 4:
                    break
    assert [reply.kind for reply in done] == ["refused", "refused", "applied", "applied"]
    assert "4 processes train together" in done[0].text


def test_only_one_run_turns_an_optimizer() -> None:
    model = net(6)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    with opttui.track(optimizer, control=True, quiet=True) as first:
        with pytest.warns(UserWarning, match=f"{first.name} takes the commands for this optimizer already"):
            second = opttui.track(optimizer, control=True, quiet=True)
        second.close()
    assert not opened(second.path).manifest.control and opened(first.path).manifest.control
