"""The files of foreign code, found and read without running any of it: whether they are there, and their hash."""

import ast
import hashlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path

from opttui.errors import InputError
from opttui.scenario.foreign import Foreign, halves, is_file
from opttui.scenario.nearest import nearest

PACKAGES = {
    "pytorch_optimizer": "pytorch-optimizer",
    "torch_optimizer": "torch-optimizer",
    "schedulefree": "schedulefree",
    "heavyball": "heavyball",
    "timm": "timm",
    "bitsandbytes": "bitsandbytes",
    "torchopt": "torchopt",
    "lion_pytorch": "lion-pytorch",
    "prodigyopt": "prodigyopt",
    "dadaptation": "dadaptation",
    "adan_pytorch": "adan-pytorch",
    "came_pytorch": "came-pytorch",
    "muon": "muon-optimizer",
}
"""Modules with optimizers, and what pip calls them."""
LARGEST = 4_000_000
"""Bytes of a file that are hashed; of a larger one, its size and time stand for it."""
MOST_FILES = 4000


def check_there(code: Iterable[Foreign]) -> None:
    """InputError when a file or a package that is named is not here."""
    for foreign in code:
        left, _ = halves(foreign.name)
        if is_file(foreign.name):
            if not Path(left).is_file():
                raise InputError(f"{foreign.where}: there is no file {left!r}")
        elif not _origins(left):
            raise InputError(f"{foreign.where}: {not_installed(left)}")


def not_installed(module: str) -> str:
    """That a module is not here, and how it would come here; without a place."""
    top = module.partition(".")[0]
    if Path(f"{top}.py").is_file():
        return f"{top} is not installed here; for the file {top}.py write {top}.py::NAME"
    near = nearest(top, PACKAGES)
    if near is not None and near != top:
        return f"{top} is not installed here; did you mean {near}?"
    return f"{top} is not installed here; pip install {PACKAGES.get(top, top.replace('_', '-'))}"


def digest(text: bytes, code: Iterable[Foreign]) -> str:
    """SHA-256 over a scenario's text and all code that it names, as hexadecimal."""
    total = hashlib.sha256(hashlib.sha256(text).digest())
    for foreign in sorted(code, key=lambda each: each.name):
        total.update(hashlib.sha256(foreign.name.encode()).digest())
        for path in files_of(foreign.name)[:MOST_FILES]:
            total.update(hashlib.sha256(str(path).encode()).digest())
            total.update(_digest_of(path))
    return total.hexdigest()


def files_of(name: str) -> list[Path]:
    """The Python files of foreign code: a file and what it imports from beside it, or a whole package."""
    left, _ = halves(name)
    if is_file(name):
        return _with_neighbours(Path(left))
    found: list[Path] = []
    for origin in _origins(left):
        found += sorted(origin.rglob("*.py")) if origin.is_dir() else [origin]
    return found


def _origins(module: str) -> list[Path]:
    """Where the outermost package lies: a directory or a file; nothing when it is not installed."""
    top = module.partition(".")[0]
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations:
        return [Path(place) for place in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.origin else []


def _with_neighbours(file: Path) -> list[Path]:
    """The file and, over and over, the files beside it that it imports."""
    found = [file]
    for path in found:
        for name in _imported(path):
            for neighbour in (file.parent / f"{name}.py", file.parent / name):
                more = sorted(neighbour.rglob("*.py")) if neighbour.is_dir() else [neighbour]
                found += [each for each in more if each.is_file() and each not in found]
        if len(found) > MOST_FILES:
            break
    return found


def _imported(path: Path) -> set[str]:
    """The outermost names that a file's import statements ask for."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def _digest_of(path: Path) -> bytes:
    try:
        if path.stat().st_size <= LARGEST:
            return hashlib.sha256(path.read_bytes()).digest()
        known = path.stat()
        return hashlib.sha256(f"{known.st_size} {known.st_mtime_ns}".encode()).digest()
    except OSError as error:
        return hashlib.sha256(str(error.errno).encode()).digest()
