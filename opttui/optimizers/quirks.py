"""What single libraries need beyond their signatures, each with the version it was seen in. Imports none of them."""

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
