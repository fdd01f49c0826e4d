"""A finding: one thing that was looked at, how it is, and what to do. Knows nothing that can be looked at."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["fine", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """`wrong` is what opttui needs and does not have; `note` is what could be better."""

    key: str
    """Its name for scripts, which stays: a group and a thing, `terminal.colours`."""
    state: State
    text: str
    """A sentence, printable."""
    todo: str = ""
    """What to do, as a sentence or a command line; empty where there is nothing."""
    value: Any = None
    """The same for scripts: a number, a text, a list or a mapping of JSON's."""

    @property
    def group(self) -> str:
        """What the key begins with."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """What it ends with."""
        return self.key.partition(".")[2]


def looked_at(key: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a look finds; one that fails is a finding itself, for whatever it meets there is not foreseen."""
    try:
        yield from look()
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        yield Finding(key, "note", f"This could not be looked at: {what}.")
