"""What importing the chapter costs: no heavy library, in a clean interpreter."""

import subprocess
import sys
from pathlib import Path

import opttui.scenario

MODULES = sorted(path.stem for path in Path(opttui.scenario.__file__).parent.glob("[a-z]*.py"))
HEAVY = ("torch", "numpy", "textual", "rich", "click", "sklearn", "psutil", "asyncio", "importlib.resources")


def test_a_clean_interpreter_loads_nothing_heavy_and_reads_every_scenario() -> None:
    imports = "\n".join(f"import opttui.scenario.{name}" for name in MODULES)
    code = f"""
import sys
{imports}
opttui.scenario.shipped.shipped_scenarios()
opttui.scenario.resolve.scenario_from("rosenbrock", ["Adam:lr=0.1@StepLR:step_size=5"])
print([name for name in {HEAVY!r} if name in sys.modules])
print(sorted(name for name in sys.modules if name.startswith("opttui.") and name.count(".") == 1))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy, chapters = found.stdout.splitlines()
    assert heavy == "[]"
    assert chapters == "['opttui.errors', 'opttui.printable', 'opttui.scenario', 'opttui.surfaces']"


def test_there_are_modules_to_look_at() -> None:
    assert {"phrase", "toml", "check", "resolve", "shipped", "catalogue"} <= set(MODULES)
