"""Python, opttui and the packages beside it: what is there, what is missing, what each would give. Imports none of them."""

import platform
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata

import opttui
from opttui.doctor.finding import Finding
from opttui.printable import printable

OLDEST = (3, 11)


@dataclass(frozen=True)
class Extra:
    """A package that opttui can do without."""

    package: str
    gives: str
    """What it is good for, as half a sentence."""
    command: str
    """The command line that brings it."""


EXTRAS = (
    Extra("textual-serve", "opttui serve, the screen in a browser", "pip install 'opttui[serve]'"),
    Extra("pyarrow", "export to Parquet", "pip install 'opttui[parquet]'"),
    Extra("matplotlib", "export to PNG", "pip install 'opttui[png]'"),
)
"""Those that opttui's own extras bring."""
COMPANY = {
    "pytorch-optimizer": "a hundred optimizers more",
    "schedulefree": "optimizers without a schedule",
    "lightning": "training that a callback tracks",
    "transformers": "training that a callback tracks",
}
"""Packages of others that opttui works with, and what they bring."""


def python() -> Iterator[Finding]:
    """The interpreter and opttui itself."""
    version = platform.python_version()
    text = f"Python {version} ({platform.python_implementation()}), {printable(sys.executable or '?', 200)}."
    value = {"version": version, "executable": sys.executable, "platform": platform.platform()}
    if sys.version_info < OLDEST:
        todo = f"Install Python {OLDEST[0]}.{OLDEST[1]} or newer."
        yield Finding("python.version", "wrong", text, todo, value)
    else:
        yield Finding("python.version", "fine", text, value=value)
    yield Finding(
        "python.opttui",
        "fine",
        f"opttui {opttui.__version__}, {platform.platform()}.",
        value=opttui.__version__,
    )


def needed() -> Iterator[Finding]:
    """What opttui cannot do without."""
    try:
        wanted = metadata.requires("opttui") or []
    except metadata.PackageNotFoundError:
        text = "opttui runs from a folder and is not installed, so that its packages are not known."
        yield Finding("packages.needed", "note", text, "pip install opttui")
        return
    wrong = []
    found: dict[str, str | None] = {}
    for requirement in wanted:
        name, bounds, marker = parts_of(requirement)
        if "extra" in marker:
            continue
        found[name] = version_of(name)
        why = unmet(found[name], bounds)
        if why:
            wrong.append((f"{name} {why}", f"'{name}{bounds}'"))
    if wrong:
        text = f"{'; '.join(words for words, _ in wrong)}."
        todo = "pip install " + " ".join(command for _, command in wrong)
        yield Finding("packages.needed", "wrong", text, todo, found)
    else:
        text = f"All {len(found)} packages that opttui needs are there (textual {found.get('textual')})."
        yield Finding("packages.needed", "fine", text, value=found)


def extras(known: Sequence[Extra] = EXTRAS) -> Iterator[Finding]:
    """What it can do without."""
    for extra in known:
        version = version_of(extra.package)
        key = f"packages.{extra.package}"
        if version is None:
            text = f"{extra.package} is not installed; it gives {extra.gives}."
            yield Finding(key, "note", text, extra.command)
        else:
            yield Finding(key, "fine", f"{extra.package} {version}: {extra.gives}.", value=version)


def company(known: Mapping[str, str] = COMPANY) -> Iterator[Finding]:
    """What it works with, in one finding: nobody needs them all."""
    found = {package: version_of(package) for package in known}
    here = [f"{package} {version}" for package, version in found.items() if version is not None]
    lacking = [package for package, version in found.items() if version is None]
    parts = [f"It works with {', '.join(here)}"] if here else []
    if lacking:
        others = ", ".join(f"{package} ({known[package]})" for package in lacking)
        parts.append(f"{'not here' if here else 'It works with others that are not here'}: {others}")
    todo = "Whoever wants them: pip install " + " ".join(lacking) if lacking else ""
    yield Finding("packages.company", "fine", "; ".join(parts) + ".", todo, found)


def version_of(package: str) -> str | None:
    """The installed version; None where there is none."""
    try:
        return printable(str(metadata.version(package)), 40)
    except (metadata.PackageNotFoundError, ValueError, OSError):
        return None


def parts_of(requirement: str) -> tuple[str, str, str]:
    """Name, bounds and marker of a requirement: `textual<9,>=8.2; extra == "x"`."""
    rest, _, marker = requirement.partition(";")
    found = re.match(r"\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*\(?([^)]*)\)?\s*$", rest)
    return (found[1], found[2].replace(" ", ""), marker) if found else (rest.strip(), "", marker)


def unmet(version: str | None, bounds: str) -> str:
    """Why a version does not do; empty where it does, or where that cannot be told."""
    if version is None:
        return "is not installed"
    have = numbers(version)
    for bound in filter(None, bounds.split(",")):
        found = re.match(r"(>=|<=|<|>|==|!=|~=)(.+)", bound)
        if found is None:
            continue
        want = numbers(found[2])
        if (found[1] in (">=", "~=") and have < want) or (found[1] == ">" and have <= want):
            return f"{version} is too old, it takes {bound}"
        if (found[1] == "<" and have >= want) or (found[1] == "<=" and have > want):
            return f"{version} is too new, it takes {bound}"
    return ""


def numbers(version: str) -> tuple[int, ...]:
    """The release of a version, to be compared: `2.13.0+cpu` is 2, 13, 0."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in release[0].split(".")) if release else ()
