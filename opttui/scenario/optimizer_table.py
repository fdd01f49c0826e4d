"""The optimizers of torch.optim that a lane can run, with every argument and default of torch 2.13.

Knows no torch; a test compares it with torch's signatures.
"""

import msgspec

from opttui.scenario.arguments import Argument, flag, number, pair, whole, word

NOT_LEAVES = (
    "cannot be turned on: it needs parameters that are computed from others, and a lane's are its own"
)

MAXIMIZE = flag("maximize")
FOREACH = flag("foreach", None)
FUSED = flag("fused", None)
CAPTURABLE = flag("capturable")
DIFFERENTIABLE = flag("differentiable", why_not=NOT_LEAVES)
BETAS = pair("betas", (0.9, 0.999), low=0)
EPS = number("eps", 1e-8, low=0)
DECAY = number("weight_decay", 0, low=0)
DECOUPLED = flag("decoupled_weight_decay")


class OptimizerEntry(msgspec.Struct, frozen=True):
    """An optimizer that can be named."""

    name: str
    about: str
    """What it does, in one line."""
    arguments: tuple[Argument, ...]
    """Every one but the parameters, in torch's order."""
    cycles: bool = False
    """Whether it has a momentum or betas, which OneCycleLR and CyclicLR turn unless told not to."""


def _lr(default: float) -> Argument:
    return number("lr", default, low=0)


OPTIMIZERS: dict[str, OptimizerEntry] = {
    entry.name: entry
    for entry in (
        OptimizerEntry(
            "SGD",
            "Follows the gradient; with momentum or Nesterov's momentum if asked for.",
            (
                _lr(1e-3),
                number("momentum", 0, low=0),
                number("dampening", 0),
                DECAY,
                flag("nesterov"),
                MAXIMIZE,
                FOREACH,
                DIFFERENTIABLE,
                FUSED,
            ),
            cycles=True,
        ),
        OptimizerEntry(
            "Adam",
            "Momentum divided by the root of a running mean of squared gradients (Kingma and Ba 2014).",
            (
                _lr(1e-3),
                BETAS,
                EPS,
                DECAY,
                flag("amsgrad"),
                FOREACH,
                MAXIMIZE,
                CAPTURABLE,
                DIFFERENTIABLE,
                FUSED,
                DECOUPLED,
            ),
            cycles=True,
        ),
        OptimizerEntry(
            "AdamW",
            "Adam whose weight decay does not pass through the division (Loshchilov and Hutter 2017).",
            (
                _lr(1e-3),
                BETAS,
                EPS,
                number("weight_decay", 1e-2, low=0),
                flag("amsgrad"),
                MAXIMIZE,
                FOREACH,
                CAPTURABLE,
                DIFFERENTIABLE,
                FUSED,
            ),
            cycles=True,
        ),
        OptimizerEntry(
            "Adagrad",
            "Divides by the root of the sum of squared gradients: steps only shrink (Duchi et al. 2011).",
            (
                _lr(1e-2),
                number("lr_decay", 0, low=0),
                DECAY,
                number("initial_accumulator_value", 0, low=0),
                number("eps", 1e-10, low=0),
                FOREACH,
                MAXIMIZE,
                DIFFERENTIABLE,
                FUSED,
            ),
        ),
        OptimizerEntry(
            "Adadelta",
            "Scales its steps by how large its past steps were, and so hardly needs a rate (Zeiler 2012).",
            (
                _lr(1.0),
                number("rho", 0.9, low=0),
                number("eps", 1e-6, low=0),
                DECAY,
                FOREACH,
                CAPTURABLE,
                MAXIMIZE,
                DIFFERENTIABLE,
            ),
        ),
        OptimizerEntry(
            "Adamax",
            "Adam that divides by a decaying maximum of the gradients (Kingma and Ba 2014).",
            (_lr(2e-3), BETAS, EPS, DECAY, FOREACH, MAXIMIZE, DIFFERENTIABLE, CAPTURABLE),
            cycles=True,
        ),
        OptimizerEntry(
            "NAdam",
            "Adam with Nesterov's momentum (Dozat 2016).",
            (
                _lr(2e-3),
                BETAS,
                EPS,
                DECAY,
                number("momentum_decay", 4e-3, low=0),
                DECOUPLED,
                FOREACH,
                MAXIMIZE,
                CAPTURABLE,
                DIFFERENTIABLE,
            ),
            cycles=True,
        ),
        OptimizerEntry(
            "RAdam",
            "Adam that begins as plain momentum until its variance can be trusted (Liu et al. 2019).",
            (
                _lr(1e-3),
                BETAS,
                EPS,
                DECAY,
                DECOUPLED,
                FOREACH,
                MAXIMIZE,
                CAPTURABLE,
                DIFFERENTIABLE,
            ),
            cycles=True,
        ),
        OptimizerEntry(
            "RMSprop",
            "Divides the gradient by the root of a running mean of its squares (Hinton 2012).",
            (
                _lr(1e-2),
                number("alpha", 0.99, low=0),
                EPS,
                DECAY,
                number("momentum", 0, low=0),
                flag("centered"),
                CAPTURABLE,
                FOREACH,
                MAXIMIZE,
                DIFFERENTIABLE,
            ),
            cycles=True,
        ),
        OptimizerEntry(
            "Rprop",
            "Looks only at the gradient's sign and gives every weight its own step size; for full batches.",
            (
                _lr(1e-2),
                pair("etas", (0.5, 1.2), low=0),
                pair("step_sizes", (1e-6, 50), low=0),
                CAPTURABLE,
                FOREACH,
                MAXIMIZE,
                DIFFERENTIABLE,
            ),
        ),
        OptimizerEntry(
            "ASGD",
            "SGD that averages its weights along the way (Polyak and Juditsky 1992).",
            (
                _lr(1e-2),
                number("lambd", 1e-4),
                number("alpha", 0.75),
                number("t0", 1e6),
                DECAY,
                FOREACH,
                MAXIMIZE,
                DIFFERENTIABLE,
                CAPTURABLE,
            ),
        ),
        OptimizerEntry(
            "Adafactor",
            "Adam's division kept in rows and columns instead of whole matrices (Shazeer and Stern 2018).",
            (
                _lr(1e-2),
                number("beta2_decay", -0.8),
                pair("eps", (None, 1e-3), low=0),
                number("d", 1.0),
                number("weight_decay", 0.0, low=0),
                FOREACH,
                MAXIMIZE,
            ),
        ),
        OptimizerEntry(
            "SparseAdam",
            "Adam for sparse gradients alone, which updates the entries that a gradient names and no others.",
            (_lr(1e-3), BETAS, EPS, MAXIMIZE),
            cycles=True,
        ),
        OptimizerEntry(
            "Muon",
            "Momentum made orthogonal, for matrices alone; rest=AdamW takes the others (Jordan et al. 2024).",
            (
                _lr(1e-3),
                number("weight_decay", 0.1, low=0),
                number("momentum", 0.95, low=0),
                flag("nesterov", True),
                pair("ns_coefficients", (3.4445, -4.775, 2.0315)),
                number("eps", 1e-7, low=0),
                whole("ns_steps", 5),
                word("adjust_lr_fn", None, "original", "match_rms_adamw"),
            ),
            cycles=True,
        ),
        OptimizerEntry(
            "LBFGS",
            "Builds a picture of the curvature from past steps; evaluates the loss several times a step.",
            (
                _lr(1),
                whole("max_iter", 20),
                whole("max_eval", None),
                number("tolerance_grad", 1e-7),
                number("tolerance_change", 1e-9),
                whole("history_size", 100),
                word("line_search_fn", None, "strong_wolfe"),
            ),
        ),
    )
}
"""By name, the most used first."""

REFUSED_OPTIMIZERS = {
    "Optimizer": "Optimizer is the class that all optimizers are made from, and takes no step itself",
}
"""Names of torch.optim that do not run, with the reason."""
