"""Contract 2: a fork in which nothing is changed goes on bit for bit like its parent, which does not notice."""

from pathlib import Path

import pytest
import torch
from forks import NETWORKS, forked, race_on, rows_of
from oracle import OPTIMIZERS, SCHEDULES, race_of, spec_of

from opttui.control.commands import Fork, Schedule, Set
from opttui.errors import InputError
from opttui.record.layout import LR, STEP
from opttui.scenario.specs import LaneSpec

STEPS = 22
MATRICES = {"Muon": {"lr": 0.02, "rest": "AdamW:lr=0.003"}}


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("own") / "networks.py"
    path.write_text(NETWORKS)
    return str(path)


def spec_for(optimizer: str, schedule: str | None) -> LaneSpec:
    """Strong-Wolfe divides by zero at a learning rate of 0, which some schedules reach."""
    if optimizer in MATRICES:
        return LaneSpec(optimizer, MATRICES[optimizer], spec_of("SGD", schedule).schedule)
    return spec_of(optimizer, schedule, **({"line_search_fn": None} if optimizer == "LBFGS" else {}))


def fork_often(problem: str, specs: list[LaneSpec], waits: bool = False, **more: object) -> None:
    """Lanes forked at several steps, and forks forked again: children go on like parents, parents like without any.

    `waits`: each is checked in the rounds after it.
    """
    alone = race_on(problem, specs, STEPS, **more)
    wanted = rows_of(alone)
    alone.hand_back()
    race = race_on(problem, specs, STEPS, **more)
    race.checks_wait = waits
    begun: dict[int, tuple[int, int]] = {}
    got: dict[int, list[tuple[float, ...]]] = {}
    for rounds in (0, 1, 7, 5):
        for lane, rows in (rows_of(race, rounds) if rounds else {}).items():
            got.setdefault(lane, []).extend(rows)
        running = [lane.id for lane in race.lanes if lane.running]
        for lane in running[: len(specs)] if rounds != 5 else running[len(specs) : 2 * len(specs)]:
            begun[forked(race, lane)] = lane, race.lanes[lane].step
    for lane, rows in rows_of(race).items():
        got.setdefault(lane, []).extend(rows)
    race.hand_back()
    for lane in range(len(specs)):
        assert got[lane] == wanted[lane]
    for child, (parent, step) in begun.items():
        assert race.label(child) == "exact"
        assert race.lanes[child].past.descent.parent == parent
        first = race.lanes[parent].begin
        assert got[child] == got[parent][step - first :]
        for mine, its in zip(
            race.lanes[child].model.state_dict().values(),
            race.lanes[parent].model.state_dict().values(),
            strict=True,
        ):
            assert torch.equal(mine, its)


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_on_a_surface(optimizer: str, waits: bool) -> None:
    chosen = list(SCHEDULES)[sum(map(ord, optimizer)) % 3 :: 5]
    fork_often("rosenbrock", [spec_for(optimizer, schedule) for schedule in (None, *chosen)], waits)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_with_every_schedule_on_a_surface(optimizer: str) -> None:
    fork_often("rosenbrock", [spec_for(optimizer, schedule) for schedule in (None, *SCHEDULES)])


@pytest.mark.parametrize("network", ["dropout", "normed"])
def test_networks_that_draw_and_remember(network: str, networks: str) -> None:
    pairs = [("Adam", "OneCycleLR"), ("SGD", "ReduceLROnPlateau"), ("LBFGS", None), ("Muon", "SequentialLR")]
    for waits in (False, True):
        fork_often(f"{networks}::{network}", [spec_for(*pair) for pair in pairs], waits, seed=2)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["dropout", "normed"])
@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, "Muon"])
def test_networks_with_every_schedule(optimizer: str, network: str, networks: str) -> None:
    specs = [spec_for(optimizer, schedule) for schedule in (None, *SCHEDULES)]
    for waits in (False, True):
        fork_often(f"{networks}::{network}", specs, waits, seed=2)


def test_sparse_gradients_go_with_a_fork() -> None:
    fork_often("text-skipgram", [LaneSpec("SparseAdam", {"lr": 0.01})])


def test_a_schedule_on_held_out_data_and_a_warm_up(networks: str) -> None:
    from opttui.scenario.phrase import parse_lane

    phrases = (
        "SGD:lr=0.1@ReduceLROnPlateau:patience=0,on=validation",
        "Adam:lr=0.01,warmup=9@ReduceLROnPlateau:patience=0",
        "Adam:lr=0.01,warmup=9@StepLR:step_size=3,every=2",
        "Adam:lr=0.01@StepLR:step_size=1,every=epoch",
    )
    lanes = [parse_lane(phrase) for phrase in phrases]
    fork_often(f"{networks}::dropout", lanes[:3])
    fork_often("digits-mlp", lanes)


@pytest.mark.parametrize(
    "phrase",
    [
        "schedulefree.AdamWScheduleFree:lr=0.01",
        "pytorch_optimizer.SAM:base_optimizer=AdamW,lr=0.01",
        "pytorch_optimizer.AdaHessian",
        "pytorch_optimizer.BSAM:num_data=1437,lr=0.1",
        "torch_optimizer.Lookahead:optimizer='Adam:lr=0.01',k=3",
        "pytorch_optimizer.Lookahead:optimizer='AdamW:lr=0.01',k=3",
        "heavyball.SOAP:lr=0.01",
    ],
)
def test_optimizers_of_others(phrase: str) -> None:
    from opttui.scenario.phrase import parse_lane

    for waits in (False, True):
        fork_often("digits-mlp", [parse_lane(phrase)], waits)


def test_a_turned_rate_goes_with_a_fork_and_a_fork_can_be_turned() -> None:
    race = race_of("rosenbrock", [spec_of("SGD", "StepLR")], 20)
    rows_of(race, 5)
    race.carry_out(Set("0", {"lr": 3e-4}), "test", 5)
    same = forked(race, 0)
    hotter = forked(race, 0, values={"lr": 6e-4, "momentum": 0.5})
    rows = rows_of(race)
    assert rows[same] == rows[0]
    assert rows[0][0][LR - 1] == repr(3e-4)
    assert rows[hotter][0][LR - 1] == repr(6e-4)
    assert rows[hotter][-1][LR - 1] == repr(float(rows[0][-1][LR - 1]) * 2)
    child = race.info()[1][hotter]
    assert (child.parent, child.forked_at, child.exact) == (0, 5, "exact")
    assert child.changes == "lr=0.0006 momentum=0.5"
    assert child.by_hand
    assert not race.info()[1][same].by_hand


def plain_with_swap(swap_at: int, steps: int) -> list[tuple[float, float]]:
    """Momentum SGD under a cosine that gives way to a StepLR, written by hand."""
    point = torch.nn.Parameter(torch.tensor([-1.2, 1.0], dtype=torch.float64))
    optimizer = torch.optim.SGD([point], lr=1e-3, momentum=0.9)
    schedule: torch.optim.lr_scheduler.LRScheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 30)
    found = []
    for step in range(steps):
        if step == swap_at:
            optimizer.param_groups[0].pop("initial_lr")
            schedule = torch.optim.lr_scheduler.StepLR(optimizer, 4, 0.5)
        optimizer.zero_grad()
        x, y = point
        loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
        loss.backward()
        found.append((loss.item(), optimizer.param_groups[0]["lr"]))
        optimizer.step()
        schedule.step()
    return found


def test_another_schedule_from_here_begins_at_the_rate_that_is_used() -> None:
    spec = LaneSpec("SGD", {"lr": 1e-3, "momentum": 0.9}, spec_of("SGD", "CosineAnnealingLR").schedule)
    spec.schedule.arguments["T_max"] = 30
    race = race_of("rosenbrock", [spec], 20)
    before = rows_of(race, 9)[0]
    swapped = forked(race, 0, schedule="@StepLR:step_size=4,gamma=0.5")
    constant = forked(race, 0, schedule="none")
    events = race.carry_out(Schedule("0", "StepLR:step_size=4,gamma=0.5"), "test", 9)
    rows = rows_of(race)
    wanted = [(repr(loss), repr(rate)) for loss, rate in plain_with_swap(9, 20)]
    assert [(row[2], row[3]) for row in before + rows[0]] == wanted
    assert rows[swapped] == rows[0]
    assert {row[LR - 1] for row in rows[constant]} == {rows[0][0][LR - 1]}
    plan = next(event.data for event in events if event.kind == "plan")
    told = dict(zip(plan["steps"], plan["lr"], strict=True))
    assert [repr(told[int(row[STEP])]) for row in rows[0]] == [row[LR - 1] for row in rows[0]]


def test_another_optimizer_from_there_begins_without_state() -> None:
    race = race_of("rosenbrock", [spec_of("Adam")], 20)
    rows_of(race, 6)
    child = forked(race, 0, optimizer="SGD:lr=0.001,momentum=0.9@StepLR:step_size=3,gamma=0.1")
    assert race.lanes[child].name == "SGD from Adam"
    at = [float(value) for value in race.lanes[0].model.point.tolist()]
    rows = rows_of(race)
    assert [row[0] for row in rows[child]] == [repr(step) for step in range(6, 20)]
    assert [row[LR - 1] for row in rows[child]][:4] == ["0.001"] * 3 + [repr(0.001 * 0.1)]
    assert [float(value) for value in rows[child][0][-2:]] == at


def test_a_fork_at_an_earlier_step_is_the_lane_as_it_was(networks: str) -> None:
    race = race_on(f"{networks}::dropout", [spec_for("Adam", "OneCycleLR")], STEPS)
    begin = rows_of(race, 4)[0]
    race.carry_out(Set("0", {"lr": 0.02, "beta2": 0.9}), "test", 4)
    begin += rows_of(race, 8)[0]
    child, early = forked(race, 0, at=6), forked(race, 0, at=4, values={"lr": 0.02, "beta2": 0.9})
    rest = rows_of(race)
    assert rest[child] == (begin + rest[0])[6:]
    assert rest[early] == (begin + rest[0])[4:]


def test_a_fork_is_not_named_like_a_lanes_number() -> None:
    race = race_of("rosenbrock", [LaneSpec("SGD", {"lr": 0.001})], 30)
    with pytest.raises(InputError, match=r"a lane's name is not a number, since .*, and '0' is one"):
        race.carry_out(Fork("0", name="0"), "test", 0)


def test_a_finished_lane_can_be_forked_where_it_still_ran() -> None:
    race = race_of("rosenbrock", [LaneSpec("SGD", {"lr": 0.9})], 30)
    rows_of(race)
    assert race.lanes[0].outcome == "diverged"
    with pytest.raises(InputError, match="has diverged at step") as refused:
        race.carry_out(Fork("0"), "test", 0)
    assert refused.value.hint == "From its last good step, at half the rate: rescue 0."
    child = forked(race, 0, at=1, values={"lr": 1e-300})
    assert len(rows_of(race)[child]) == 29


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"at": 99}, "takes 10 steps, and never comes to step 99"),
        ({"values": {"lr": -1.0}}, "lr must not be negative"),
        ({"values": {"momentun": 0.5}}, "has no hyper 'momentun'"),
        ({"schedule": "StepLR"}, "step_size"),
        ({"schedule": "Steplr:step_size=3"}, "did you mean StepLR"),
        ({"schedule": "OneCycleLR:max_lr=0.1,total_steps=9"}, "cycle_momentum=False makes it work"),
        ({"optimizer": "Adamm"}, "did you mean Adam"),
        ({"optimizer": "Adam", "values": {"lr": 0.1}}, "takes its numbers and its schedule from"),
    ],
)
def test_a_refused_fork_leaves_the_race_as_it_was(changes: dict[str, object], words: str) -> None:
    race = race_of("rosenbrock", [LaneSpec("Adagrad", {"lr": 0.1})], 10)
    rows = rows_of(race, 3)[0]
    with pytest.raises(InputError, match=words):
        race.carry_out(Fork("0", **changes), "test", 3)
    assert len(race.lanes) == 1
    plain = race_of("rosenbrock", [LaneSpec("Adagrad", {"lr": 0.1})], 10)
    assert rows + rows_of(race)[0] == rows_of(plain)[0]


HIDDEN = '''
import torch

class Counting(torch.optim.SGD):
    """Keeps how often it stepped where nobody can copy it: in a closure."""

    def __init__(self, params, lr=0.01):
        super().__init__(params, lr=lr)
        taken = 0

        def rate():
            nonlocal taken
            taken += 1
            return 1 / taken

        self.rate = rate

    def step(self, closure=None):
        with torch.no_grad():
            for p in self.param_groups[0]["params"]:
                p.sub_(self.param_groups[0]["lr"] * self.rate() * p.grad)

class Drawing(torch.optim.SGD):
    """Draws from what no seed governs."""

    def step(self, closure=None):
        import time
        with torch.no_grad():
            for p in self.param_groups[0]["params"]:
                p.sub_((time.perf_counter_ns() % 1000) * 1e-7 * p.grad)
'''


def test_a_state_that_cannot_be_copied_is_walked_again_and_chance_is_said(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(HIDDEN)
    lanes = [LaneSpec(f"{tmp_path / 'mine.py'}::{name}", {"lr": 0.001}) for name in ("Counting", "Drawing")]
    race = race_of("rosenbrock", lanes, 16)
    rows_of(race, 5)
    kept = race.carry_out(Fork("0"), "test", 5)[0]
    assert kept.data["exact"] == "exact: walked again from step 0"
    chance = race.carry_out(Fork("1"), "test", 5)[0]
    assert chance.data["exact"] == "not exact: Drawing does not repeat itself"
    rows = rows_of(race)
    assert rows[kept.lane] == rows[0]
