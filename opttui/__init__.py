"""opttui races PyTorch optimizers in a terminal. This package's root imports nothing, so that every window starts fast."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opttui.own import Problem as Problem

__version__ = "0.1.0"
__all__ = ["Problem", "__version__"]


def __getattr__(name: str) -> Any:
    """`opttui.Problem`, once somebody asks for it."""
    if name == "Problem":
        from opttui.own import Problem  # noqa: PLC0415

        return Problem
    raise AttributeError(f"module 'opttui' has no attribute {name!r}")
