"""Alarms on series made up for it: true ones found in time, noise taken for noise, nothing told twice."""

import math

import numpy as np
import pytest

from opttui.race.alarms import Alarms
from opttui.race.detectors import Spike, Stall, Zigzag
from opttui.race.window import Window
from opttui.record.events import Event
from opttui.scenario.alarms import read_alarms
from opttui.server.recorder import Drained

STEPS = 20_000


def falling(noise: np.ndarray) -> np.ndarray:
    """Losses that fall from 2.3 to 0.1 under noise in proportion to them."""
    k = np.arange(noise.size)
    return (0.1 + 2.2 * np.exp(-k / 3000)) * np.exp(noise)


def noise_of(kind: str) -> np.ndarray:
    draw = np.random.default_rng(7)
    return 0.25 * {
        "normal": draw.standard_normal,
        "laplace": lambda size: draw.laplace(size=size),
        "t3": lambda size: draw.standard_t(3, size=size),
    }[kind](STEPS)


def rung(detector: Spike | Stall | Zigzag, values) -> list[int]:
    return [step for step, value in enumerate(values) if detector.row(step, float(value)) is not None]


def test_a_window_agrees_with_numpy() -> None:
    draw, window = np.random.default_rng(0), Window(31)
    values = draw.integers(-5, 5, 200).astype(float)
    for count, value in enumerate(values, start=1):
        window.add(value)
        last = values[max(0, count - 31) : count]
        if last.size % 2:
            assert window.median() == np.median(last)
            assert window.deviation() == pytest.approx(1.4826 * np.median(np.abs(last - np.median(last))))
        assert window.range(0.1) == (
            np.sort(last)[int(0.1 * last.size)],
            np.sort(last)[-1 - int(0.1 * last.size)],
        )


@pytest.mark.parametrize(("kind", "most"), [("normal", 0), ("laplace", 0), ("t3", 1)])
def test_noise_of_batches_is_no_spike(kind: str, most: int) -> None:
    """False alarms in 20,000 steps."""
    assert len(rung(Spike(8.0), falling(noise_of(kind)))) <= most


@pytest.mark.parametrize("kind", ["normal", "laplace", "t3"])
@pytest.mark.parametrize("at", [100, 5000, 15_000])
def test_a_spike_is_found_within_three_steps(kind: str, at: int) -> None:
    """The loss jumps by a factor of thirty and comes back within some forty steps."""
    noise = noise_of(kind)
    losses = falling(np.clip(noise, -1, 1))
    losses[at:] *= 1 + 30 * np.exp(-np.arange(STEPS - at) / 10)
    assert rung(Spike(8.0), losses[: at + 4])[:1] in ([at + 1], [at + 2], [at + 3])


def test_one_odd_batch_is_no_spike() -> None:
    losses = falling(0.1 * np.random.default_rng(1).standard_normal(1000))
    losses[500] *= 100
    assert rung(Spike(8.0), losses) == []


def test_a_calm_loss_must_rise_by_a_fifth() -> None:
    assert rung(Spike(8.0), [1.0] * 50 + [1.15] * 5) == []
    assert rung(Spike(8.0), [1.0] * 50 + [1.25] * 5)[:1] == [51]


def test_a_spike_of_losses_below_zero_is_found() -> None:
    draw = np.random.default_rng(2)
    losses = -5 + 0.1 * draw.standard_normal(300)
    losses[200:203] = 4.0
    assert rung(Spike(8.0), losses) == [201]


def test_losses_that_become_negative_go_on_as_they_were() -> None:
    losses = np.linspace(1, -1, 300) + 0.01 * np.random.default_rng(3).standard_normal(300)
    assert rung(Spike(8.0), losses) == []


def test_a_stall_is_told_once_and_again_after_progress() -> None:
    fall = np.exp(-np.arange(300) / 100)
    losses = np.concatenate([fall, np.full(500, fall[-1]), fall[-1] * fall, np.full(500, fall[-1] ** 2)])
    stalls = rung(Stall(200), losses)
    assert len(stalls) == 2
    # The median of 64 comes to rest 32 steps after the losses.
    assert 500 <= stalls[0] <= 540 and 1300 <= stalls[1] <= 1340


@pytest.mark.parametrize("kind", ["normal", "laplace", "t3"])
def test_a_noisy_plateau_is_a_stall_and_a_noisy_fall_is_none(kind: str) -> None:
    noise = noise_of(kind)[:4000]
    assert rung(Stall(400), np.exp(noise - np.arange(4000) / 1000)) == []
    assert len(rung(Stall(400), np.exp(noise))) >= 1


def zigzag_of(rate: float, curvatures: tuple[float, float] = (1.0, 100.0), noise: float = 0.0) -> list[int]:
    """Gradient descent on a valley: where its gradients are found to point back and forth."""
    draw = np.random.default_rng(0)
    point, before, cosines = np.array([10.0, 1.0]), None, []
    for _ in range(300):
        gradient = point * curvatures + noise * draw.standard_normal(2)
        if before is not None:
            cosines.append(gradient @ before / np.linalg.norm(gradient) / np.linalg.norm(before))
        before = gradient
        point = point - rate * gradient
    return rung(Zigzag(-0.7), cosines)


def test_a_rate_too_high_for_a_narrow_valley_zigzags() -> None:
    assert zigzag_of(0.0198)[0] == 19  # of curvature 100: 0.99 of the largest stable rate
    assert zigzag_of(0.005) == []
    assert zigzag_of(0.001, noise=5.0) == []


def happened(losses, cosines=(), lane: int = 0, begin: int = 0) -> Drained:
    rows = [
        (float(k), 0.0, 0.0, float(loss), 0.0, 1.0, 0.0, 0.0, 0.0) for k, loss in enumerate(losses, begin)
    ]
    return type("Happened", (), {"rows": {lane: rows}, "cosines": {lane: list(cosines)}, "events": []})()


def test_an_alarm_says_who_when_and_what_was_usual() -> None:
    alarms = Alarms(read_alarms("spike"), lambda lane: "Adam")
    (event,) = alarms.look(happened([1.0, 1.1] * 40 + [50.0, 60.0]))
    assert (event.kind, event.lane, event.step) == ("alarm", 0, 81)
    assert event.text == "Adam's loss jumped to 60; in the 64 steps before it lay between 1 and 1.1"
    assert event.data == {"alarm": "spike", "value": 60.0, "usual": pytest.approx([1.0, 1.1])}


def test_alarms_of_a_kind_keep_quiet_in_between() -> None:
    losses = np.ones(2000)
    for at in range(100, 2000, 100):
        losses[at : at + 3] = 50.0
    for quiet, count in ((1, 19), (500, 4), (10_000, 1)):
        found = Alarms(read_alarms(f"spike,quiet={quiet}"), str).look(happened(losses))
        assert len(found) == count


def test_a_lane_that_goes_back_is_watched_anew() -> None:
    alarms = Alarms(read_alarms("spike"), str)
    losses = [1.0] * 100 + [50.0] * 3
    assert len(alarms.look(happened(losses))) == 1
    assert len(alarms.look(happened(losses[40:], begin=40))) == 1


def test_portions_do_not_matter() -> None:
    losses = falling(noise_of("t3"))[:3000]
    losses[1000:1005] *= 40
    whole = Alarms(read_alarms("all"), str).look(happened(losses))
    alarms = Alarms(read_alarms("all"), str)
    parts = [event for k in range(0, 3000, 7) for event in alarms.look(happened(losses[k : k + 7], begin=k))]
    assert parts == whole and whole


def test_a_lost_lane_and_a_broken_gradient_are_alarms() -> None:
    alarms = Alarms(read_alarms("divergence"), lambda lane: "SGD")
    drained = happened([1.0, 2.0])
    drained.events = [Event("outcome", "step 1: the loss became NaN", 0, 1, data={"outcome": "diverged"})]
    (event,) = alarms.look(drained)
    assert event.text == "SGD diverged: step 1: the loss became NaN"
    broken = happened([1.0], begin=2)
    broken.rows[0][0] = (*broken.rows[0][0][:5], math.inf, 0.0, 0.0, 0.0)
    (event,) = alarms.look(broken)
    assert event.text == "SGD's gradient is not finite at step 2, though the loss is 1"
