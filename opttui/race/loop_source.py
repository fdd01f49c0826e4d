"""The training loop of a plain script, as text: only the lines that its lanes need."""

from opttui.problems.problem import Code
from opttui.race.schedule_source import OF, Needs, following, measuring

BODY, DEEPER = " " * 8, " " * 12
NAMES = {
    "plain": "train",
    "closure": "train_with_closure",
    "gradient first": "train_with_second_look",
    "create_graph": "train_with_graph",
}
"""How an optimizer is stepped, and what the function is called that trains it."""
SEEDS = {
    "python": ("import random", "random.seed(SEED)"),
    "numpy": ("import numpy", "numpy.random.seed(SEED % 2**32)"),
}


def loop_source(
    code: Code,
    *,
    mode: str,
    target: bool,
    turned: bool,
    swapped: bool = False,
    begun: bool = False,
    needs: Needs,
    validate_every: int = 1,
    averages: bool = False,
    rateless: bool = False,
    seeds: tuple[str, ...] = (),
) -> str:
    """A function that trains one lane.

    Args:
        code: The problem's expressions.
        mode: How the optimizers are stepped.
        target: The lane stops once its loss has reached TARGET.
        turned: Hypers are turned at some steps.
        swapped: Other schedules are put in place at some steps.
        begun: Some lanes' rows begin later than at step 0.
        needs: What the schedules and the starts in use ask for.
        validate_every: Steps between two looks at held-out data.
        averages: Some optimizers have a train and an eval mode.
        rateless: Some optimizers have no learning rate.
        seeds: Random streams beside torch's that are drawn from.
    """
    closure, graph = mode == "closure", mode == "create_graph"
    update = "optimizer.step(closure)" if mode == "gradient first" else "optimizer.step()"
    stop = "not math.isfinite(loss.item())" + (" or loss.item() <= TARGET" if target else "")
    lines = [
        f"def {NAMES[mode]}({', '.join(['lane', 'steps', 'make_optimizer', *options(needs, turned, begun)])}):",
        f"    data = {code.data}",
        *([f"    held_out = {code.held_out}"] if needs.metric else []),
        f"    model = {code.model}",
        *(["    if start:", "        start(model)"] if needs.init else []),
        "    torch.manual_seed(SEED)",
        *(f"    {SEEDS[name][1]}" for name in seeds if name in SEEDS),
        "    optimizer = make_optimizer(model)",
        *(["    schedule = make_schedule(optimizer) if make_schedule else None"] if needs.schedule else []),
        *(warm() if needs.warmup else []),
        *(["    at = wanted = 1.0"] if turned else []),
        *(average("train") if averages else []),
        "    for step in range(steps):",
        *(turning(swapped) if turned else []),
        *measuring(needs, code.metrics, validate_every, averages),
        f"        batch = {code.batch}",
        *(evaluation(code, BODY, graph) if not closure else closure_lines(code)),
        *rate(turned, rateless),
        *(around(turned, "loss = optimizer.step(closure)") if closure else []),
        *(["        if step >= begin:"] if begun else []),
        f'{"    " * begun}        print(lane, step, repr(loss.item()), repr(float(rate)), sep=",")',
        f"        if {stop}:",
        "            break",
        *(closure_lines(code) if mode == "gradient first" else []),
        *(around(turned, update) if not closure else []),
        *following(needs),
        *(average("eval") if averages else []),
        "    return model",
    ]
    return "\n".join(lines)


def options(needs: Needs, turned: bool, begun: bool) -> list[str]:
    """Arguments that only some lanes need."""
    known = {
        "make_schedule=None": needs.schedule,
        "warmup=0": needs.warmup,
        "every=1": needs.every,
        'on=""': needs.metric,
        "start=None": needs.init,
        "turns={}": turned,
        "begin=0": begun,
    }
    return [argument for argument, needed in known.items() if needed]


def warm() -> list[str]:
    """A warm-up beside the schedule."""
    make = f"{OF}.LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)"
    return [f"    warm = {make} if warmup else None"]


def average(mode: str) -> list[str]:
    """From the point where the optimizer walks to the one where it is measured (eval), or back."""
    return [f'    if hasattr(optimizer, "{mode}"):', f"        optimizer.{mode}()"]


def evaluation(code: Code, indent: str, graph: bool = False) -> list[str]:
    """Gradient evaluation, if need be with a graph for Hessian-vector products."""
    kept = "create_graph=True" if graph else ""
    return [f"{indent}optimizer.zero_grad()", f"{indent}loss = {code.loss}", f"{indent}loss.backward({kept})"]


def closure_lines(code: Code) -> list[str]:
    """Gradient evaluation as a closure."""
    return [
        "",
        f"{BODY}@torch.enable_grad()",
        f"{BODY}def closure():",
        *evaluation(code, DEEPER),
        f"{DEEPER}return loss",
        "",
    ]


SWAPPING = [
    '            if key == "@":',
    "                for group in optimizer.param_groups:",
    "                    if wanted != at:",
    '                        group["lr"] = wanted if group["lr"] == at else group["lr"] * (wanted / at)',
    '                    group.pop("initial_lr", None)',
    "                schedule = value(optimizer) if value else None",
    "                at = wanted = 1.0",
    "                continue",
]
"""Another schedule begins at the rate that is used, with what was turned in it."""


def turning(swapped: bool) -> list[str]:
    """What a person turned before this step."""
    return [
        "        for key, index, value in turns.get(step, ()):",
        *(SWAPPING if swapped else []),
        '            if key == "lr":',
        '                at, wanted = optimizer.param_groups[0]["lr"], value',
        "                continue",
        "            for group in optimizer.param_groups:",
        "                if key not in group:",
        "                    continue",
        "                parts = [value] if index is None else list(group[key])",
        "                parts[index or 0] = value",
        "                group[key] = value if index is None else tuple(parts)",
    ]


def rate(turned: bool, rateless: bool) -> list[str]:
    """The learning rate of this step; NaN where there is none."""
    lines = ['        rate = optimizer.param_groups[0]["lr"]']
    if rateless:
        lines = [
            '        rate = optimizer.param_groups[0].get("lr")',
            '        rate = float("nan") if rate is None else rate',
        ]
    if turned:
        lines.append("        rate = wanted if rate == at else rate * (wanted / at)")
    return lines


def around(turned: bool, update: str) -> list[str]:
    """The update, with the turned learning rate put around it."""
    if not turned:
        return [BODY + update]
    return [
        '        scheduled = [group["lr"] for group in optimizer.param_groups]',
        "        for group in optimizer.param_groups:",
        '            group["lr"] = wanted if group["lr"] == at else group["lr"] * (wanted / at)',
        BODY + update,
        "        for group, old in zip(optimizer.param_groups, scheduled):",
        '            group["lr"] = old',
    ]
