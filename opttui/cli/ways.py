"""How optimizers are stepped, in words: for `describe` and `show`."""

from opttui.record.manifest import Stepping

MODES = {
    "plain": "step() after a gradient",
    "closure": "step(closure), which evaluates the gradient itself",
    "gradient first": "step(closure) with a gradient before it, since it moves away and asks for another one there",
    "create_graph": "step() after a gradient with a graph, from which it takes Hessian-vector products",
}


def oddities(way: Stepping) -> str:
    """What a person who compares lanes should know of how one is stepped; empty where there is nothing odd."""
    parts = [] if way.mode == "plain" else [MODES[way.mode]]
    if way.evaluations != 1.0:
        parts.append(f"about {way.evaluations:g} gradient evaluations a step")
    if way.averages:
        parts.append("measured at an average of where it walks")
    if way.call.rest is not None:
        parts.append(f"parameters that are no matrices go to {way.call.rest.kind}")
    if way.rate == "none":
        parts.append("has no lr")
    if not way.repeatable:
        parts.append("does not repeat itself bit for bit")
    return "; ".join(parts)
