"""Every start is what torch.nn.init itself makes of the seed; what was left as it was is said."""

from typing import Any

import pytest
import torch
from torch import nn

from opttui.errors import InputError
from opttui.optimizers.initialise import start
from opttui.scenario.catalogue import INITIALISERS
from opttui.scenario.parts import read_init, write_init

ARGUMENTS: dict[str, str] = {
    "uniform": "a=-0.5,b=0.5",
    "normal": "std=0.1",
    "trunc_normal": "std=0.2,a=-0.3",
    "constant": "val=0.25",
    "dirac": "groups=1",
    "xavier_uniform": "gain=2",
    "xavier_normal": "gain=relu",
    "kaiming_uniform": "nonlinearity=relu",
    "kaiming_normal": "mode=fan_out,nonlinearity=tanh",
    "orthogonal": "gain=1.5",
    "sparse": "sparsity=0.4,std=0.1",
}


def network() -> nn.Module:
    torch.manual_seed(5)
    return nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.Unflatten(1, (2, 4)), nn.Conv1d(2, 3, 2))


def by_torch(name: str, tensor: torch.Tensor, given: dict[str, Any]) -> None:
    if given.get("gain") == "relu":
        given = given | {"gain": nn.init.calculate_gain("relu")}
    getattr(nn.init, f"{name}_")(tensor, **given)


@pytest.mark.parametrize("name", INITIALISERS)
def test_values_are_those_of_torchs_own_call(name: str) -> None:
    phrase = f"{name}:{ARGUMENTS[name]}" if name in ARGUMENTS else name
    spec = read_init(f"{phrase},scale=3" if ":" in phrase else f"{phrase}:scale=3")
    model, plain = network(), network()
    told = start(model, spec, 11, "here")
    torch.manual_seed(11)
    with torch.no_grad():
        for key, parameter in plain.named_parameters():
            if parameter.ndim >= 2:
                if not INITIALISERS[name].complaint(parameter.ndim):
                    by_torch(name, parameter, spec.arguments)
                parameter.mul_(3)
            elif key.endswith("bias"):
                nn.init.zeros_(parameter)
    for mine, expected in zip(model.parameters(), plain.parameters(), strict=True):
        assert torch.equal(mine, expected)
    assert "1.weight as it was: neither a matrix nor a bias" in told
    skipped = {
        "eye": "3.weight as it was: eye takes exactly 2",
        "dirac": "0.weight as it was: dirac takes 3 to 5",
    }
    assert skipped.get(name, name) in told
    assert read_init(write_init(spec)) == spec


def test_a_bias_has_a_rule_of_its_own_and_default_keeps_the_matrices() -> None:
    model, plain = network(), network()
    told = start(model, read_init("default:bias='constant:val=0.5',scale=10"), 0, "here")
    assert told == "constant for 3 biases, matrices times 10"
    for (name, mine), before in zip(model.named_parameters(), plain.parameters(), strict=True):
        if name.endswith("bias"):
            assert torch.equal(mine, torch.full_like(mine, 0.5))
        else:
            assert torch.equal(mine, before * 10 if mine.ndim > 1 else before)


def test_what_cannot_be_filled_is_one_sentence() -> None:
    def says(model: nn.Module, phrase: str) -> str:
        with pytest.raises(InputError) as caught:
            start(model, read_init(phrase), 0, "lane 'a'")
        return str(caught.value)

    assert says(nn.LayerNorm(3), "ones") == "lane 'a': the problem has no matrices to initialise."
    assert says(nn.Linear(2, 2), "dirac") == (
        "lane 'a': dirac fits none of the problem's matrices: dirac takes 3 to 5 dimensions, and it has 2."
    )
    assert says(nn.Conv1d(2, 3, 2), "dirac:groups=2").startswith(
        "lane 'a': dirac cannot fill the problem's tensors: "
    )
