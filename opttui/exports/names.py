"""Names that are safe as file names. Knows no file."""

import re
from collections.abc import Sequence

LONGEST = 60
_UNSAFE = re.compile(r"[^\w.+=,@ -]+")


def file_names(names: Sequence[str]) -> list[str]:
    """A name of its own for each, fit for a file on every system: whatever it holds, it stays in its directory."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        stem = _UNSAFE.sub("-", name)[:LONGEST].strip("-. ") or "lane"
        safe, number = stem, 2
        # Some file systems do not tell cases apart.
        while safe.casefold() in taken:
            safe, number = f"{stem} {number}", number + 1
        taken.add(safe.casefold())
        found.append(safe)
    return found
