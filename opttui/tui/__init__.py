"""The screen: the only importer of Textual. Never imports torch."""

from opttui.tui.run import run_home, run_screen

__all__ = ["run_home", "run_screen"]
