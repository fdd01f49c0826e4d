"""What single libraries need beyond their signatures, each with the version it was seen in. Imports none of them."""

import re
import sys

BEFORE = {
    # 3.2.1 compiles each step with torch.compile: 13 s before the first one, and a C++ compiler at run time.
    "heavyball": ("import heavyball.utils", "heavyball.utils.compile_mode = None"),
}
"""Package to the lines that come before its optimizers are built."""


def lines_before(name: str) -> tuple[str, ...]:
    """The lines of Python that a script needs before it builds an optimizer of this name."""
    return BEFORE.get(name.partition(".")[0], ())


def prepare(name: str) -> None:
    """Do what those lines do, for a package that is imported already."""
    if name.partition(".")[0] == "heavyball":
        utils = sys.modules.get("heavyball.utils")
        if utils is not None:
            utils.compile_mode = None  # type: ignore[attr-defined]


ADVICE = (
    (
        r"only supports 2D parameters",
        "rest=AdamW gives the other parameters to AdamW, matrices staying here.",
    ),
    (
        r"does not support sparse gradients|sparse gradients? (is|are) not supported|NoSparseGradient",
        "SparseAdam, SGD, Adagrad and LBFGS take sparse gradients.",
    ),
    (r"does not support dense gradients", "Adam takes dense gradients."),
    (
        r"process group|torch\.distributed|init_process_group",
        "It needs several processes, and a lane is one.",
    ),
)
"""What an error says, and what is known to help."""
OWN_LOOPS = {
    "pytorch_optimizer": {
        "LOMO": "it updates inside fused_backward(loss, lr), and has no step",
        "AdaLOMO": "it updates inside fused_backward(loss, lr), and has no step",
        "PCGrad": "it takes a list of losses, one a task, and a problem has one",
        "GSAM": "it takes the loss function apart from the data, and a scheduler of its radius",
        "SafeFP16Optimizer": "it does the backward pass itself, on parameters in float16",
        "DistributedMuon": "it needs several processes, and a lane is one",
        "DeMo": "it needs several processes, and a lane is one",
    },
    "heavyball": {
        "SplitOpt": "it takes a list of optimizers, each with its own parameters",
        "PSGDBase": "it is the class that others are made from, and takes no step itself",
        "SOAPBase": "it is the class that others are made from, and takes no step itself",
    },
}
"""Classes that want another training loop than a lane's, and why (pytorch_optimizer 4.1.0, heavyball 3.2.1)."""


def own_loop(name: str) -> str:
    """Why a class of this import path cannot race whatever it is given; empty when nothing is known."""
    package, _, rest = name.partition(".")
    return OWN_LOOPS.get(package, {}).get(rest.rpartition(".")[2], "")


def advice(error: str) -> str:
    """What is known to help against an error; empty when nothing is."""
    return next((words for pattern, words in ADVICE if re.search(pattern, error)), "")
