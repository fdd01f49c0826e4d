"""Which of several processes this one is. One of them records, since all train the same model."""

import os

from torch import distributed


def rank() -> int:
    """0 for the process that records; also where there is only one."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank()
    return _number("RANK", 0)


def processes() -> int:
    """How many train together."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_world_size()
    return max(_number("WORLD_SIZE", 1), 1)


def _number(name: str, otherwise: int) -> int:
    """A number that a launcher (torchrun) has set."""
    try:
        return int(os.environ.get(name, ""))
    except ValueError:
        return otherwise
