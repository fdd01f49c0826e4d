"""Contract 3: lanes never touch each other, whatever their code does to the process."""

import random
import signal
import sys
import warnings
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from oracle import race_of, run, spec_of

from opttui.race.lane import Lane
from opttui.race.voice import MOST
from opttui.record.layout import LOSS
from opttui.scenario.specs import LaneSpec


class Noisy(torch.optim.SGD):
    """Draws from all three process-wide generators at each step."""

    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in group["params"]:
                draw = random.random() + float(np.random.randn()) + torch.rand(()).item()
                parameter.grad.mul_(1 + 0.1 * draw)
        return super().step()


class Rude(torch.optim.SGD):
    """Prints, warns, changes the default dtype, the threads and the gradient mode."""

    def step(self, closure=None):
        print("hello from a lane")
        print("and from its stderr", file=sys.stderr)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("mind the gap", UserWarning, stacklevel=1)
        result = super().step()
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(2)
        torch.set_grad_enabled(True)
        return result


class Breaks(torch.optim.SGD):
    """Raises at its fourth step."""

    count = 0

    def step(self, closure=None):
        self.count += 1
        if self.count == 4:
            raise ValueError("no more of this")
        return super().step()


@pytest.fixture(autouse=True)
def own_optimizers(monkeypatch):
    for kind in (Noisy, Rude, Breaks):
        monkeypatch.setattr(torch.optim, kind.__name__, kind, raising=False)


def losses(rows, lane):
    return [row[LOSS] for row in rows[lane]]


def test_an_optimizer_that_draws_is_the_same_alone_and_among_others() -> None:
    noisy = LaneSpec("Noisy", {"lr": 1e-3})
    alone = losses(run(race_of("digits-mlp", [noisy], 20))[0], 0)
    among = run(race_of("digits-mlp", [spec_of("Adam"), noisy, noisy, spec_of("SGD")], 20))[0]
    assert losses(among, 1) == alone
    assert losses(among, 2) == alone


def test_what_a_lane_sets_stays_with_it() -> None:
    before = torch.get_default_dtype(), torch.get_num_threads()
    calm = losses(run(race_of("digits-mlp", [spec_of("Adam")], 12))[0], 0)
    race = race_of("digits-mlp", [LaneSpec("Rude", {"lr": 1e-3}), spec_of("Adam")], 12)
    rows, _ = run(race)
    assert losses(rows, 1) == calm
    assert (torch.get_default_dtype(), torch.get_num_threads()) == before


def test_prints_and_warnings_become_notes_and_are_bounded(capsys) -> None:
    race = race_of("rosenbrock", [LaneSpec("Rude", {"lr": 1e-4})], 50)
    _, events = run(race)
    notes = [event.text for event in events if event.kind == "note"]
    assert notes[:3] == ["hello from a lane", "and from its stderr", "UserWarning: mind the gap"]
    assert len(notes) == MOST + 1
    assert capsys.readouterr() == ("", "")


def test_a_lane_that_raises_fails_alone_and_shows_its_own_traceback() -> None:
    adam = losses(run(race_of("linear", [spec_of("Adam")], 20))[0], 0)
    race = race_of("linear", [LaneSpec("Breaks", {"lr": 0.1}), spec_of("Adam")], 20)
    rows, events = run(race)
    assert losses(rows, 1) == adam
    assert len(rows[0]) == 3
    failed = next(event for event in events if event.lane == 0)
    assert failed.data["outcome"] == "failed"
    place = "(test_race_isolation.py, line 55, in step)"
    assert failed.text == f"step 3: ValueError: no more of this {place}"
    assert "raise ValueError" in failed.data["traceback"]
    assert "opttui/race" not in failed.data["traceback"]


def test_lanes_share_no_tensor() -> None:
    race = race_of("linear", [spec_of("Adam"), spec_of("SGD")], 5)
    first, second = race.lanes
    storages = [{p.data_ptr() for p in lane.model.parameters()} for lane in (first, second)]
    assert not storages[0] & storages[1]
    batches = [{part.data_ptr() for part in lane._batch(0)} for lane in (first, second)]
    assert not batches[0] & batches[1]
    race.hand_back()


def test_validation_leaves_no_trace() -> None:
    specs = [spec_of("Adam"), LaneSpec("Noisy", {"lr": 1e-3})]
    plain = run(race_of("digits-mlp", specs, 10))[0]
    race = race_of("digits-mlp", specs, 10)
    object.__setattr__(race.problem, "validate_every", 1)
    rows, _ = run(race)
    assert [losses(rows, lane) for lane in (0, 1)] == [losses(plain, lane) for lane in (0, 1)]


def test_validation_rows_are_those_of_the_held_out_digits() -> None:
    from sklearn.datasets import load_digits

    race = race_of("digits-mlp", [spec_of("Adam")], 3)
    while race.round():
        pass
    drained = race.drain(wait=True)
    bunch = load_digits()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))[:360]
    x, y = torch.tensor(bunch.data / 16, dtype=torch.float32)[order], torch.tensor(bunch.target)[order]
    model = race.lanes[0].model
    lane, step, metrics = drained.validation[-1]
    assert (lane, step) == (0, 3)
    assert metrics["accuracy"] == float((model(x).argmax(1) == y).double().mean())
    assert metrics["loss"] == pytest.approx(float(torch.nn.functional.cross_entropy(model(x), y).detach()))
    assert drained.validation[0][1] == 0
    race.hand_back()


class Settled(torch.optim.SGD):
    """Sets what else holds for the whole process, once for good at each step; says so when it does not find it again."""

    steps = 0

    def step(self, closure=None):
        found = torch.get_deterministic_debug_mode(), torch.get_float32_matmul_precision()
        found += torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled(), flushes()
        if self.steps and found != (1, "medium", True, False, True):
            raise ValueError(f"where has it gone? {found}")
        self.steps += 1
        result = super().step()
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.set_float32_matmul_precision("medium")
        torch.autograd.set_detect_anomaly(True, check_nan=False)
        torch.set_flush_denormal(True)
        return result


class Curious(torch.optim.SGD):
    """Says what it finds that is not as torch has it by itself."""

    def step(self, closure=None):
        if torch.are_deterministic_algorithms_enabled() or torch.get_float32_matmul_precision() != "highest":
            print("not mine")
        if torch.is_anomaly_enabled() or not torch.is_anomaly_check_nan_enabled() or flushes():
            print("nor this")
        return super().step()


def flushes() -> bool:
    return bool(torch.tensor(1e-310, dtype=torch.float64) * 1.0 == 0)


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_every_setting_of_torch_stays_with_the_lane_that_set_it(monkeypatch) -> None:
    assert not flushes(), (
        "this test needs a processor that can flush denormal numbers, and torch's own settings"
    )
    for kind in (Settled, Curious):
        monkeypatch.setattr(torch.optim, kind.__name__, kind, raising=False)
    race = race_of("linear", [LaneSpec("Settled", {"lr": 0.1}), LaneSpec("Curious", {"lr": 0.1})], 6)
    rows, events = run(race)
    assert [lane.outcome for lane in race.lanes] == ["finished"] * 2, race.lanes[0].reason
    assert losses(rows, 0) == losses(rows, 1)
    assert not [event.text for event in events if event.kind == "note" and event.lane == 1]
    assert torch.get_deterministic_debug_mode() == 0 and torch.get_float32_matmul_precision() == "highest"
    assert not torch.is_anomaly_enabled() and not flushes()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_a_lane_whose_code_wants_to_end_the_process_fails_alone(kind, monkeypatch) -> None:
    class Quits(torch.optim.SGD):
        def step(self, closure=None):
            raise kind("enough")

    monkeypatch.setattr(torch.optim, "Quits", Quits, raising=False)
    specs = [LaneSpec("Quits", {"lr": 0.1}), spec_of("Adam")]
    # As in a race process, where Ctrl-C means nothing.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        race = race_of("linear", specs, 5)
        run(race)
        assert [lane.outcome for lane in race.lanes] == ["failed", "finished"]
        assert f"step 0: {kind.__name__}: enough" in race.lanes[0].reason
        # Where Ctrl-C raises it, it is a person's.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        again = Lane(race.lanes[0].recipe, race.problem, None, race.streams.fresh(), race.device, race.clock)
        with pytest.raises(kind) if kind is KeyboardInterrupt else nullcontext():
            again.advance()
    finally:
        signal.signal(signal.SIGINT, before)
