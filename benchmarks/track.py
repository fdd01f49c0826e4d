"""What tracking costs a script whose step takes about 5 ms. `python -m benchmarks.track`.

Tracked and untracked steps take turns, one by one, on two models alike, so that a busy machine slows both alike. What
counts of each kind of step (untracked, tracked, and tracked with its norms measured, which every few are) is what a tenth
of them stay below: what else runs only ever adds.
"""

import math
import os
import tempfile
import time
from collections.abc import Callable

import torch
from torch import nn

from benchmarks.shared import show, within

STEPS = 600
"""Of each kind, after a tenth as many that do not count."""
MOST = 2.0
"""Per cent of a step."""


def script(width: int, samples: int) -> tuple[nn.Module, Callable[[], torch.Tensor], torch.optim.Optimizer]:
    """A model, its loss and its optimizer."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(64, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10)
    )
    inputs, targets = torch.randn(samples, 64), torch.randint(0, 10, (samples,))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    return model, lambda: nn.functional.cross_entropy(model(inputs), targets), optimizer


def step(
    loss_of: Callable[[], torch.Tensor], optimizer: torch.optim.Optimizer, told: Callable[..., None]
) -> float:
    """Seconds that one takes."""
    begin = time.perf_counter()
    optimizer.zero_grad()
    loss = loss_of()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    told(loss=loss)
    return time.perf_counter() - begin


def typical(seconds: list[float]) -> float:
    """What a tenth of them stay below."""
    return sorted(seconds)[len(seconds) // 10]


def nothing(**_: object) -> None:
    """Told of an untracked step."""


def cost(name: str, width: int, samples: int, bound: float | None, **given: object) -> None:
    """Tracked against untracked steps of a model."""
    import opttui

    _, plain_loss, plain_optimizer = script(width, samples)
    model, loss_of, optimizer = script(width, samples)
    with opttui.track(optimizer, model=model, quiet=True, **given) as run:  # type: ignore[arg-type]
        recording = run._recording
        assert recording is not None
        lane = recording._lanes[0]
        plain: list[float] = []
        tracked: dict[bool, list[float]] = {False: [], True: []}
        for number in range(STEPS + STEPS // 10):
            untracked = step(plain_loss, plain_optimizer, nothing)
            seconds = step(loss_of, optimizer, run.log)
            if number >= STEPS // 10:
                plain.append(untracked)
                tracked[lane._measures].append(seconds)
    least = typical(plain)
    # Where every step is measured there is no other, and where none is, none that is.
    usual = typical(tracked[False] or tracked[True])
    every = STEPS / len(tracked[True]) if tracked[True] else math.inf
    more = usual - least + (typical(tracked[True] or tracked[False]) - usual) / every
    share = 100 * more / least
    norms = f", norms every {every:.0f}" if every < math.inf else ""
    text = f"{name}{norms}: {1e3 * least:.2f} ms + {1e6 * more:.0f} µs"
    if bound is None:
        show(text, f"{share:.2f} %")
    else:
        within(text, share, bound, "%")


def main() -> None:
    """All of it, in a directory of its own."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as runs:
        os.environ["OPTTUI_RUNS"] = runs
        cost("85,000 parameters", 256, 400, MOST)
        cost("301,000 parameters", 512, 128, MOST)
        cost("without norms", 256, 400, MOST, norms_every=0)
        cost("norms at every step", 256, 400, None, norms_every=1)
        cost("9,000 parameters", 64, 64, None)


if __name__ == "__main__":
    main()
