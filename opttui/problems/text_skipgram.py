"""Word vectors by skip-gram with sparse gradients: of 2,000 words, a step touches the hundred or so of its batch.

Mikolov et al. 2013, with the batch's other contexts as the words that were not there.
"""

import collections
import re
from typing import cast

import torch
from torch import Tensor, nn

from opttui.problems.batches import epoch_order, ordered_batches, steps_of_epoch, take_batch
from opttui.problems.problem import Code, Problem, Setting
from opttui.problems.text import corpus, origin
from opttui.record.manifest import ProblemInfo

LEARNT = 0.9
"""Of the text; the rest is held out."""


def word_pairs(device: torch.device) -> tuple[Tensor, Tensor]:
    """Each of the 2,000 most frequent words with each of the four around it, in the text's order; both (pairs,)."""
    words = re.findall("[a-z]+", corpus().lower())
    common = {word: number for number, (word, _) in enumerate(collections.Counter(words).most_common(2000))}
    text = torch.tensor([common[word] for word in words if word in common])
    centres = text[2:-2].repeat_interleave(4)
    around = torch.stack([text[:-4], text[1:-3], text[3:-1], text[4:]], dim=1).flatten()
    return centres.to(device), around.to(device)


def training_pairs(device: torch.device) -> tuple[Tensor, Tensor]:
    """The first nine tenths of the pairs."""
    centres, around = word_pairs(device)
    learnt = int(0.9 * len(centres))
    return centres[:learnt], around[:learnt]


class SkipGram(nn.Module):
    """Two vectors of 32 numbers for each word: as a centre, from a small square; as a context, from zero."""

    def __init__(self) -> None:
        super().__init__()
        self.centre = nn.Embedding(2000, 32, sparse=True)
        self.around = nn.Embedding(2000, 32, sparse=True)
        nn.init.uniform_(self.centre.weight, -1 / 64, 1 / 64)
        nn.init.zeros_(self.around.weight)


def skipgram(seed: int, dtype: torch.dtype, device: torch.device) -> SkipGram:
    """The vectors, from the seed."""
    torch.manual_seed(seed)
    return SkipGram().to(device, dtype)


def skipgram_loss(model: SkipGram, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Cross-entropy, in nats, of telling true contexts from those of four other pairs of the batch; 2 ln 2 for a guess."""
    centres, around = batch
    candidates = torch.stack([around.roll(shift) for shift in range(5)])
    scores = (model.centre(centres) * model.around(candidates)).sum(dim=2)
    there = nn.functional.logsigmoid(scores[0]).mean()
    loss: Tensor = -there - nn.functional.logsigmoid(-scores[1:]).mean()
    return loss


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    # torch 2.13 warns of checks that it does not make, unless it was told not to make them.
    torch.sparse.check_sparse_tensor_invariants.disable()  # type: ignore[no-untyped-call]
    size = setting.batch_size or 256
    centres, around = word_pairs(setting.device)
    learnt = int(LEARNT * len(centres))
    train = centres[:learnt], around[:learnt]
    # A stride that four contexts and short phrases do not divide, so that each centre meets contexts from elsewhere.
    held_out = centres[learnt::11], around[learnt::11]
    sample = centres[:learnt:97], around[:learnt:97]
    return Problem(
        info=ProblemInfo(
            title="Word vectors, skip-gram with sparse gradients",
            parameters=128000,
            batch_size=size,
            samples=len(train[0]),
            plane="random plane through the start",
            view=(-4.0, 4.0, -4.0, 4.0),
            metrics=("loss",),
            data=origin(),
        ),
        model=skipgram(setting.seed, setting.dtype, setting.device),
        loss=lambda model, batch: skipgram_loss(cast(SkipGram, model), batch),
        batches=lambda: ordered_batches(train, size, setting.seed),
        epoch=steps_of_epoch(train, size),
        validate=lambda model: {"loss": skipgram_loss(cast(SkipGram, model), held_out)},
        landscape=lambda model: skipgram_loss(cast(SkipGram, model), sample),
        code=Code(
            imports=(
                "import collections",
                "import functools",
                "import math",
                "import re",
                "from pydoc_data.topics import topics",
                "from torch import Tensor, nn",
            ),
            functions=(
                corpus,
                word_pairs,
                training_pairs,
                SkipGram,
                skipgram,
                skipgram_loss,
                epoch_order,
                take_batch,
            ),
            data="training_pairs(DEVICE)",
            model="skipgram(SEED, DTYPE, DEVICE)",
            batch=f"take_batch(data, {size}, SEED, step)",
            loss="skipgram_loss(model, batch)",
            held_out="tuple(part[int(0.9 * len(part)) :: 11] for part in word_pairs(DEVICE))",
            metrics='{"loss": skipgram_loss(model, held_out)}',
        ),
    )
