"""Optimizers that no table knows: what the probe finds, and that each way of stepping is the loop written by hand."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from oracle import digits_data, race_of, run, spec_of
from test_race_script import manifest_of, printed

from opttui.control.commands import Set
from opttui.errors import InputError
from opttui.optimizers import kinds
from opttui.race.script import script
from opttui.record.layout import EVALUATIONS, LOSS, LR
from opttui.record.manifest import LaneInfo, Stepping
from opttui.scenario.phrase import parse_lane

STEPS = 7
VALIDATE_EVERY = 3

MINE = '''
import torch

class Mine(torch.optim.SGD):
    """SGD of one's own."""

    def __init__(self, params, lr=0.1, betas=(0.9, 0.99)):
        assert isinstance(betas, tuple)
        super().__init__(params, lr=lr)

class Sneaky(torch.optim.Optimizer):
    """SAM without its names: silently goes by the gradient that lies there when it is called."""

    def __init__(self, params, lr=0.05, rho=0.05):
        super().__init__(params, {"lr": lr, "rho": rho})

    def step(self, closure):
        group = self.param_groups[0]
        there = [0 if p.grad is None else group["rho"] * p.grad.clone() for p in group["params"]]
        with torch.no_grad():
            for p, way in zip(group["params"], there):
                p.add_(way)
        closure()
        with torch.no_grad():
            for p, way in zip(group["params"], there):
                p.sub_(way).sub_(group["lr"] * p.grad)

class Lazy(torch.optim.SGD):
    """Looks at its lr at the first step only, draws from Python's stream, and counts its steps."""

    taken = 0

    def step(self, closure=None):
        import random
        Lazy.taken += 1
        self.first = getattr(self, "first", None) or self.param_groups[0]["lr"]
        random.random()
        with torch.no_grad():
            for p in self.param_groups[0]["params"]:
                p.sub_(self.first * p.grad)

def not_an_optimizer(params):
    return 5
'''


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of one's own, in a folder with a space."""
    path = tmp_path_factory.mktemp("my code") / "mine.py"
    path.write_text(MINE)
    return str(path)


def model_and_loss(seed: int = 0) -> tuple[torch.nn.Module, Callable[[int], torch.Tensor]]:
    """The digits' network and its loss by the step, without any of the project's code."""
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    images, labels = digits_data()

    def loss(step: int) -> torch.Tensor:
        order = torch.randperm(1437, generator=torch.Generator().manual_seed(seed * 1_000_003))
        chosen = order[64 * step : 64 * (step + 1)]
        return torch.nn.functional.cross_entropy(model(images[chosen]), labels[chosen])

    torch.manual_seed(seed)
    return model, loss


def by_hand(build: Callable[[Any], Any], way: str) -> tuple[list[float], torch.nn.Module]:
    """Losses and the model of the loop that the library's own pages show."""
    model, loss_at = model_and_loss()
    optimizer = build(model)
    if way == "averages":
        optimizer.train()
    losses = []
    for step in range(STEPS):
        seen: list[float] = []

        def closure(step: int = step, seen: list[float] = seen) -> torch.Tensor:
            optimizer.zero_grad()
            with torch.enable_grad():
                loss = loss_at(step)
                loss.backward()
            seen.append(loss.item())
            return loss

        if way == "create_graph":
            optimizer.zero_grad()
            loss = loss_at(step)
            loss.backward(create_graph=True)
            seen.append(loss.item())
            optimizer.step()
        elif way == "closure":
            optimizer.step(closure)
        elif way == "gradient first":
            closure()
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        losses.append(seen[0])
    if way == "averages":
        optimizer.eval()
    return losses, model


def library(name: str) -> Any:
    return kinds.outside(name)


def split(model: torch.nn.Module) -> list[dict[str, Any]]:
    matrices, others = ([p for p in model.parameters() if (p.ndim >= 2) is yes] for yes in (True, False))
    return [{"params": matrices, "use_muon": True}, {"params": others, "use_muon": False}]


class Two:
    """Muon for matrices and AdamW for the rest, as one writes it without any class."""

    def __init__(self, model: torch.nn.Module) -> None:
        self.muon = torch.optim.Muon([p for p in model.parameters() if p.ndim == 2], lr=0.02)
        self.adamw = torch.optim.AdamW([p for p in model.parameters() if p.ndim != 2], lr=0.003)

    def zero_grad(self) -> None:
        self.muon.zero_grad()
        self.adamw.zero_grad()

    def step(self) -> None:
        self.muon.step()
        self.adamw.step()


CASES: dict[str, tuple[str, str, float, Callable[[Any], Any]]] = {
    "plain": (
        "pytorch_optimizer.Lion:lr=0.001,betas=(0.9,0.98)",
        "plain",
        1,
        lambda m: library("pytorch_optimizer.Lion")(m.parameters(), lr=0.001, betas=(0.9, 0.98)),
    ),
    "closure": (
        "schedulefree.SGDScheduleFreeClosure:lr=0.1",
        "closure",
        1,
        lambda m: library("schedulefree.SGDScheduleFreeClosure")(m.parameters(), lr=0.1),
    ),
    "closure without gradients switched on": (
        "pytorch_optimizer.AliG",
        "closure",
        1,
        lambda m: library("pytorch_optimizer.AliG")(m.parameters()),
    ),
    "gradient first": (
        "pytorch_optimizer.SAM:base_optimizer=AdamW,lr=0.01",
        "gradient first",
        2,
        lambda m: library("pytorch_optimizer.SAM")(m.parameters(), torch.optim.AdamW, lr=0.01),
    ),
    "gradient first, with random numbers": (
        "pytorch_optimizer.BSAM:num_data=1437,lr=0.1",
        "gradient first",
        3,
        lambda m: library("pytorch_optimizer.BSAM")(m.parameters(), 1437, lr=0.1),
    ),
    "create_graph": (
        "pytorch_optimizer.AdaHessian",
        "create_graph",
        3,
        lambda m: library("pytorch_optimizer.AdaHessian")(m.parameters()),
    ),
    "averages": (
        "schedulefree.AdamWScheduleFree:lr=0.01",
        "averages",
        1,
        lambda m: library("schedulefree.AdamWScheduleFree")(m.parameters(), lr=0.01),
    ),
    "an optimizer inside": (
        "torch_optimizer.Lookahead:optimizer='Adam:lr=0.01',k=3",
        "plain",
        1,
        lambda m: library("torch_optimizer.Lookahead")(torch.optim.Adam(m.parameters(), lr=0.01), k=3),
    ),
    "the model": (
        "pytorch_optimizer.AdamMini:lr=0.01",
        "plain",
        1,
        lambda m: library("pytorch_optimizer.AdamMini")(m, lr=0.01),
    ),
    "the model and its parameters": (
        "pytorch_optimizer.WSAM:base_optimizer='AdamW:lr=0.01'",
        "closure",
        2,
        lambda m: library("pytorch_optimizer.WSAM")(m, m.parameters(), torch.optim.AdamW, lr=0.01),
    ),
    "flagged groups": (
        "pytorch_optimizer.Muon:lr=0.01",
        "plain",
        1,
        lambda m: library("pytorch_optimizer.Muon")(split(m), lr=0.01),
    ),
    "a rest": ("Muon:lr=0.02,rest='AdamW:lr=0.003'", "plain", 1, Two),
    "without compiling": (
        "heavyball.AdamW:lr=0.01",
        "plain",
        1,
        lambda m: library("heavyball.AdamW")(m.parameters(), lr=0.01),
    ),
}


@pytest.fixture(scope="module")
def together() -> Any:
    """Every case as a lane of one race, validated often; rows and events with it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    race = race_of("digits-mlp", [parse_lane(case[0]) for case in CASES.values()], STEPS)
    object.__setattr__(race.problem, "validate_every", VALIDATE_EVERY)
    rows, events = run(race)
    torch.set_num_threads(before)
    return race, rows, events


@pytest.mark.parametrize("case", CASES)
def test_each_way_of_stepping_is_the_loop_written_by_hand(together: Any, case: str) -> None:
    race, rows, _ = together
    lane = list(CASES).index(case)
    _, way, evaluations, build = CASES[case]
    kinds.kind_of("heavyball.AdamW")
    losses, model = by_hand(build, way)
    assert [row[LOSS] for row in rows[lane]] == losses
    assert [row[EVALUATIONS] for row in rows[lane]] == [evaluations * (step + 1) for step in range(STEPS)]
    for name, value in race.parameters(lane).items():
        assert torch.equal(value, model.state_dict()[name]), name
    found = race.lanes[lane].recipe.stepping
    assert (found.mode, found.averages) == (("plain", True) if way == "averages" else (way, False))
    assert found.evaluations == evaluations


def test_the_script_repeats_every_way_of_stepping(together: Any, tmp_path: Path) -> None:
    race, rows, events = together
    source = script(manifest_of(race), events, range(len(CASES)))
    assert "opttui" not in source
    found = printed(source, tmp_path)
    assert repr(found) == repr({lane: [(row[LOSS], row[LR]) for row in rows[lane]] for lane in rows})


def test_validation_is_measured_where_the_average_is(together: Any) -> None:
    lane = list(CASES).index("averages")
    race = race_of("digits-mlp", [parse_lane(CASES["averages"][0])], STEPS)
    race.round()
    race.round()
    model = race.lanes[0].model
    walking = [p.detach().clone() for p in model.parameters()]
    before = race.lanes[0].optimizer.state_dict()["param_groups"][0]["train_mode"]
    with race.lanes[0].at_average():
        measured = [p.detach().clone() for p in model.parameters()]
    assert not any(map(torch.equal, walking, measured))
    assert all(map(torch.equal, walking, model.parameters()))
    assert race.lanes[0].optimizer.state_dict()["param_groups"][0]["train_mode"] is before is True
    race.hand_back()
    assert together[0].lanes[lane].outcome == "finished"


def test_random_numbers_inside_a_step_reach_no_other_lane() -> None:
    noisy = parse_lane("pytorch_optimizer.BSAM:num_data=1437,lr=0.1")
    alone = run(race_of("digits-mlp", [noisy], STEPS))[0]
    adam = run(race_of("digits-mlp", [spec_of("Adam")], STEPS))[0]
    among = run(race_of("digits-mlp", [spec_of("Adam"), noisy, noisy], STEPS))[0]
    for lane, other in ((0, adam), (1, alone), (2, alone)):
        assert [row[LOSS] for row in among[lane]] == [row[LOSS] for row in other[0]]


def test_a_file_of_ones_own_in_race_and_script(mine: str, tmp_path: Path) -> None:
    phrases = [
        f"{mine!r}::Mine".replace("'::Mine", "::Mine'"),
        f"'{mine}::Sneaky'",
        f"'{mine}::Lazy':lr=0.02",
    ]
    phrases[0] += ":lr=0.2,betas=[0.8,0.9]"
    race = race_of("digits-mlp", [parse_lane(phrase) for phrase in phrases], STEPS)
    rows, events = run(race)
    own, sneaky, lazy = (lane.recipe.stepping for lane in race.lanes)
    assert [lane.name for lane in race.lanes] == ["Mine", "Sneaky", "Lazy"]
    assert (own.mode, own.rate, own.draws, own.repeatable) == ("plain", "", (), True)
    assert (sneaky.mode, sneaky.evaluations) == ("gradient first", 2)
    assert (lazy.rate, lazy.draws) == ("no effect", ("python",))
    assert printed(script(manifest_of(race), events, range(3)), tmp_path) == {
        lane: [(row[LOSS], row[LR]) for row in rows[lane]] for lane in rows
    }


def test_a_probe_takes_at_most_ten_steps_and_happens_once_for_each_recipe(mine: str) -> None:
    kind = library(f"{mine}::Lazy")
    kind.taken = 0
    lanes = [parse_lane(f"'{mine}::Lazy':lr=0.02"), parse_lane(f"again='{mine}::Lazy':lr=0.02")]
    race_of("digits-mlp", lanes, STEPS).hand_back()
    assert 0 < kind.taken <= 10


def test_what_was_found_survives_the_manifest(together: Any) -> None:
    for info in together[0].info()[1]:
        text = json.dumps({"stepping": msgspec_builtins(info)})
        assert msgspec_back(json.loads(text)["stepping"]) == info.stepping


def msgspec_builtins(info: LaneInfo) -> Any:
    import msgspec

    return msgspec.to_builtins(info.stepping)


def msgspec_back(value: Any) -> Stepping:
    import msgspec

    return msgspec.convert(value, Stepping)


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("pytorch_optimizer.Lio", "lane 'Lio': pytorch_optimizer has no 'Lio'; did you mean Lion?"),
        ("pytorch_optimizer.Lion:lrr=1", "lane 'Lion': Lion takes no argument 'lrr'; did you mean lr?"),
        ("pytorch_optimizer.Ranger21", "Ranger21 needs num_iterations, like num_iterations=7."),
        ("pytorch_optimizer.SAM:lr=0.1", "SAM needs base_optimizer, like base_optimizer=AdamW."),
        ("pytorch_optimizer.SAM:base_optimizer=AdamW,rh=1", "SAM takes no argument 'rh'; did you mean rho?"),
        (
            "pytorch_optimizer.SAM:base_optimizer='AdamW:lr=1',lr=1",
            "lr is given twice, outside and inside of AdamW",
        ),
        ("pytorch_optimizer.Lion:optimizer=Adam", "Lion takes no argument 'optimizer'"),
        (
            "pytorch_optimizer.LOMO",
            "LOMO cannot race: it updates inside fused_backward(loss, lr), and has no step.",
        ),
        (
            "pytorch_optimizer.optimizer.sam.GSAM",
            "GSAM cannot race: it takes the loss function apart from the data",
        ),
        ("pytorch_optimizer.nothing.X", "pytorch_optimizer has no module 'pytorch_optimizer.nothing'"),
        ("os.path.sep", "os.path.sep is no optimizer: it is a str"),
        ("os.path.join", "join refuses its arguments"),
        ("Muon", "Muon only supports 2D parameters"),
        ("Muon", "rest=AdamW gives the other parameters to AdamW"),
        (
            "pytorch_optimizer.A2Grad@StepLR:step_size=3",
            "A2Grad has no learning rate that a schedule or a warm-up could move",
        ),
    ],
)
def test_what_cannot_be_built_is_one_sentence(phrase: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        race_of("digits-mlp", [parse_lane(phrase)], STEPS)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("lane '")
    assert not str(caught.value).endswith("..")


def test_what_a_file_does_wrong_is_one_sentence(mine: str, tmp_path: Path) -> None:
    for text, part in {
        "def broken(": "cannot be run: SyntaxError",
        "raise SystemExit(3)": "cannot be run: SystemExit: 3",
        "import nothing_of_that_name": "cannot be run: ModuleNotFoundError: No module named",
        "x = 1": "has no 'Mine'",
    }.items():
        path = tmp_path / f"f{len(part)}.py"
        path.write_text(text)
        with pytest.raises(InputError, match="lane 'Mine'") as caught:
            race_of("linear", [parse_lane(f"{path}::Mine")], 3)
        assert part in caught.value.message
    with pytest.raises(InputError, match="is no optimizer: it makes a int, which takes no steps"):
        race_of("linear", [parse_lane(f"'{mine}::not_an_optimizer'")], 3)


def test_an_optimizer_of_float32_says_so_in_float64() -> None:
    race = race_of("rosenbrock", [parse_lane("pytorch_optimizer.FAdam"), spec_of("Adam")], 5)
    _, events = run(race)
    assert [lane.outcome for lane in race.lanes] == ["failed", "finished"]
    assert race.lanes[0].reason.endswith("FAdam runs in float32 only: --dtype float32.")
    assert next(event for event in events if event.lane == 0).data["traceback"]


def test_matrices_alone_need_matrices() -> None:
    with pytest.raises(InputError, match="no matrix among the parameters for Muon"):
        race_of("rosenbrock", [parse_lane("Muon:rest=AdamW")], 5)


def test_an_optimizer_without_a_rate_shows_none_and_turns_none() -> None:
    race = race_of("digits-mlp", [parse_lane("pytorch_optimizer.A2Grad")], 5)
    assert race.lanes[0].plan is None
    with pytest.raises(InputError, match="A2Grad has no hyper 'lr'"):
        race.carry_out(Set("0", {"lr": 0.1}), "test", 0)
    rows, _ = run(race)
    assert all(math.isnan(row[LR]) for row in rows[0])


def test_turning_a_rate_that_is_not_looked_at_is_said() -> None:
    race = race_of("rosenbrock", [spec_of("Rprop"), spec_of("Adam")], 5)
    race.round()
    rprop, adam = (race.carry_out(Set(lane, {"lr": 0.5}), "test", 1)[0].text for lane in "01")
    assert rprop.endswith("(Rprop takes the same step with another lr, as far as was tried)")
    assert adam == "Adam: lr 0.01 → 0.5"
    race.hand_back()


def test_turning_reaches_both_of_two_optimizers_in_proportion(tmp_path: Path) -> None:
    race = race_of("digits-mlp", [parse_lane("Muon:lr=0.02,rest='AdamW:lr=0.003'@StepLR:step_size=3")], STEPS)
    rows, events = [], []
    for step in range(STEPS):
        if step == 4:
            events += race.carry_out(Set("0", {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.0}), "test", 4)
        race.round()
        rows += race.drain(wait=True).rows[0]
    race.hand_back()
    assert printed(script(manifest_of(race), events, [0]), tmp_path) == {
        0: [(row[LOSS], row[LR]) for row in rows]
    }
    assert rows[4][LR] == 0.1


def test_an_installed_package_can_announce_an_optimizer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = {"lion": "pytorch_optimizer.Lion"}
    monkeypatch.setattr("opttui.scenario.check_lane.announced", lambda: names)
    monkeypatch.setattr("opttui.optimizers.kinds.announced", lambda: names)
    race = race_of(
        "digits-mlp", [parse_lane("lion:lr=0.001"), parse_lane("pytorch_optimizer.Lion:lr=0.001")], 4
    )
    rows, events = run(race)
    assert [row[LOSS] for row in rows[0]] == [row[LOSS] for row in rows[1]]
    assert race.lanes[0].name == "lion"
    assert "lambda model: pytorch_optimizer.Lion(model" in script(manifest_of(race), events, [0])


@pytest.mark.parametrize(
    "kind", ["os; import x", "a.b(c).D", "lambda.x", "a.b\nimport os", "/x.py::a b", "Adam, 1"]
)
def test_a_manifest_of_anybodys_puts_no_code_into_a_script(kind: str) -> None:
    import msgspec

    from opttui.optimizers import written
    from opttui.record.manifest import Call

    with pytest.raises(InputError, match="is no name that Python has"):
        written.written(Call(kind))
    with pytest.raises(InputError):
        written.written(Call("Adam", {"lr=1) or x(": 1}))
    assert msgspec.to_builtins(Call("Adam")) == {"kind": "Adam"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what a hundred and more classes warn of is theirs
@pytest.mark.parametrize("name", ["pytorch_optimizer", "torch_optimizer", "schedulefree", "heavyball"])
def test_as_many_classes_of_a_library_run_as_can(name: str) -> None:
    from benchmarks.third_party import LIBRARIES, phrases, tried

    found = [tried(phrase, steps=3) for phrase in phrases(name)]
    assert sum(each.runs for each in found) >= LIBRARIES[name]
    for each in found:
        if not each.runs:
            assert each.reason.startswith("lane '") and " cannot race: " in each.reason
