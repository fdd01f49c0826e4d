"""The README says what is so."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from opttui.cli.main import command
from opttui.scenario.phrase import parse_lane
from opttui.scenario.resolve import scenario_from
from opttui.scenario.toml import parse_scenario
from opttui.surfaces.surface import CLASSIC, Surface

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_keys_are_those_of_the_table() -> None:
    spec = importlib.util.spec_from_file_location("keys", ROOT / "docs" / "keys.py")
    assert spec is not None and spec.loader is not None
    keys = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(keys)
    assert keys.with_keys(README) == README, "python docs/keys.py writes it anew"


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("line", re.findall(r"`opttui race ([^`|]+?)(?: --headless[^`]*)?`", README))
def test_every_race_in_it_can_be_asked_for(line: str) -> None:
    words = [word.strip('"') for word in re.findall(r'"[^"]+"|\S+', line)]
    what, lanes = words[0], [word for word in words[1:] if ":" in word and not word.startswith("--")]
    assert scenario_from(what, lanes).lanes
    assert all(parse_lane(lane) for lane in lanes)


def test_every_verb_in_it_is_one() -> None:
    verbs = set(command.list_commands(None))  # type: ignore[arg-type]
    named = set(re.findall(r"`opttui ([a-z]+)", README))
    assert named <= verbs, named - verbs


def test_its_two_commands_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets


def test_the_examples_of_contributing_work() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (story,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(parse_scenario(story, "story.toml").lanes) == 2
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names = {"Surface": Surface, "CLASSIC": CLASSIC}
    exec(code, names)
    cup = names["CUP"]
    assert isinstance(cup, Surface) and cup.formula(*cup.minima[0], np) == cup.least
