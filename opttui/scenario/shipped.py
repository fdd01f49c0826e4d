"""The scenarios that come with opttui. Knows no other file."""

from pathlib import Path

import msgspec

import opttui
from opttui.scenario.specs import Scenario
from opttui.scenario.toml import load_scenario


class Shipped(msgspec.Struct, frozen=True):
    """One of them."""

    name: str
    """Its name on the command line: the file's, without .toml."""
    path: Path
    scenario: Scenario

    @property
    def title(self) -> str:
        """What it shows, in a few words."""
        return self.scenario.title


def scenarios_directory() -> Path:
    """Inside the package when it is installed; beside it in a checkout."""
    package = Path(opttui.__file__).parent
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def shipped_paths() -> dict[str, Path]:
    """Files by name, the showcase first."""
    found = {path.stem: path for path in sorted(scenarios_directory().glob("*.toml"))}
    return {name: found[name] for name in sorted(found, key=lambda name: name != "showcase")}


def shipped_scenarios() -> list[Shipped]:
    """All of them, read, the showcase first."""
    return [Shipped(name, path, load_scenario(path)) for name, path in shipped_paths().items()]
