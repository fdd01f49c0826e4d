"""Gradients are cleared as `zero_grad` clears them, whoever's `zero_grad` that is."""

import pytest
import torch
from torch import nn
from torch.optim import SGD, Optimizer

from opttui.optimizers.evaluating import clear_gradients


def with_gradients(kind: type[Optimizer] = SGD) -> tuple[nn.Module, Optimizer]:
    """A model with a gradient everywhere but in its bias, and its optimizer of two groups."""
    model = nn.Linear(3, 2)
    groups = [{"params": [model.weight]}, {"params": [model.bias], "lr": 0.5}]
    model.weight.grad = torch.ones(2, 3)
    return model, kind(groups, lr=0.1)


def test_gradients_of_every_group_are_gone() -> None:
    model, optimizer = with_gradients()
    model.bias.grad = torch.ones(2)
    clear_gradients(optimizer)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_gradient_that_was_kept_elsewhere_keeps_its_values() -> None:
    model, optimizer = with_gradients()
    kept = model.weight.grad
    clear_gradients(optimizer)
    assert kept is not None and kept.eq(1).all()


class Zeroing(SGD):
    """Sets gradients to zero, and counts."""

    cleared = 0

    def zero_grad(self, set_to_none: bool = True) -> None:
        self.cleared += 1
        super().zero_grad(set_to_none=False)


def test_an_optimizer_s_own_way_is_taken() -> None:
    model, optimizer = with_gradients(Zeroing)
    clear_gradients(optimizer)
    assert isinstance(optimizer, Zeroing) and optimizer.cleared == 1
    assert model.weight.grad is not None and model.weight.grad.eq(0).all()


def test_a_way_put_on_the_object_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    model, optimizer = with_gradients()
    called: list[bool] = []
    monkeypatch.setattr(optimizer, "zero_grad", lambda: called.append(True), raising=False)
    clear_gradients(optimizer)
    assert called == [True] and model.weight.grad is not None
