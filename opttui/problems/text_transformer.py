"""A transformer that learns English letter by letter: the problem on which Adam earned its name and SGD lost it."""

import torch
from torch import Tensor, nn

from opttui.problems.batches import epoch_order, ordered_batches, steps_of_epoch, take_batch
from opttui.problems.problem import Code, Problem, Setting
from opttui.problems.text import corpus, origin
from opttui.record.manifest import ProblemInfo

LEARNT = 0.9
"""Of the text; the rest is held out."""


def letters(device: torch.device) -> tuple[Tensor, Tensor]:
    """The text in windows of 32 characters, and the character after each; both (windows, 32).

    A character is a number from 0 to 96: the end of a line, the 95 of ASCII, and one for all others.
    """
    known = {character: number for number, character in enumerate(["\n", *map(chr, range(32, 127))])}
    text = torch.tensor([known.get(character, 96) for character in corpus()])
    windows = (len(text) - 1) // 32
    x, y = text[: 32 * windows].view(-1, 32), text[1 : 32 * windows + 1].view(-1, 32)
    return x.to(device), y.to(device)


def training_letters(device: torch.device) -> tuple[Tensor, Tensor]:
    """The first nine tenths of the windows."""
    x, y = letters(device)
    learnt = int(0.9 * len(x))
    return x[:learnt], y[:learnt]


class Block(nn.Module):
    """Causal self-attention of 4 heads and a network of 96 units, each behind a layer norm and beside a short cut."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_network = nn.LayerNorm(48), nn.LayerNorm(48)
        self.attention, self.mix = nn.Linear(48, 144), nn.Linear(48, 48)
        self.network = nn.Sequential(nn.Linear(48, 96), nn.GELU(), nn.Linear(96, 48))

    def forward(self, x: Tensor) -> Tensor:
        heads = self.attention(self.before_attention(x)).unflatten(2, (3, 4, 12)).permute(2, 0, 3, 1, 4)
        query, key, value = heads
        seen = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.mix(seen.transpose(1, 2).flatten(2))
        result: Tensor = x + self.network(self.before_network(x))
        return result


class Transformer(nn.Module):
    """Two blocks of width 48 on windows of 32 characters; scores for each of 97 characters."""

    def __init__(self) -> None:
        super().__init__()
        self.characters, self.places = nn.Embedding(97, 48), nn.Embedding(32, 48)
        self.blocks = nn.Sequential(Block(), Block())
        self.last, self.scores = nn.LayerNorm(48), nn.Linear(48, 97)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.scores(self.last(self.blocks(self.characters(x) + self.places.weight)))
        return scores


def transformer(seed: int, dtype: torch.dtype, device: torch.device) -> Transformer:
    """The network as PyTorch initialises it from the seed."""
    torch.manual_seed(seed)
    return Transformer().to(device, dtype)


def next_letter_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean cross-entropy of the next character, in nats."""
    x, y = batch
    return nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    size = setting.batch_size or 16
    x, y = letters(setting.device)
    learnt = int(LEARNT * len(x))
    train = x[:learnt], y[:learnt]
    # 120 held-out windows for a row, and as many learnt ones for each cell of a drawn plane: 15 ms each.
    held_out = x[learnt::12], y[learnt::12]
    sample = x[:learnt:108], y[:learnt:108]

    def validate(model: nn.Module) -> dict[str, Tensor]:
        scores, wanted = model(held_out[0]).flatten(0, 1), held_out[1].flatten()
        return {
            "loss": nn.functional.cross_entropy(scores, wanted),
            "accuracy": (scores.argmax(dim=1) == wanted).double().mean(),
        }

    return Problem(
        info=ProblemInfo(
            title="English text, transformer of two blocks",
            parameters=48961,
            batch_size=size,
            samples=len(train[0]),
            plane="random plane through the start",
            view=(-0.5, 0.5, -0.5, 0.5),
            metrics=("loss", "accuracy"),
            data=origin(),
        ),
        model=transformer(setting.seed, setting.dtype, setting.device),
        loss=next_letter_loss,
        batches=lambda: ordered_batches(train, size, setting.seed),
        epoch=steps_of_epoch(train, size),
        validate=validate,
        landscape=lambda model: next_letter_loss(model, sample),
        code=Code(
            imports=(
                "import functools",
                "import math",
                "from pydoc_data.topics import topics",
                "from torch import Tensor, nn",
            ),
            functions=(
                corpus,
                letters,
                training_letters,
                Block,
                Transformer,
                transformer,
                next_letter_loss,
                epoch_order,
                take_batch,
            ),
            data="training_letters(DEVICE)",
            model="transformer(SEED, DTYPE, DEVICE)",
            batch=f"take_batch(data, {size}, SEED, step)",
            loss="next_letter_loss(model, batch)",
            held_out="tuple(part[int(0.9 * len(part)) :: 12] for part in letters(DEVICE))",
            metrics=(
                '{"loss": next_letter_loss(model, held_out), "accuracy": '
                "(model(held_out[0]).flatten(0, 1).argmax(dim=1) == held_out[1].flatten()).double().mean()}"
            ),
        ),
    )
