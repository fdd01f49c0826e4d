"""A picture from two factors of rank 16: a matrix factorisation that one can watch become sharp.

The picture is the Mandelbrot set's edge, computed here, so that it is the same everywhere and needs no file.
"""

import torch
from torch import Tensor, nn

from opttui.problems.factors import Factors, factors_loss, known_entries
from opttui.problems.problem import Code, Look, Problem, Setting
from opttui.record.manifest import ProblemInfo


def mandelbrot() -> Tensor:
    """How soon z → z² + c leaves the circle of radius 2, from 0 (at once) to 1 (never in 48 turns); (96, 128), float64.

    c goes from −2.1 to 0.7 along a row and from 1.05 i at the top to −1.05 i at the bottom.
    """
    a = torch.linspace(-2.1, 0.7, 128, dtype=torch.float64).expand(96, 128)
    b = torch.linspace(1.05, -1.05, 96, dtype=torch.float64).unsqueeze(1).expand(96, 128)
    x, y, turns = torch.zeros_like(a), torch.zeros_like(a), torch.zeros_like(a)
    for _ in range(48):
        x, y = (x * x - y * y + a).clamp(-4, 4), (2 * x * y + b).clamp(-4, 4)
        turns += x * x + y * y <= 4
    return (turns / 48).sqrt()


def image_pixels(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """The picture, (96, 128) in 0…1; and 1 where a pixel is known, 0 where it is held out, of the same shape."""
    return mandelbrot().to(device, dtype), known_entries(96, 128, 0.9).to(device, dtype)


def image_factors(seed: int, dtype: torch.dtype, device: torch.device) -> Factors:
    """Factors of rank 16, from a tenth of a standard normal distribution."""
    torch.manual_seed(seed)
    return Factors(96, 128, 16).to(device, dtype)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    data = image_pixels(setting.dtype, setting.device)
    held_out = (data[0], 1 - data[1])

    def batches() -> object:
        own = (data[0].clone(), data[1].clone())
        return lambda step: own

    def look(model: nn.Module) -> Look:
        image: Tensor = model()
        return Look(image.clamp(0, 1), truth=data[0])

    return Problem(
        info=ProblemInfo(
            title="Picture of 96×128 pixels, factors of rank 16",
            parameters=3584,
            plane="random plane through the start",
            view=(-4.0, 4.0, -4.0, 4.0),
            metrics=("loss",),
            data="the Mandelbrot set in grey, computed: 90 % of the pixels to learn from, 10 % held out",
            look="image",
        ),
        model=image_factors(setting.seed, setting.dtype, setting.device),
        loss=factors_loss,
        batches=batches,  # type: ignore[arg-type]
        validate=lambda model: {"loss": factors_loss(model, held_out)},
        landscape=lambda model: factors_loss(model, data),
        look=look,
        code=Code(
            imports=("from torch import Tensor, nn",),
            functions=(mandelbrot, known_entries, image_pixels, Factors, image_factors, factors_loss),
            data="image_pixels(DTYPE, DEVICE)",
            model="image_factors(SEED, DTYPE, DEVICE)",
            batch="data",
            loss="factors_loss(model, batch)",
            held_out="(lambda x, known: (x, 1 - known))(*image_pixels(DTYPE, DEVICE))",
            metrics='{"loss": factors_loss(model, held_out)}',
        ),
    )
