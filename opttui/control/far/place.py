"""`user@host:RUN`, as a person types it. Opens no connection."""

import re
from dataclasses import dataclass

from opttui.errors import InputError

_FAR = re.compile(r"(?P<host>(?:[^/:@\[\]]*@)?(?:\[[^\]/]*\]|[^/:\[\]]*)):(?P<run>.*)", re.DOTALL)
"""As scp has it: what comes before a colon is a host, unless a slash comes before the colon."""


@dataclass(frozen=True)
class Place:
    """A run on another machine."""

    host: str
    """As ssh takes it: a name, an address, an alias of the user's configuration, maybe with a user before an @."""
    run: str
    """A name there, the beginning of one, or a path; empty for the newest."""

    def __str__(self) -> str:
        return f"{self.host}:{self.run}"


def place_of(text: str) -> Place | None:
    """The place that a text names; None for a run of this machine. InputError for what only looks like a place."""
    if text.startswith("ssh://"):
        raise InputError(
            f"'{text}' is not how a run on another machine is named.",
            "Write user@host:RUN; a port goes into ~/.ssh/config.",
        )
    found = _FAR.fullmatch(text)
    if found is None:
        return None
    user, at, name = found["host"].rpartition("@")
    host = user + at + name.removeprefix("[").removesuffix("]")
    if not name.strip("[]") or host.startswith("-") or not host.isprintable() or " " in host:
        raise InputError(f"'{found['host']}' is not the name of a machine.", "Write user@host:RUN.")
    return Place(host, found["run"])
