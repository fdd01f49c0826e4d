"""The README says what is so."""

import importlib.util
import re
import sys
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


def contributed() -> dict[str, str]:
    """The Python of CONTRIBUTING by the place that its first line names."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return dict(re.findall(r"```python\n# (.*?)\n(.*?)```", page, re.DOTALL))


def test_a_surface_and_a_scenario_as_contributing_has_them() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (story,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(parse_scenario(story, "story.toml").lanes) == 2
    names = {"Surface": Surface, "CLASSIC": CLASSIC}
    exec(contributed()["opttui/surfaces/bowls.py"], names)
    cup = names["CUP"]
    assert isinstance(cup, Surface) and cup.formula(*cup.minima[0], np) == cup.least


def test_a_problem_and_optimizers_as_contributing_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import runpy
    from contextlib import redirect_stdout
    from io import StringIO

    from opttui.problems import table
    from opttui.race.build import build_race
    from opttui.race.script import script
    from opttui.record.layout import LOSS
    from opttui.record.manifest import Manifest
    from opttui.scenario.optimizer_table import OptimizerEntry, number
    from opttui.scenario.problem_entry import ProblemEntry
    from opttui.scenario.problem_table import PROBLEMS

    code = contributed()
    places = {place.rsplit("/", 1)[-1]: text for place, text in code.items()}
    entry = eval(places["data_problems.py"], {"ProblemEntry": ProblemEntry})
    assert eval(places["optimizer_table.py"], {"OptimizerEntry": OptimizerEntry, "number": number}).cycles
    for name in ("parabola.py", "signum.py"):
        (tmp_path / name).write_text(places[name])
    spec = importlib.util.spec_from_file_location("parabola", tmp_path / "parabola.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "parabola", module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(PROBLEMS, "parabola", entry)
    monkeypatch.setitem(table.PROBLEMS, "parabola", module.make)
    lanes = [*entry.lanes, f"{tmp_path}/signum.py::Signum:lr=0.05"]
    race = build_race(scenario_from("parabola", lanes))
    while race.round():
        pass
    drained = race.drain(wait=True)
    race.hand_back()
    assert race.problem.info.parameters == entry.parameters == 3
    assert drained.rows[0][0][LOSS] > entry.goal > min(drained.rows[lane][-1][LOSS] for lane in range(3))
    assert drained.rows[3][-1][LOSS] < 0.1
    info, infos = race.info()
    manifest = Manifest(
        id="x", created=0.0, scenario=race.scenario, lanes=infos, problem=info, device="cpu", dtype="float32"
    )
    (tmp_path / "again.py").write_text(script(manifest, drained.events, range(4)))
    with redirect_stdout(StringIO()) as file:
        runpy.run_path(str(tmp_path / "again.py"))
    lines = file.getvalue().splitlines()[1:]
    assert [float(line.split(",")[2]) for line in lines] == [
        row[LOSS] for rows in drained.rows.values() for row in rows
    ]
