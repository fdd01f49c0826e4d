"""An object that lies outside opttui: by import path or in a file. Imports it, so only who is to run it calls this."""

import contextlib
import hashlib
import importlib
import importlib.util
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from opttui.errors import InputError
from opttui.printable import printable
from opttui.scenario.code_files import not_installed
from opttui.scenario.foreign import halves, is_file, named
from opttui.scenario.nearest import nearest
from opttui.traces import raised, trace_of, words_of

IMPORTS_OF_FROM_FILE = ("import functools", "import importlib.util", "import pathlib", "import sys")
FROM_FILE = """@functools.cache
def from_file(path):
    spec = importlib.util.spec_from_file_location(f"{pathlib.Path(path).stem}_file", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.append(str(pathlib.Path(path).parent))
    spec.loader.exec_module(module)
    return module"""
"""The same for a plain script: the module of a file, run once."""


def in_file(name: str) -> str:
    """The expression for a name in a file, in a script that has `from_file`."""
    path, inside = halves(name)
    return f"from_file({path!r}).{named(inside)}"


def outside(name: str) -> Any:
    """The object of a foreign name (`pytorch_optimizer.Lion`, `/home/me/my_opt.py::MyOpt`).

    InputError, in one sentence without a place, when it cannot be had.
    """
    left, right = halves(name)
    with warnings.catch_warnings():
        # What a library warns of while it is imported is for its authors.
        warnings.simplefilter("ignore")
        module = _file(Path(left)) if is_file(name) else _module(left)
        try:
            return getattr(module, right)
        except AttributeError:
            raise InputError(_no_such_name(module, left, right)) from None


def _module(path: str) -> ModuleType:
    top = path.partition(".")[0]
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name == top:
            raise InputError(not_installed(path)) from None
        if error.name is not None and (path + ".").startswith(error.name + "."):
            raise InputError(f"{error.name.rpartition('.')[0]} has no module {path!r}") from None
        raise InputError(f"{path} cannot be imported: {_said(error)}") from error
    except raised() as error:
        raise InputError(f"{path} cannot be imported: {_said(error)}") from error


def _file(path: Path) -> ModuleType:
    """The module of a file, run once. What lies beside it can be imported by it."""
    name = f"{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise InputError(f"there is no Python file {str(path)!r}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    try:
        spec.loader.exec_module(module)
    except raised() as error:
        del sys.modules[name]
        # A mistake of syntax says its line by itself.
        details = "" if isinstance(error, SyntaxError) else trace_of(error)
        raise InputError(f"{str(path)!r} cannot be run: {_said(error)}", details=details) from error
    return module


def _no_such_name(module: ModuleType, left: str, right: str) -> str:
    known = [name for name in _names(module) if not name.startswith("_")]
    near = nearest(right, known)
    where = Path(left).name if left.endswith(".py") else left
    return f"{where} has no {right!r}" + (f"; did you mean {near}?" if near else "")


def _names(module: ModuleType) -> list[str]:
    with contextlib.suppress(Exception):
        return [str(name) for name in dir(module)]
    return []


def _said(error: BaseException) -> str:
    """An exception in one line, with the line of the file when it is one of syntax."""
    text = words_of(error).strip().split("\n")[0]
    return printable(f"{type(error).__name__}: {text}" if text else type(error).__name__)
