"""What one can start or open from home: the scenarios and the runs. Knows no picture and no widget."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opttui.control.listing import describe_all
from opttui.errors import OpttuiError
from opttui.record.cards import Cards
from opttui.scenario.names import lane_names
from opttui.scenario.phrase import phrase_of
from opttui.scenario.problem_table import PROBLEMS
from opttui.scenario.shipped import shipped_paths
from opttui.scenario.specs import Scenario
from opttui.scenario.toml import load_scenario

MOST_RUNS = 200
"""Runs that are listed: the newest."""


@dataclass(frozen=True)
class Story:
    """A scenario that can be started."""

    name: str
    """What it is called on the command line."""
    title: str
    about: tuple[str, ...]
    """Its file's first comment, by paragraphs: what to watch."""
    problem: str
    """What is minimised, in a few words."""
    scenario: Scenario
    lanes: tuple[tuple[str, str], ...]
    """Name and phrase of each lane."""

    @property
    def words(self) -> str:
        """All that a search looks through."""
        return " ".join(
            (self.name, self.title, self.problem, *(" ".join(lane) for lane in self.lanes))
        ).lower()


@dataclass(frozen=True)
class Run:
    """A run that can be opened."""

    name: str
    path: Path
    facts: dict[str, Any]
    """As `opttui runs --json` prints them."""

    @property
    def words(self) -> str:
        """All that a search looks through."""
        facts = self.facts
        lanes = " ".join(facts.get("lanes", ()))
        return " ".join(
            (self.name, facts.get("problem", ""), facts.get("title", ""), facts["state"], lanes)
        ).lower()


Entry = Story | Run


def stories() -> list[Story]:
    """The scenarios that come with opttui, the showcase first. One that cannot be read is left out."""
    found = []
    for name, path in shipped_paths().items():
        try:
            scenario = load_scenario(path)
        except OpttuiError:
            continue
        entry = PROBLEMS.get(scenario.problem.name)
        found.append(
            Story(
                name=name,
                title=scenario.title or name,
                about=first_comment(path.read_text(encoding="utf-8")),
                problem=entry.title if entry is not None else scenario.problem.name,
                scenario=scenario,
                lanes=tuple(zip(lane_names(scenario.lanes), map(phrase_of, scenario.lanes), strict=True)),
            )
        )
    return found


def runs(seen: Cards | None = None) -> list[Run]:
    """The newest runs. Asks each live one how it stands, and so belongs in a thread. `seen`: what the last look found."""
    try:
        return [Run(facts["run"], Path(facts["path"]), facts) for facts in describe_all(seen, MOST_RUNS)]
    except OpttuiError:
        return []


def first_comment(text: str) -> tuple[str, ...]:
    """The comment that a file begins with, by paragraphs, each on one line."""
    paragraphs: list[list[str]] = [[]]
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words = line.lstrip("#").strip()
        if words:
            paragraphs[-1].append(words)
        else:
            paragraphs.append([])
    return tuple(" ".join(lines) for lines in paragraphs if lines)


def found(entries: Sequence[Entry], query: str) -> list[Entry]:
    """Those that hold every word of the query."""
    words = query.lower().split()
    return [entry for entry in entries if all(word in entry.words for word in words)]
