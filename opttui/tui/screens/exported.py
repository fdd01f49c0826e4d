"""The part of a race's screen that writes files: asks where to, and says what came of it. Knows no format."""

import contextlib

from textual.timer import Timer

from opttui.tui.app import OpttuiApp
from opttui.tui.exporting import Export, arguments_of, chart_of, kind_of, paths_of, proposed
from opttui.tui.screens.changing import ChangingScreen

LOOK = 0.1
"""Seconds between two looks at running exports."""


class ExportedScreen(ChangingScreen):
    """Starts exports and looks after them; those that still run when it closes are called off."""

    exports: tuple[Export, ...] = ()
    _looking: Timer | None = None

    def do_export(self) -> None:
        """Ask where to."""
        # Loaded with the first question: the first frame shows none.
        from opttui.tui.screens.export import ExportScreen  # noqa: PLC0415

        view = self.view
        self.app.push_screen(ExportScreen(view.reader.manifest.id, view.chosen), self.export)

    def do_script(self) -> None:
        """Write the script where nothing is yet."""
        self.export(proposed(self.view.reader.manifest.id, "py"))

    def export(self, target: str | None) -> None:
        """Write the run to a path."""
        if not target:
            return
        view, arguments = self.view, arguments_of(self.view)
        if kind_of(target) in ("svg", "png"):
            palette = self.app.palette if isinstance(self.app, OpttuiApp) else None
            theme = "dark" if palette is not None and palette.dark else "light"
            style = [f"--chart={chart_of(view)}", "--axis", view.axis, "--theme", theme]
            if view.chosen == "loss" and view.scale is not None:
                style.append("--linear" if view.scale == "linear" else "--log")
            arguments = [*style, *arguments]
        if kind_of(target) in ("svg", "png", "html"):
            others = [path for run in view.beside for path in paths_of(run)]
            arguments = [*(f"--beside={path}" for path in others), *arguments]
        try:
            self.exports = (*self.exports, Export(arguments, target))
        except OSError as error:
            self.notify(f"{target} cannot be written: {error.strerror}.", severity="error", markup=False)
            return
        self.notify(f"Writing {target} …", timeout=2, markup=False)
        if self._looking is None:
            self._looking = self.set_interval(LOOK, self.look_at_exports)

    def look_at_exports(self) -> None:
        """Say what came of those that are over."""
        for export in [each for each in self.exports if each.over()]:
            self.exports = tuple(each for each in self.exports if each is not export)
            well, sentence = export.outcome()
            self.notify(sentence, severity="information" if well else "error", timeout=8, markup=False)
        if not self.exports and self._looking is not None:
            self._looking.stop()
            self._looking = None

    def on_unmount(self) -> None:
        """Nobody is left to be told."""
        super().on_unmount()
        for export in self.exports:
            with contextlib.suppress(OSError):
                export.stop()
