"""Which right name stands nearest to a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opttui.scenario.catalogue import OPTIMIZERS, PROBLEMS, SCHEDULES
from opttui.scenario.nearest import meant, nearest

LR = ("lr", "momentum", "betas", "weight_decay", "eps")


@pytest.mark.parametrize(
    ("wrong", "names", "right"),
    [
        ("Adm", OPTIMIZERS, "Adam"),
        ("adam", OPTIMIZERS, "Adam"),
        ("ADAMW", OPTIMIZERS, "AdamW"),
        ("sgd", OPTIMIZERS, "SGD"),
        ("Rmsprop", OPTIMIZERS, "RMSprop"),
        ("L-BFGS", OPTIMIZERS, "LBFGS"),
        ("steplr", SCHEDULES, "StepLR"),
        ("OneCycle", SCHEDULES, "OneCycleLR"),
        ("CosineAnealingLR", SCHEDULES, "CosineAnnealingLR"),
        ("cosine", SCHEDULES, "CosineAnnealingLR"),
        ("rosen", PROBLEMS, "rosenbrock"),
        ("digits", PROBLEMS, "digits-mlp"),
        ("digits_mlp", PROBLEMS, "digits-mlp"),
        ("moment", LR, "momentum"),
        ("learning_rate", LR, "lr"),
        ("wd", LR, "weight_decay"),
        ("beta1", LR, "betas"),
        ("weigth_decay", LR, "weight_decay"),
        ("zzzz", LR, None),
        ("", LR, None),
        ("anything", (), None),
    ],
)
def test_nearest(wrong: str, names: tuple[str, ...], right: str | None) -> None:
    assert nearest(wrong, names) == right


def test_the_end_of_a_sentence() -> None:
    assert meant("Adm", OPTIMIZERS) == "did you mean Adam?"
    assert meant("zzzz", ("one", "two")) == "there are one, two"
    assert meant("zzzz", ("one",)) == "there is one"
    assert meant("zzzz", ()) == "there are none"


@given(st.text(max_size=200))
def test_an_answer_is_always_one_of_the_names(wrong: str) -> None:
    assert nearest(wrong, OPTIMIZERS) in {None, *OPTIMIZERS}
