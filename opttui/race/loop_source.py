"""The training loop of a plain script, as text: only the lines that its lanes need."""

from opttui.problems.problem import Code

BODY, DEEPER = " " * 8, " " * 12


def loop_source(code: Code, *, closure: bool, target: bool, turned: bool, schedules: set[str]) -> str:
    """A function that trains one lane.

    Args:
        code: The problem's expressions.
        closure: The optimizer evaluates the loss itself (LBFGS).
        target: The lane stops once its loss has reached TARGET.
        turned: Hypers are turned at some steps.
        schedules: Names of the schedules in use.
    """
    name = "train_with_closure" if closure else "train"
    more = (", make_schedule=None" if schedules else "") + (", turns={}" if turned else "")
    stop = "not math.isfinite(loss.item())" + (" or loss.item() <= TARGET" if target else "")
    lines = [
        f"def {name}(lane, steps, make_optimizer{more}):",
        f"    data = {code.data}",
        f"    model = {code.model}",
        "    torch.manual_seed(SEED)",
        "    optimizer = make_optimizer(model.parameters())",
        *(["    schedule = make_schedule(optimizer) if make_schedule else None"] if schedules else []),
        *(["    at = wanted = 1.0"] if turned else []),
        "    for step in range(steps):",
        *(turning() if turned else []),
        f"        batch = {code.batch}",
        *(evaluation(code, BODY) if not closure else closure_lines(code)),
        *rate(turned),
        *(around(turned, "loss = optimizer.step(closure)") if closure else []),
        '        print(lane, step, repr(loss.item()), repr(float(rate)), sep=",")',
        f"        if {stop}:",
        "            break",
        *(around(turned, "optimizer.step()") if not closure else []),
        *following(schedules),
        "    return model",
    ]
    return "\n".join(lines)


def evaluation(code: Code, indent: str) -> list[str]:
    """Gradient evaluation."""
    return [f"{indent}optimizer.zero_grad()", f"{indent}loss = {code.loss}", f"{indent}loss.backward()"]


def closure_lines(code: Code) -> list[str]:
    """Gradient evaluation as a closure."""
    return ["", f"{BODY}def closure():", *evaluation(code, DEEPER), f"{DEEPER}return loss", ""]


def turning() -> list[str]:
    """What a person turned before this step."""
    return [
        "        for key, index, value in turns.get(step, ()):",
        '            if key == "lr":',
        '                at, wanted = optimizer.param_groups[0]["lr"], value',
        "                continue",
        "            for group in optimizer.param_groups:",
        "                parts = [value] if index is None else list(group[key])",
        "                parts[index or 0] = value",
        "                group[key] = value if index is None else tuple(parts)",
    ]


def rate(turned: bool) -> list[str]:
    """The learning rate of this step."""
    lines = ['        rate = optimizer.param_groups[0]["lr"]']
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


def following(schedules: set[str]) -> list[str]:
    """The schedule's step; OneCycleLR holds its last value once it is over."""
    if not schedules:
        return []
    of = "torch.optim.lr_scheduler"
    lines = []
    if "ReduceLROnPlateau" in schedules:
        lines += [
            f"        if isinstance(schedule, {of}.ReduceLROnPlateau):",
            "            schedule.step(loss.item())",
        ]
    if "OneCycleLR" in schedules:
        lines += [
            f"        {'elif' if lines else 'if'} isinstance(schedule, {of}.OneCycleLR):",
            "            if schedule.last_epoch < schedule.total_steps:",
            "                schedule.step()",
        ]
    if lines and schedules <= {"ReduceLROnPlateau", "OneCycleLR"}:
        return lines
    return [*lines, f"        {'elif' if lines else 'if'} schedule:", "            schedule.step()"]
