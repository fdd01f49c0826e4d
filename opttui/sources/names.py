"""What columns and metrics are called by those who log them: which is the step, the time, the loss, the learning rate.
Knows no file."""

import re
from collections.abc import Iterable, Sequence

STEPS = (
    *(
        "step",
        "global_step",
        "_step",
        "steps",
        "trainer/global_step",
        "iteration",
        "iter",
        "it",
        "iterations",
    ),
    *("batch", "update", "updates", "num_updates", "time/total_timesteps", "total_timesteps", "timesteps"),
    *("n_iter", "train/global_step", "train_step", "epoch", "epochs", "index"),
)
"""Columns that count steps, the likeliest first."""
TIMES = (
    *(
        "_timestamp",
        "timestamp",
        "wall_time",
        "walltime",
        "time",
        "datetime",
        "seconds",
        "_runtime",
        "runtime",
    ),
    *("elapsed", "elapsed_time", "time_elapsed", "time/time_elapsed", "ts"),
)
"""Columns of times: since the epoch, or since the begin."""
LOSSES = (
    *("loss", "train_loss", "train/loss", "loss/train", "training_loss", "training/loss", "train_loss_step"),
    *(
        "train/loss_step",
        "loss_step",
        "train loss",
        "losses/train",
        "losses/total",
        "loss/total",
        "total_loss",
    ),
    *("train/total_loss", "loss_train", "trainloss", "train_loss_epoch", "train/loss_epoch", "epoch_loss"),
    *("batch_loss", "nll", "cross_entropy", "mse", "objective", "cost", "val_loss", "val/loss", "valid_loss"),
    *("valid/loss", "validation_loss", "validation/loss", "loss/val", "loss/valid", "loss/validation"),
    *("eval_loss", "eval/loss", "loss/eval", "test_loss", "test/loss", "loss/test"),
)
"""Metrics that are the loss, the likeliest first."""
RATES = (
    "lr",
    "learning_rate",
    "train/lr",
    "train/learning_rate",
    "learning rate",
    "lr/train",
    "train_lr",
    "optim/lr",
    "opt/lr",
)
RATE = re.compile(r"(^|[/_\-. ])(lr|learning[_ -]?rate)($|[/_\-. ])")
NORMS = (
    *(
        "grad_norm",
        "train/grad_norm",
        "gradient_norm",
        "grad_norm_total",
        "grad/norm",
        "global_grad_norm",
        "gnorm",
    ),
    *("train/gradient_norm", "train/global_grad_norm", "grad_2.0_norm_total", "norm/grad", "total_grad_norm"),
)
NORM = re.compile(r"grad(ient)?s?[_/. -]*(global[_/. -]*)?(2(\.0)?[_/. -]*)?norm|(^|[/_. ])gnorm$")
_COUNTED = re.compile(
    r"(^|[/_. ])(epochs?|steps?|global_step|iter(ation)?s?|samples_seen|tokens_seen|time|runtime|timestamp)$"
)


def usual(names: Iterable[str], wanted: Sequence[str]) -> str | None:
    """The first of some wanted names that is there, in any case; None where none is."""
    lower = {name.lower(): name for name in reversed(list(names))}
    return next((lower[name] for name in wanted if name in lower), None)


def loss_of(names: Sequence[str]) -> str | None:
    """Which metric is the loss: one that is called so, else one with that word, else the first that is measured."""
    found = usual(names, LOSSES)
    if found is not None:
        return found
    # A prefix or suffix of one's own: `model_a/train/loss`, `loss/policy`.
    ends = [name for name in names if re.search(r"(^|[^a-z])loss$", name.lower())]
    holds = [name for name in names if "loss" in name.lower()]
    others = [name for name in names if not _COUNTED.search(name.lower()) and not is_rate(name)]
    return next(iter((*ends, *holds, *others)), None)


def rate_of(names: Sequence[str]) -> str | None:
    """Which metric is the learning rate; of several groups the first."""
    return usual(names, RATES) or next(filter(is_rate, names), None)


def norm_of(names: Sequence[str]) -> str | None:
    """Which metric is the norm of the gradient."""
    return usual(names, NORMS) or next((name for name in names if NORM.search(name.lower())), None)


def is_rate(name: str) -> bool:
    """Whether a metric is a learning rate, of some group maybe."""
    return bool(RATE.search(name.lower()))
