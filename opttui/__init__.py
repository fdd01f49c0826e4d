"""opttui races PyTorch optimizers in a terminal. This package's root imports nothing, so that every window starts fast."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opttui.errors import Stopped as Stopped
    from opttui.own import Problem as Problem
    from opttui.tracking.start import track as track

__version__ = "0.1.0"
__all__ = ["Problem", "Stopped", "__version__", "track"]

_PLACES = {"Problem": "opttui.own", "Stopped": "opttui.errors", "track": "opttui.tracking.start"}


def __getattr__(name: str) -> Any:
    """`opttui.Problem` and `opttui.track`, once somebody asks for them."""
    if name in _PLACES:
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'opttui' has no attribute {name!r}")
