"""The schedules of torch.optim.lr_scheduler, and SWALR, with every argument of torch 2.13.

A schedule advances once after every optimizer step, unless it is given `every`: where torch's pages say epoch, read
step. torch's `schedulers` are `schedules` here, and its functions are expressions. Knows no torch; a test compares
it with torch's signatures.
"""

import msgspec

from opttui.scenario.arguments import REQUIRED, Argument, expression, flag, number, whole, word

LAST_EPOCH = Argument(
    "last_epoch",
    -1,
    "other",
    why_not="cannot be given: it continues a schedule of another training, and a lane begins anew",
)
OPTIMIZER = Argument("optimizer", None, "other", why_not="cannot be given: it is the lane's own")
PARTS = Argument("schedules", REQUIRED, "schedules")
LR_LAMBDA = expression("lr_lambda", "step")


class ScheduleEntry(msgspec.Struct, frozen=True):
    """A schedule that can be named."""

    name: str
    about: str
    """What it does, in one line."""
    arguments: tuple[Argument, ...]
    """Every one but the optimizer, in torch's order."""


SCHEDULES: dict[str, ScheduleEntry] = {
    entry.name: entry
    for entry in (
        ScheduleEntry(
            "LambdaLR",
            "The rate times an expression of the step, like lr_lambda='0.95 ** step'.",
            (LR_LAMBDA, LAST_EPOCH),
        ),
        ScheduleEntry(
            "MultiplicativeLR",
            "Multiplies the rate at every step by an expression of the step, like lr_lambda='0.95'.",
            (LR_LAMBDA, LAST_EPOCH),
        ),
        ScheduleEntry(
            "StepLR",
            "Multiplies the rate by gamma every step_size steps.",
            (whole("step_size"), number("gamma", 0.1), LAST_EPOCH),
        ),
        ScheduleEntry(
            "MultiStepLR",
            "Multiplies the rate by gamma at each of the milestones.",
            (Argument("milestones", REQUIRED, "wholes", 0), number("gamma", 0.1), LAST_EPOCH),
        ),
        ScheduleEntry(
            "ConstantLR",
            "Holds the rate at factor times itself for total_iters steps, then lets it go.",
            (number("factor", 1 / 3), whole("total_iters", 5), LAST_EPOCH),
        ),
        ScheduleEntry(
            "LinearLR",
            "Moves in a straight line from start_factor to end_factor times the rate: a warm-up.",
            (number("start_factor", 1 / 3), number("end_factor", 1.0), whole("total_iters", 5), LAST_EPOCH),
        ),
        ScheduleEntry(
            "ExponentialLR",
            "Multiplies the rate by gamma at every step; think of 0.999, not of 0.9.",
            (number("gamma"), LAST_EPOCH),
        ),
        ScheduleEntry(
            "SequentialLR",
            "One schedule after another: the next one begins at each of the milestones.",
            (PARTS, Argument("milestones", REQUIRED, "wholes", 0), LAST_EPOCH),
        ),
        ScheduleEntry(
            "CosineAnnealingLR",
            "Follows half a cosine down to eta_min in T_max steps (and up again after them).",
            (whole("T_max"), number("eta_min", 0.0), LAST_EPOCH),
        ),
        ScheduleEntry(
            "ChainedScheduler",
            "Several schedules at once: each changes the rate that the one before it leaves.",
            (PARTS, OPTIMIZER),
        ),
        ScheduleEntry(
            "ReduceLROnPlateau",
            "Multiplies the rate by factor when what it watches has not improved for patience steps.",
            (
                word("mode", "min", "min", "max"),
                number("factor", 0.1),
                whole("patience", 10, low=0),
                number("threshold", 1e-4),
                word("threshold_mode", "rel", "rel", "abs"),
                whole("cooldown", 0, low=0),
                Argument("min_lr", 0, "number or list", 0),
                number("eps", 1e-8, low=0),
            ),
        ),
        ScheduleEntry(
            "CyclicLR",
            "Goes up and down between base_lr and max_lr, and turns the momentum the other way.",
            (
                Argument("base_lr", REQUIRED, "number or list", 0),
                Argument("max_lr", REQUIRED, "number or list", 0),
                whole("step_size_up", 2000),
                whole("step_size_down", None),
                word("mode", "triangular", "triangular", "triangular2", "exp_range"),
                number("gamma", 1.0),
                expression("scale_fn", "cycle", "step", default=None),
                word("scale_mode", "cycle", "cycle", "iterations"),
                flag("cycle_momentum", True),
                number("base_momentum", 0.8),
                number("max_momentum", 0.9),
                LAST_EPOCH,
            ),
        ),
        ScheduleEntry(
            "CosineAnnealingWarmRestarts",
            "Cosines of T_0 steps with restarts at the full rate, each T_mult times as long as the last.",
            (whole("T_0"), whole("T_mult", 1), number("eta_min", 0.0), LAST_EPOCH),
        ),
        ScheduleEntry(
            "OneCycleLR",
            "One rise to max_lr and one long fall over total_steps, with the momentum the other way.",
            (
                Argument("max_lr", REQUIRED, "number or list", 0),
                whole("total_steps", None),
                whole("epochs", None),
                whole("steps_per_epoch", None),
                number("pct_start", 0.3, low=0),
                word("anneal_strategy", "cos", "cos", "linear"),
                flag("cycle_momentum", True),
                Argument("base_momentum", 0.85, "number or list"),
                Argument("max_momentum", 0.95, "number or list"),
                number("div_factor", 25.0),
                number("final_div_factor", 1e4),
                flag("three_phase"),
                LAST_EPOCH,
            ),
        ),
        ScheduleEntry(
            "PolynomialLR",
            "Falls to 0 in total_iters steps along a polynomial of the given power, and stays there.",
            (whole("total_iters", 5), number("power", 1.0), LAST_EPOCH),
        ),
        ScheduleEntry(
            "SWALR",
            "Anneals to swa_lr in anneal_epochs steps and holds it, as weight averaging does at its end.",
            (
                Argument("swa_lr", REQUIRED, "number or list", 0),
                whole("anneal_epochs", 10, low=0),
                word("anneal_strategy", "cos", "cos", "linear"),
                LAST_EPOCH,
            ),
        ),
    )
}
"""By name."""

CYCLING = ("OneCycleLR", "CyclicLR")
"""Schedules that turn the momentum too, unless they are told not to."""
WATCHING = "ReduceLROnPlateau"
"""The one that follows what is measured."""

REFUSED_SCHEDULES = {
    "LRScheduler": "LRScheduler is the class that all schedules are made from, and changes no rate itself",
}
"""Names of torch.optim.lr_scheduler that do not run, with the reason."""
