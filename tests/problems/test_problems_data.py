"""The problems that are no surface: held-out rows, goals, scripts, what can be looked at, sparse gradients."""

import functools
import math
import subprocess
import sys

import pytest
import torch

from opttui.errors import InputError
from opttui.problems.image_factors import mandelbrot
from opttui.problems.noisy_quadratic import curvatures, quadratic_noise
from opttui.problems.poisson_pinn import collocation, poisson_loss
from opttui.problems.problem import Setting
from opttui.problems.table import PROBLEMS
from opttui.problems.text import corpus, origin
from opttui.problems.text_skipgram import word_pairs
from opttui.problems.text_transformer import letters
from opttui.race.build import build_race
from opttui.race.device_rows import DeviceRows, HostTimer
from opttui.race.plane import fill_grid
from opttui.race.script import script
from opttui.record.layout import GRAD_NORM, LOSS, LR
from opttui.record.manifest import Manifest
from opttui.scenario.data_problems import DATA_PROBLEMS
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import ProblemSpec, Scenario

CPU = torch.device("cpu")
NAMES = [entry.name for entry in DATA_PROBLEMS]
ENTRIES = {entry.name: entry for entry in DATA_PROBLEMS}


def made(name: str, seed: int = 0):
    return PROBLEMS[name](Setting(seed=seed, device=CPU, dtype=torch.float32))


@functools.cache
def shared(name: str):
    """A problem that no test changes."""
    return made(name)


def raced(name: str, phrases: list[str], steps: int, **more):
    """A race to its end: race, rows by lane, events."""
    race = build_race(Scenario(ProblemSpec(name), tuple(map(parse_lane, phrases)), steps=steps, **more))
    while race.round():
        pass
    drained = race.drain(wait=True)
    race.hand_back()
    return race, drained


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_losses_and_the_start_is_above_the_goal(name: str) -> None:
    losses = []
    for _ in range(2):
        problem = made(name, seed=3)
        batch = problem.batches()
        losses.append([problem.loss(problem.model, batch(step)).item() for step in (0, 1, 7, 1)])
        torch.rand(5)
    assert losses[0] == losses[1]
    assert losses[0][1] == losses[0][3]
    other = shared(name)
    goal = ENTRIES[name].goal
    assert goal is not None
    assert min(losses[0][0], other.loss(other.model, other.batches()(0)).item()) > 1.1 * goal


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_its_own_lanes_reach_the_goal(name: str) -> None:
    entry = ENTRIES[name]
    for seed in (0, 1):
        race, _ = raced(name, list(entry.lanes), entry.steps, target=entry.goal, seed=seed)
        reached = [lane.name for lane in race.lanes if lane.outcome == "reached"]
        assert len(reached) >= len(entry.lanes) / 2, [(lane.name, lane.outcome) for lane in race.lanes]


def test_a_batch_that_is_drawn_anew_is_bounded() -> None:
    with pytest.raises(InputError, match="batch_size is 1,000,000, and 4,096 is the most here"):
        PROBLEMS["noisy-quadratic"](Setting(seed=0, device=CPU, dtype=torch.float32, batch_size=1_000_000))


@pytest.mark.parametrize("name", NAMES)
def test_held_out_rows_repeat_and_leave_the_model_alone(name: str) -> None:
    problem = shared(name)
    entry = ENTRIES[name]
    if problem.validate is None:
        assert entry.metrics == problem.info.metrics == ()
        return
    before = [parameter.detach().clone() for parameter in problem.model.parameters()]
    with torch.no_grad():
        first, again = (problem.validate(problem.model.eval()) for _ in range(2))
    assert tuple(first) == entry.metrics == problem.info.metrics
    assert {key: value.item() for key, value in first.items()} == {
        key: value.item() for key, value in again.items()
    }
    assert all(math.isfinite(value.item()) and value.ndim == 0 for value in first.values())
    for parameter, old in zip(problem.model.parameters(), before, strict=True):
        assert torch.equal(parameter, old) and parameter.grad is None


def test_the_scripts_repeat_their_races(tmp_path) -> None:
    recorded: dict[str, list[tuple[int, float, float]]] = {}
    for name in NAMES:
        second = "SGD:lr=0.001,momentum=0.9" if name == "text-skipgram" else "Adam:lr=0.003"
        race, drained = raced(name, ["Adagrad:lr=0.01", second], 6, seed=4)
        info, lanes = race.info()
        manifest = Manifest(
            id="x",
            created=0.0,
            scenario=race.scenario,
            lanes=lanes,
            problem=info,
            device="cpu",
            dtype="float32",
            versions={"threads": torch.get_num_threads()},
        )
        path = tmp_path / f"{name}.py"
        path.write_text(script(manifest, [], [0, 1]))
        assert "opttui" not in path.read_text()
        recorded[str(path)] = [(lane, row[LOSS], row[LR]) for lane in (0, 1) for row in drained.rows[lane]]
    # One process for all: importing torch and scikit-learn takes longer than all the races.
    run_all = "import runpy, sys\nfor path in sys.argv[1:]: print(path); runpy.run_path(path)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", run_all, *recorded], capture_output=True, text=True, check=True
    )
    printed: dict[str, list[tuple[int, float, float]]] = {}
    for line in done.stdout.splitlines():
        if line in recorded:
            rows = printed.setdefault(line, [])
        elif line != "lane,step,loss,lr":
            lane, _, loss, lr = line.split(",")
            rows.append((int(lane), float(loss), float(lr)))
    assert printed == recorded


@pytest.mark.parametrize("name", NAMES)
def test_its_plane_can_be_drawn(name: str) -> None:
    race, _ = raced(name, ["Adagrad:lr=0.01"], 1)
    assert race.problem.info.view is not None
    *_, grid = fill_grid(race.problem, race.plane, race.problem.info.view, 3, 2)
    assert grid is not None
    assert all(math.isfinite(value) for value in grid.values.flatten().tolist())
    assert len(set(grid.values.flatten().tolist())) == 6


@pytest.mark.parametrize("name", NAMES)
def test_a_trained_model_can_be_looked_at_where_it_says_so(name: str) -> None:
    problem = shared(name)
    if problem.look is None:
        assert problem.info.look == ""
        return
    with torch.no_grad():
        seen = problem.look(problem.model.eval())
    assert seen.values.ndim == 2 and torch.isfinite(seen.values).all()
    if problem.info.look == "image":
        assert 0 <= seen.values.min() <= seen.values.max() <= 1
    else:
        assert seen.values.shape[1] == 2
    assert seen.truth is None or seen.truth.shape == seen.values.shape
    assert seen.labels is None or len(seen.labels) == len(seen.values)


SPARSE = ("SGD:lr=1.0", "SGD:lr=1.0,momentum=0.9", "Adagrad:lr=0.1", "SparseAdam:lr=0.01", "LBFGS:max_iter=3")


def dense_norms(phrase: str, steps: int) -> list[float]:
    """Gradient norms of the plain loop, of gradients made dense."""
    problem = made("text-skipgram", seed=2)
    spec = parse_lane(phrase)
    optimizer = getattr(torch.optim, spec.optimizer)(problem.model.parameters(), **spec.arguments)
    batch, norms = problem.batches(), []
    for step in range(steps):

        def closure(step: int = step) -> torch.Tensor:
            optimizer.zero_grad()
            loss = problem.loss(problem.model, batch(step))
            loss.backward()
            if len(norms) == step:
                grads = [parameter.grad.to_dense().double() for parameter in problem.model.parameters()]
                norms.append(torch.cat([grad.flatten() for grad in grads]).norm().item())
            return loss

        if spec.optimizer != "LBFGS":
            closure()
        optimizer.step(*([closure] if spec.optimizer == "LBFGS" else []))
    return norms


@pytest.mark.parametrize("on_device", [False, True])
def test_norms_of_sparse_gradients_are_those_of_dense_ones(on_device: bool, monkeypatch) -> None:
    if on_device:
        rows = lambda model, plane, device, clock, others_wait=False: DeviceRows(  # noqa: E731
            list(model.parameters()), plane, HostTimer(clock)
        )
        monkeypatch.setattr("opttui.race.lane.rows_for", rows)
    race, drained = raced("text-skipgram", list(SPARSE), 4, seed=2)
    for lane, phrase in enumerate(SPARSE):
        assert race.lanes[lane].reason == ""
        assert [row[GRAD_NORM] for row in drained.rows[lane]] == pytest.approx(
            dense_norms(phrase, 4), rel=1e-4
        )


def test_an_optimizer_of_dense_gradients_fails_and_says_what_to_use() -> None:
    race, _ = raced("text-skipgram", ["Adam", "RMSprop", "SparseAdam:lr=0.01"], 3)
    adam, rms, sparse = race.lanes
    assert adam.outcome == rms.outcome == "failed"
    assert sparse.outcome == "finished"
    for lane in (adam, rms):
        assert lane.reason.startswith(f"step 0: RuntimeError: {lane.name} does not support sparse gradients")
        assert lane.reason.endswith("; SGD, Adagrad, SparseAdam and LBFGS take sparse gradients")


def test_text_is_named_by_its_hash_and_cut_without_loss() -> None:
    text = corpus()
    assert "sha256" in origin() and f"{len(text):,}" in origin()
    x, y = letters(CPU)
    assert x.shape == y.shape and x.shape[1] == 32
    assert int(x.min()) >= 0 and int(x.max()) <= 96
    assert torch.equal(x.flatten()[1:], y.flatten()[:-1])
    shown = "".join((["\n", *map(chr, range(32, 127)), "?"])[number] for number in x[:40].flatten().tolist())
    assert shown == "".join(
        char if char == "\n" or " " <= char <= "~" else "?" for char in text[: len(shown)]
    )
    centres, around = word_pairs(CPU)
    assert centres[:4].unique().numel() == 1
    assert int(max(centres.max(), around.max())) < 2000


def test_what_is_computed_is_what_it_says() -> None:
    x, force = collocation(torch.float64, CPU)

    class Solution(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.sin(math.pi * x) + 0.25 * torch.sin(3 * math.pi * x)

    assert poisson_loss(Solution(), (x, force)).item() == pytest.approx(0, abs=1e-20)
    image = mandelbrot()
    assert image.shape == (96, 128)
    assert (image == 1).double().mean().item() == pytest.approx(1.5066 / (2.8 * 2.1), abs=0.03)
    curvature = curvatures(torch.float64, CPU)
    drawn = torch.stack([quadratic_noise(curvature, 16, 0, step)[1] for step in range(400)])
    gradients = curvature * drawn
    assert torch.allclose(gradients.var(dim=0), 0.01 * curvature / 16, rtol=0.35)
    assert torch.equal(quadratic_noise(curvature, 16, 0, 5)[1], drawn[5])
