"""Turning hypers between two steps, targets, refusals."""

import pytest
import torch
from oracle import plain_problem, race_of, run, spec_of

from opttui.control.commands import Fork, Set
from opttui.errors import InputError
from opttui.optimizers import hypers
from opttui.race.build import build_race, device_of
from opttui.record.layout import LOSS, LR
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario, ScheduleSpec


def turned_run(spec: LaneSpec, turns: dict[int, dict[str, float]], steps: int = 20):
    race = race_of("rosenbrock", [spec], steps)
    rows, events = [], []
    for step in range(steps):
        if step in turns:
            events += race.carry_out(Set("0", turns[step]), "test", step)
        race.round()
        rows += race.drain(wait=True).rows.get(0, [])
    race.hand_back()
    return rows, events


def test_a_turned_rate_is_used_exactly_and_the_schedule_goes_on_in_proportion() -> None:
    spec = LaneSpec("SGD", {"lr": 1e-3}, ScheduleSpec("StepLR", {"step_size": 10, "gamma": 0.5}))
    rows, _ = turned_run(spec, {4: {"lr": 3e-4}})
    assert [row[LR] for row in rows] == [1e-3] * 4 + [3e-4] * 6 + [5e-4 * (3e-4 / 1e-3)] * 10


@pytest.mark.parametrize(
    "schedule", ["CyclicLR", "OneCycleLR", "CosineAnnealingWarmRestarts", "ExponentialLR"]
)
def test_the_knob_survives_every_schedule(schedule: str) -> None:
    plain, _ = turned_run(spec_of("SGD", schedule), {})
    turned, _ = turned_run(spec_of("SGD", schedule), {5: {"lr": plain[5][LR] / 2}})
    for before, after in list(zip(plain, turned, strict=True))[5:]:
        assert after[LR] == pytest.approx(before[LR] / 2, rel=1e-12)


def test_turned_hypers_are_those_of_a_plain_loop_that_sets_them() -> None:
    rows, events = turned_run(
        LaneSpec("Adam", {"lr": 0.01}), {3: {"beta1": 0.5, "weight_decay": 0.1}, 9: {"lr": 0.1}}
    )
    parameters, loss_at = plain_problem("rosenbrock", 0)
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    losses = []
    for step in range(20):
        group = optimizer.param_groups[0]
        if step == 3:
            group["betas"], group["weight_decay"] = (0.5, 0.999), 0.1
        if step == 9:
            group["lr"] = 0.1
        optimizer.zero_grad()
        loss = loss_at(step)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert [row[LOSS] for row in rows] == losses
    assert [
        (event.data["hyper"], event.data["old"], event.data["new"], event.step)
        for event in events
        if event.kind == "set"
    ] == [
        ("beta1", 0.9, 0.5, 3),
        ("weight_decay", 0.0, 0.1, 3),
        ("lr", 0.01, 0.1, 9),
    ]


def test_hypers_are_multiplied_when_it_comes_to_it_also_in_a_fork_of_the_past() -> None:
    race = race_of("rosenbrock", [spec_of("SGD", "StepLR")], 30)
    race.carry_out(Set("0", {"momentum": 0.8}, at=4, factors={"lr": 0.5}), "test", 0)
    for _ in range(12):
        race.round()
    turned = [event for event in race.drain().events if event.kind == "set"]
    assert [(e.data["hyper"], e.data["new"]) for e in turned] == [
        ("momentum", 0.8),
        ("lr", turned[1].data["old"] / 2),
    ]
    lr = race.lanes[0].lr
    (event,) = race.carry_out(Fork("0", factors={"lr": 0.1, "momentum": 0.5}), "test", 12)
    assert event.data["values"] == {"lr": 0.1 * lr, "momentum": 0.4}
    assert (
        race.lanes[1].lr == pytest.approx(lr / 10)
        and race.lanes[1].name == f"SGD lr {lr / 10:g} momentum 0.4"
    )
    (event,) = race.carry_out(Fork("0", at=2, factors={"lr": 3.0}), "test", 12)
    assert event.data["values"]["lr"] == 3 * turned[1].data["old"]
    with pytest.raises(InputError, match="SGD has no hyper 'beta1'"):
        race.carry_out(Fork("0", factors={"beta1": 3.0}), "test", 12)
    with pytest.raises(InputError, match="SGD has no hyper 'beta1'"):
        race.carry_out(Set("0", {}, factors={"beta1": 3.0}), "test", 12)


def test_the_plan_follows_the_knob() -> None:
    spec = LaneSpec("SGD", {"lr": 1e-3}, ScheduleSpec("StepLR", {"step_size": 10, "gamma": 0.5}))
    rows, events = turned_run(spec, {4: {"lr": 3e-4}})
    plan = next(event for event in events if event.kind == "plan")
    for step, rate in zip(plan.data["steps"], plan.data["lr"], strict=True):
        assert rows[step][LR] == rate


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"lr": -1.0}, "lr must not be negative"),
        ({"lr": float("nan")}, "finite"),
        ({"beta1": 1.0}, "beta1 must lie in"),
        ({"momentum": 0.5}, "Adam has no hyper 'momentum'; it has lr, "),
        ({"weight_decay": 0.1, "beta2": 7.0}, "beta2 must lie in"),
    ],
)
def test_a_refused_turn_turns_nothing(values: dict[str, float], words: str) -> None:
    race = race_of("rosenbrock", [spec_of("Adam")], 5)
    optimizer = race.lanes[0].optimizer
    before = {name: hypers.read(optimizer, place) for name, place in hypers.places(optimizer).items()}
    with pytest.raises(InputError, match=words):
        race.carry_out(Set("0", values), "test", 0)
    assert before == {name: hypers.read(optimizer, place) for name, place in hypers.places(optimizer).items()}


def test_what_a_schedule_moves_cannot_be_turned_and_who_is_unknown_is_said() -> None:
    spec = LaneSpec(
        "SGD", {"lr": 0.01, "momentum": 0.9}, ScheduleSpec("OneCycleLR", {"max_lr": 0.1, "total_steps": 9})
    )
    race = race_of("rosenbrock", [spec, spec_of("Adam")], 5)
    with pytest.raises(InputError, match="momentum is moved by its schedule OneCycleLR"):
        race.carry_out(Set("0", {"momentum": 0.5}), "test", 0)
    with pytest.raises(InputError, match=r"no lane 'Bdam'; the lanes are 0 \(SGD\), 1 \(Adam\)"):
        race.carry_out(Set("Bdam", {"lr": 0.5}), "test", 0)
    assert race.carry_out(Set("Adam", {"lr": 0.5}), "test", 0)[0].lane == 1


def test_a_lane_that_is_done_cannot_be_turned() -> None:
    race = race_of("rosenbrock", [spec_of("Adam")], 1)
    run(race)
    with pytest.raises(InputError, match="has finished at step 1"):
        race.carry_out(Set("0", {"lr": 0.5}), "test", 0)


def test_a_target_ends_the_lane_at_its_row() -> None:
    race = race_of("rosenbrock", [spec_of("LBFGS"), spec_of("SGD")], 40, target=1.0)
    rows, events = run(race)
    reached = race.lanes[0]
    assert reached.outcome == "reached"
    assert rows[0][-1][LOSS] <= 1.0 < rows[0][-2][LOSS]
    assert events[0].step == len(rows[0]) - 1
    assert len(rows[1]) == 40


def test_what_torch_refuses_is_one_sentence() -> None:
    with pytest.raises(
        InputError, match="lane 'Adam': Adam refuses its arguments: Invalid learning rate: -1"
    ):
        build_race(Scenario(ProblemSpec("rosenbrock"), (LaneSpec("Adam", {"lr": -1.0}),)))
    with pytest.raises(InputError, match="lane 'SGD': OneCycleLR refuses"):
        spec = LaneSpec("SGD", {"lr": 0.1}, ScheduleSpec("OneCycleLR", {"max_lr": 0.1}))
        build_race(Scenario(ProblemSpec("rosenbrock"), (spec,)))


@pytest.mark.skipif(torch.cuda.is_available(), reason="says what is missing where there is no CUDA")
def test_a_missing_device_is_one_sentence() -> None:
    with pytest.raises(InputError, match="--device cuda: this machine has no CUDA device"):
        device_of("cuda")
    assert device_of("auto", 10**9) == torch.device("cpu")
