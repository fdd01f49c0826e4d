"""Which rooms load which libraries, seen in clean interpreters: deferred imports count too."""

import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import opttui

HEAVY = ("torch", "sklearn", "textual", "numpy", "rich", "plotext")

WITHOUT_TORCH = (
    "errors",
    "traces",
    "own",
    "printable",
    "surfaces",
    "scenario",
    "record",
    "sources",
    "control",
    "machine",
    "plots",
    "tui",
    "exports",
    "web",
    "doctor",
)
WITH_TORCH = ("problems", "optimizers", "race", "server", "tracking")

PROBE = """
import importlib, json, pkgutil, sys
name = sys.argv[1]
module = importlib.import_module(name)
if sys.argv[2] == "all":
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(json.dumps(sorted(set(sys.modules) & set(json.loads(sys.argv[3])))))
"""

RUN = """
import json, sys
from opttui.cli.main import main
status = main(sys.argv[2:])
sys.stdout.flush()
print(json.dumps([status, sorted(set(sys.modules) & set(json.loads(sys.argv[1])))]), file=sys.stderr)
"""


def loaded(name: str, depth: str = "all") -> set[str]:
    """The heavy libraries that a clean interpreter has loaded after importing a module, and all below it."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE, name, depth, json.dumps(HEAVY)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_every_chapter_is_covered() -> None:
    chapters = {found.name for found in pkgutil.iter_modules(opttui.__path__)} - {"__main__", "cli"}
    assert chapters == {*WITHOUT_TORCH, *WITH_TORCH}


@pytest.mark.parametrize("chapter", WITHOUT_TORCH)
def test_a_chapter_of_the_window_loads_no_torch_and_only_the_screen_textual(chapter: str) -> None:
    allowed = {
        "surfaces": {"numpy"},
        "record": {"numpy"},
        "sources": {"numpy"},
        "control": {"numpy"},
        "machine": {"numpy"},
        "plots": {"numpy", "plotext"},
        "tui": {"numpy", "rich", "textual"},
        "web": {"numpy", "rich", "textual"},
        "doctor": {"numpy"},
        "exports": {"numpy", "rich"},
    }
    assert loaded(f"opttui.{chapter}") <= allowed.get(chapter, set())


def test_the_chapters_of_the_race_load_no_screen() -> None:
    # One interpreter each: the server imports the three others, and torch takes seconds.
    assert loaded("opttui.server") & {"textual", "plotext"} == set()
    assert loaded("opttui.tracking.start", "one") & {"textual", "plotext", "sklearn"} == set()


def test_the_commands_entry_loads_nothing_heavy() -> None:
    assert loaded("opttui.cli.main", "one") == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["list", "optimizers"],
        ["list", "scenarios", "--json"],
        ["runs"],
        ["race", "--help"],
    ],
    ids=" ".join,
)
def test_a_quick_verb_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, json.dumps(HEAVY), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OPTTUI_RUNS": str(tmp_path)},
        timeout=120,
    )
    assert json.loads(done.stderr) == [0, []]
    assert done.stdout


def test_a_race_waits_for_no_library_that_its_problem_does_without() -> None:
    assert loaded("opttui.server.conduct", "one") == {"torch", "numpy"}
