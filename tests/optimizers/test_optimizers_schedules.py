"""Rehearsals against the real schedule, warm-ups against their formula, and the end of OneCycleLR."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from opttui.errors import InputError
from opttui.optimizers.rehearsal import PLAN_POINTS, rehearse, thinned
from opttui.optimizers.schedules import Course
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec

CASES = [
    "StepLR:step_size=7",
    "CosineAnnealingLR:T_max=12",
    "OneCycleLR:max_lr=0.1,total_steps=30",
    "CyclicLR:base_lr=0.001,max_lr=0.1,step_size_up=4",
    "ConstantLR",
    "LinearLR",
    "LambdaLR:lr_lambda=0.9**step",
    "MultiplicativeLR:lr_lambda=0.9",
    "SWALR:swa_lr=0.001",
    "SequentialLR:schedules=['LinearLR','ExponentialLR:gamma=0.9'],milestones=[5]",
    "ChainedScheduler:schedules=['LinearLR','ExponentialLR:gamma=0.9']",
]


def sgd(lr: float = 0.05) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)


def walked(
    phrase: str, steps: int, lr: float = 0.05, epoch: int | None = None
) -> tuple[list[float], list[str]]:
    """Rates before each step, and what the schedule said."""
    optimizer = sgd(lr)
    course = Course(parse_lane(phrase), optimizer, "x", epoch)
    rates, said = [], []
    for step in range(steps):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        said.append(course.follow(step, 1.0))
    return rates, [words for words in said if words]


@pytest.mark.parametrize("more", ["", ",warmup=6", ",every=3", ",warmup=6,every=4", ",every=epoch"])
@pytest.mark.parametrize("phrase", CASES)
def test_a_rehearsal_is_what_comes(phrase: str, more: str) -> None:
    phrase = f"SGD@{phrase}{more if ':' in phrase else more.replace(',', ':', 1)}"
    plan = rehearse(parse_lane(phrase), 0.05, 40, epoch=7)
    assert plan is not None
    assert list(plan.steps) == list(range(40))
    assert list(plan.lr) == walked(phrase, 40, epoch=7)[0]


def test_a_rehearsal_has_the_momentum_that_a_schedule_moves() -> None:
    plan = rehearse(parse_lane("Adam@OneCycleLR:max_lr=0.1,total_steps=30"), 0.05, 30)
    adam = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.05)
    schedule = lr_scheduler.OneCycleLR(adam, 0.1, 30)
    betas = []
    for _ in range(30):
        betas.append(adam.param_groups[0]["betas"][0])
        adam.step()
        schedule.step()
    assert plan is not None
    assert list(plan.momentum) == betas
    still = rehearse(parse_lane("SGD@StepLR:step_size=3"), 0.05, 30)
    assert still is not None and still.momentum == ()


def test_no_schedule_is_flat_and_a_plateau_is_known_to_the_end_of_its_warm_up() -> None:
    plan = rehearse(LaneSpec("SGD"), 0.5, 100)
    assert plan is not None
    assert (plan.steps, plan.lr) == ((0, 99), (0.5, 0.5))
    assert rehearse(parse_lane("SGD@ReduceLROnPlateau"), 0.5, 100) is None
    assert rehearse(parse_lane("SGD@StepLR:step_size=3"), None, 100) is None
    warm = rehearse(parse_lane("SGD:warmup=4@ReduceLROnPlateau"), 0.5, 100)
    assert warm is not None
    assert (warm.steps, warm.lr) == ((0, 1, 2, 3), (0.125, 0.25, 0.375, 0.5))
    assert warm.note == "from step 4 on it depends on what is measured"


def test_thinning_keeps_both_sides_of_a_jump() -> None:
    rates = [1.0] * 3333 + [0.1] * 6667
    kept = thinned(rates)
    assert {3332, 3333, 0, 9999} <= set(kept)
    assert len(kept) <= PLAN_POINTS + 128


def test_a_long_race_says_how_far_it_was_rehearsed() -> None:
    plan = rehearse(parse_lane("SGD@ExponentialLR:gamma=0.9999"), 0.5, 10**6)
    assert plan is not None
    assert plan.note == "rehearsed to step 50000"


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 40),
    st.sampled_from(["", "@ReduceLROnPlateau", "@StepLR:step_size=50", f"@{CASES[-1]}"]),
)
def test_a_warm_up_rises_in_a_straight_line_to_the_whole_rate(warmup: int, after: str) -> None:
    rates, _ = walked(f"SGD:warmup={warmup}{after}", warmup + 1)
    whole = walked(f"SGD{after}", 1)[0][0] if "Chained" in after else 0.05
    assert rates[:warmup] == pytest.approx([whole * (step + 1) / warmup for step in range(warmup)], rel=1e-9)


@pytest.mark.parametrize("phrase", [case for case in CASES if "Chained" not in case])
def test_after_a_warm_up_the_schedule_begins_at_its_own_beginning(phrase: str) -> None:
    alone, warmed = walked(f"SGD@{phrase}", 20)[0], walked(f"SGD:warmup=5@{phrase}", 25)[0]
    assert warmed[5:] == pytest.approx(alone, rel=1e-9)


def test_a_warm_up_is_torchs_own_where_torch_has_one() -> None:
    optimizer = sgd()
    first = lr_scheduler.LinearLR(optimizer, start_factor=1 / 5, total_iters=4)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, 9)
    both = lr_scheduler.SequentialLR(optimizer, [first, cosine], milestones=[5])
    rates = []
    for _ in range(20):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        both.step()
    assert walked("SGD:warmup=5@CosineAnnealingLR:T_max=9", 20)[0] == rates


def test_a_schedule_moves_once_in_every_so_many_steps() -> None:
    rates, _ = walked("SGD@ExponentialLR:gamma=0.5,every=3", 10, lr=1.0)
    assert rates == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]
    by_epoch, _ = walked("SGD@ExponentialLR:gamma=0.5,every=epoch", 10, lr=1.0, epoch=3)
    assert by_epoch == rates
    late, _ = walked("SGD:warmup=4@ExponentialLR:gamma=0.5,every=3", 10, lr=1.0)
    assert late == [0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5, 0.5, 0.25]


@pytest.mark.parametrize("strategy", ["cos", "linear"])
def test_one_cycle_holds_its_lowest_rate_after_its_end_and_says_so_once(strategy: str) -> None:
    rates, said = walked(f"SGD@OneCycleLR:max_lr=1,total_steps=10,anneal_strategy={strategy}", 25)
    assert min(rates) == rates[9] > 0
    assert rates[9:] == [rates[9]] * 16
    assert rates[9] == pytest.approx(1 / 25 / 1e4)
    assert said == [f"OneCycleLR has come to its end after step 9 and holds its last rate, {rates[9]:.6g}"]


def test_one_cycle_inside_others_holds_until_they_go_on() -> None:
    cycle = "OneCycleLR:max_lr=1,total_steps=4"
    rates, said = walked(
        f"SGD@SequentialLR:schedules=['{cycle}','ConstantLR:factor=0.5,total_iters=99'],milestones=[8]", 12
    )
    assert rates[3:8] == [rates[3]] * 5
    assert rates[8:] == pytest.approx([rates[0] * 0.5] * 4)
    assert len(said) == 1
    chained, _ = walked(f"SGD@ChainedScheduler:schedules=['{cycle}','ExponentialLR:gamma=0.5']", 6)
    assert chained[4:] == [chained[3] / 2, chained[3] / 4]


def refused(phrase: str, optimizer: torch.optim.Optimizer, **more: object) -> str:
    with pytest.raises(InputError) as caught:
        Course(parse_lane(phrase), optimizer, "mine", **more)  # type: ignore[arg-type]
    return str(caught.value)


def test_what_cannot_be_moved_is_refused_with_what_works() -> None:
    rprop = torch.optim.Rprop([torch.zeros(1, requires_grad=True)])
    assert refused("Rprop@OneCycleLR:max_lr=1,total_steps=9", rprop) == (
        "lane 'mine': OneCycleLR turns the momentum too, and Rprop has none; cycle_momentum=False makes it work."
    )
    bare = sgd()
    del bare.param_groups[0]["lr"]
    assert "SGD has no learning rate that a schedule or a warm-up could move" in refused("SGD:warmup=3", bare)
    bare.param_groups[0]["lr"] = None
    assert "lr=0.001 or the like makes it work" in refused("SGD:warmup=3", bare)
    assert "the problem has no epochs" in refused("SGD@StepLR:step_size=3,every=epoch", sgd())
    watching = "SGD@ReduceLROnPlateau:on=acuracy"
    assert "measures nothing on held-out data" in refused(watching, sgd())
    assert "did you mean accuracy?" in refused(watching, sgd(), metrics=("loss", "accuracy"))


def test_validation_is_the_first_metric_and_moves_the_rate_only_when_it_is_measured() -> None:
    optimizer = sgd(1.0)
    spec = parse_lane("SGD@ReduceLROnPlateau:on=validation,patience=0,factor=0.5")
    course = Course(spec, optimizer, "x", metrics=("error", "accuracy"))
    assert course.metric == "error" and not course.reads_loss
    for step, error in enumerate([3.0, 2.0, 2.0, 4.0]):
        course.measured(step, {"error": error, "accuracy": 0.0})
        course.follow(step, math.nan)
    assert optimizer.param_groups[0]["lr"] == 0.25


def test_an_expression_without_a_value_is_refused_with_its_step() -> None:
    with pytest.raises(InputError, match=r"lane 'a': LambdaLR: '1/\(step-5\)' has no value at step = 5"):
        rehearse(parse_lane("SGD@LambdaLR:lr_lambda=1/(step-5)"), 0.1, 9, lane="a")
    assert rehearse(parse_lane("SGD@LambdaLR:lr_lambda=1/(step-5)"), 0.1, 4, lane="a") is not None
