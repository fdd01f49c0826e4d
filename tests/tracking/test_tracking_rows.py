"""What is recorded of a step: loss, rate and norms against plain computation; one row a step, whatever steps."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from tracked import Net, batch, columns, loss_of, net, opened, train

import opttui


def norm(tensors: list[Tensor]) -> float:
    """Of all entries, in float64."""
    return math.sqrt(sum(float(tensor.double().abs().square().sum()) for tensor in tensors))


def measured(
    model: nn.Module, optimizer: Any, steps: int, told: Any
) -> list[tuple[float, float, float, float]]:
    """Loss, rate, gradient norm and update norm of each step, computed beside it."""
    found = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = loss_of(model, step, dtype=next(model.parameters()).dtype)
        loss.backward()
        before = [parameter.detach().clone() for parameter in model.parameters()]
        gradient = norm([p.grad for p in model.parameters() if p.grad is not None])
        rate = optimizer.param_groups[0]["lr"]
        optimizer.step()
        update = norm([p.detach() - old for p, old in zip(model.parameters(), before, strict=True)])
        told(loss)
        found.append((loss.item(), rate, gradient, update))
    return found


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_rows_hold_what_the_script_computes(dtype: torch.dtype) -> None:
    model = net(1, dtype=dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    with opttui.track(optimizer, model=model, norms_every=1, quiet=True) as run:
        expected = np.array(measured(model, optimizer, 12, lambda loss: run.log(loss=loss)))
    rows = columns(run.path)
    assert rows["step"].tolist() == list(range(12))
    assert rows["evaluations"].tolist() == list(range(1, 13))
    assert rows["loss"].tolist() == expected[:, 0].tolist()
    assert rows["lr"].tolist() == expected[:, 1].tolist()
    assert rows["grad_norm"] == pytest.approx(expected[:, 2], rel=1e-6)
    # The difference of two half-precision numbers is rounded once more.
    assert rows["update_norm"] == pytest.approx(expected[:, 3], rel=1e-6 if dtype.itemsize > 2 else 4e-3)
    assert (np.diff(rows["seconds"]) > 0).all()
    assert opened(run.path).manifest.results[0].final_loss == expected[-1, 0]


def test_a_loss_may_be_logged_before_or_after_its_step() -> None:
    found = []
    for first in (True, False):
        model = net(2)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        with opttui.track(optimizer, quiet=True) as run:
            losses = []
            for step in range(6):
                optimizer.zero_grad()
                loss = loss_of(model, step)
                loss.backward()
                losses.append(loss.item())
                if first:
                    run.log(loss=loss)
                optimizer.step()
                if not first:
                    run.log(loss=loss)
        assert columns(run.path)["loss"].tolist() == losses
        found.append(losses)
    assert found[0] == found[1]


def test_losses_of_accumulated_gradients_are_averaged_and_counted() -> None:
    model = net(2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    with opttui.track(optimizer, quiet=True) as run:
        for micro in range(12):
            loss = loss_of(model, micro)
            run.log(loss=loss)
            (loss / 4).backward()
            losses.append(loss.item())
            if micro % 4 == 3:
                optimizer.step()
                optimizer.zero_grad()
    rows = columns(run.path)
    assert rows["loss"] == pytest.approx(np.array(losses).reshape(3, 4).mean(axis=1))
    assert rows["evaluations"].tolist() == [4, 8, 12]


def test_a_closure_tells_its_loss_and_is_counted() -> None:
    model = net(4)
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=4)
    with opttui.track(optimizer, norms_every=1, quiet=True) as run:
        losses = train(model, optimizer, 5, closure=True)
    rows = columns(run.path)
    assert rows["loss"].tolist() == losses
    state = optimizer.state[next(iter(model.parameters()))]
    assert rows["evaluations"][-1] == state["func_evals"] > 5
    assert (rows["grad_norm"] > 0).all() and (rows["update_norm"] > 0).all()


def test_a_step_inside_a_step_is_one() -> None:
    class Twice(torch.optim.SGD):
        def step(self, closure: Any = None) -> Any:
            super().step(closure)
            return super().step()

    model = net(5)
    optimizer = Twice(model.parameters(), lr=0.1)
    with opttui.track(optimizer, norms_every=1, quiet=True) as run:
        expected = measured(model, optimizer, 4, lambda loss: run.log(loss=loss))
    rows = columns(run.path)
    assert rows["step"].tolist() == [0, 1, 2, 3]
    assert rows["update_norm"] == pytest.approx([each[3] for each in expected], rel=1e-5)


def test_a_wrapper_without_hooks_is_followed_as_a_whole() -> None:
    class Lookahead:
        """Goes back halfway every second step; made without torch's own constructor."""

        def __init__(self, optimizer: torch.optim.Optimizer) -> None:
            self.optimizer, self.param_groups, self.count = optimizer, optimizer.param_groups, 0
            self.slow = [p.detach().clone() for group in self.param_groups for p in group["params"]]

        def zero_grad(self) -> None:
            self.optimizer.zero_grad()

        def step(self) -> None:
            self.optimizer.step()
            self.count += 1
            if self.count % 2 == 0:
                fast = [p for group in self.param_groups for p in group["params"]]
                for p, slow in zip(fast, self.slow, strict=True):
                    slow.add_(p.detach() - slow, alpha=0.5)
                    p.data.copy_(slow)

    model = net(6)
    optimizer = Lookahead(torch.optim.SGD(model.parameters(), lr=0.2))
    with opttui.track(optimizer, norms_every=1, quiet=True) as run:
        expected = measured(model, optimizer, 6, lambda loss: run.log(loss=loss))
    rows = columns(run.path)
    assert rows["update_norm"] == pytest.approx([each[3] for each in expected], rel=1e-5)
    assert "step" not in vars(optimizer)


def test_a_step_that_raises_leaves_no_row_and_the_next_one_counts() -> None:
    model = net(7)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def broken() -> Tensor:
        raise ValueError("no batch")

    with opttui.track(optimizer, quiet=True) as run:
        train(model, optimizer, 2, told=lambda loss: run.log(loss=loss))
        with pytest.raises(ValueError, match="no batch"):
            optimizer.step(broken)
        train(model, optimizer, 2, told=lambda loss: run.log(loss=loss))
    assert columns(run.path)["step"].tolist() == [0, 1, 2, 3]


def test_steps_that_a_grad_scaler_skips_are_no_steps() -> None:
    model = net(8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    losses = []
    with opttui.track(optimizer, norms_every=1, quiet=True) as run:
        for step in range(6):
            optimizer.zero_grad()
            loss = loss_of(model, step) * (math.inf if step == 2 else 1.0)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            run.log(loss=loss)
            losses.append(loss.item())
    rows = columns(run.path)
    assert rows["step"].tolist() == [0, 1, 2, 3, 4]
    assert rows["loss"].tolist() == [losses[0], losses[1], *losses[3:]]
    # Gradients as the optimizer sees them, without the scale.
    assert rows["update_norm"] == pytest.approx(0.1 * rows["grad_norm"], rel=1e-4)


def test_parameters_without_gradients_sparse_gradients_and_groups_added_later() -> None:
    model, late, idle = net(9, sparse=True), net(10), nn.Parameter(torch.ones(3))
    optimizer = torch.optim.SGD([{"params": [*model.parameters(), idle]}], lr=0.1)
    wanted = []
    with opttui.track(optimizer, norms_every=1, quiet=True) as run:
        for step in range(4):
            if step == 2:
                optimizer.add_param_group({"params": list(late.parameters()), "lr": 0.3})
            optimizer.zero_grad()
            loss = loss_of(model, step, sparse=True) + loss_of(late, step)
            loss.backward()
            table = model.table.weight.grad.to_dense()
            parts = [table] + ([p.grad for p in late.parameters()] if step > 1 else [])
            wanted.append(norm(parts))
            optimizer.step()
            run.log(loss=loss)
    lane = opened(run.path).lanes[0]
    assert (2, {"lr/1": 0.3}) in lane.validation
    assert columns(run.path)["grad_norm"] == pytest.approx(wanted, rel=1e-5)


def test_rates_of_all_groups_are_recorded_as_they_change() -> None:
    model = net(11)
    first, second = model.first.weight, model.second.weight
    optimizer = torch.optim.SGD(
        [{"params": [first], "lr": 0.4}, {"params": [second], "lr": 0.2, "name": "head"}]
    )
    course = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    with opttui.track(optimizer, course, quiet=True) as run:
        train(model, optimizer, 3, course)
    assert columns(run.path)["lr"].tolist() == [0.4, 0.2, 0.1]
    assert opened(run.path).lanes[0].validation == [
        (0, {"lr/head": 0.2}),
        (1, {"lr/head": 0.1}),
        (2, {"lr/head": 0.05}),
    ]


def test_other_numbers_are_rows_of_their_own() -> None:
    model = net(12)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer, quiet=True) as run:
        train(
            model,
            optimizer,
            1,
            told=lambda loss: run.log({"loss": loss, "accuracy": np.float32(0.5)}, odd=None),
        )
        run.log(val_accuracy=torch.tensor(0.25), step=7)
        with pytest.warns(UserWarning, match="'name' is no number but a str"):
            run.log(name="resnet", top5=True)
        run.log(name="resnet")
    reader = opened(run.path)
    assert reader.lanes[0].validation == [
        (0, {"accuracy": 0.5}),
        (7, {"val_accuracy": 0.25}),
        (0, {"top5": 1.0}),
    ]
    assert reader.manifest.problem is not None
    assert reader.manifest.problem.metrics == ("accuracy", "val_accuracy", "top5")


def test_several_optimizers_are_lanes_and_each_logs_what_is_its_own() -> None:
    one, other = net(13), net(14)
    pair = {
        "G": torch.optim.Adam(one.parameters(), lr=0.01),
        "D": torch.optim.SGD(other.parameters(), lr=0.1),
    }
    with opttui.track(pair, quiet=True) as run:
        lost = train(one, pair["G"], 3, told=lambda loss: run["G"].log(loss=loss))
        gained = train(other, pair["D"], 2, told=lambda loss: run[1].log(loss=loss, real=1))
        with pytest.raises(KeyError, match="'X'"):
            run["X"]
    assert [lane.name for lane in opened(run.path).manifest.lanes] == ["G", "D"]
    assert columns(run.path, 0)["loss"].tolist() == lost
    assert columns(run.path, 1)["loss"].tolist() == gained
    assert [step for step, _ in opened(run.path).lanes[1].validation] == [0, 1]


def test_two_calls_make_two_runs() -> None:
    model = net(15)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    first, second = opttui.track(optimizer, quiet=True), opttui.track(optimizer, quiet=True)
    train(model, optimizer, 3, told=lambda loss: (first.log(loss=loss), second.log(loss=loss)))
    first.close()
    train(model, optimizer, 1)
    second.close()
    assert first.path != second.path
    assert (len(columns(first.path)["step"]), len(columns(second.path)["step"])) == (3, 4)


def test_a_compiled_model_is_tracked_like_any_other() -> None:
    model = net(16)
    compiled = torch.compile(model, backend="eager")
    optimizer = torch.optim.AdamW(compiled.parameters(), lr=0.01)
    with opttui.track(optimizer, model=compiled, norms_every=1, quiet=True) as run:
        expected = []
        for step in range(3):
            optimizer.zero_grad()
            loss = compiled(batch(step)).square().mean()
            loss.backward()
            optimizer.step()
            run.log(loss=loss)
            expected.append(loss.item())
    assert columns(run.path)["loss"].tolist() == expected
    problem = opened(run.path).manifest.problem
    assert problem is not None and problem.title.startswith("Net, tracked in ") and problem.parameters == 45


def test_a_loss_that_is_no_number_any_more_rings_once_and_is_how_the_run_ends() -> None:
    model = net(17)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer, quiet=True) as run:
        train(model, optimizer, 2, told=lambda loss: run.log(loss=loss))
        train(model, optimizer, 3, told=lambda loss: run.log(loss=math.nan))
    reader = opened(run.path)
    assert [event.step for event in reader.events if event.kind == "alarm"] == [2]
    result = reader.manifest.results[0]
    assert (result.outcome, result.reason) == ("diverged", "step 4: the loss is nan")


def test_nothing_of_the_graph_is_kept() -> None:
    import weakref

    model = net(18)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with opttui.track(optimizer, norms_every=1, quiet=True) as run:
        for step in range(3):
            loss = loss_of(model, step)
            loss.backward()
            run.log(loss=loss, same=loss)
            optimizer.step()
            known = weakref.ref(loss)
            del loss
            assert known() is None


def test_a_run_lets_go_of_its_optimizer_and_ends_with_it() -> None:
    import weakref

    model = net(19)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    course = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    run = opttui.track(optimizer, course, model, quiet=True)
    train(model, optimizer, 3, course)
    known = weakref.ref(next(model.parameters()))
    del model, optimizer, course
    import gc

    gc.collect()
    assert known() is None
    assert run._recording is not None and run._recording._recorder.wait(20)
    assert opened(run.path).manifest.results[0].outcome == "finished"
    assert len(columns(run.path)["step"]) == 3


@pytest.mark.parametrize("wrong", [None, 3, Net, torch.optim.Adam, [], {}, [net(0)]], ids=repr)
def test_what_is_no_optimizer_is_said_at_once(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"opttui\.track"):
        opttui.track(wrong)
