"""A file beside a lane's log that belongs to a step of it: a checkpoint."""

import msgspec


class Pointer(msgspec.Struct, frozen=True):
    """What the log says of it."""

    step: int
    file: str
    """From the run's directory."""
    bytes: int = 0
    """0 where nobody has said."""
    birth: bool = False
    """Of a fork: as it began, which no going back undoes."""
    instead: tuple[str, ...] = ()
    """Files whose place it takes: they are gone."""
