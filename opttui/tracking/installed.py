"""A library that need not be there, asked for by the only thing that needs it."""

from importlib import import_module
from types import ModuleType

from opttui.errors import InputError


def one_of(*names: str, package: str) -> ModuleType:
    """The first of some modules that can be imported. InputError, in one sentence, where none is installed."""
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            # What is installed and broken says itself what it misses.
            if error.name is None or name.split(".")[0] != error.name.split(".")[0]:
                raise
    raise InputError(
        f"This callback needs {package}, which is not installed.", f"Write: pip install {package}."
    )
