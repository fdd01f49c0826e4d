"""The question where to and as what a run is written. Knows no run: a name in, a path out."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from opttui.tui.exporting import KINDS, kind_of, proposed
from opttui.tui.panels.cells import tame

NOTHING = "The end of the path says the format; none of these is it."


class ExportScreen(ModalScreen[str]):
    """Dismissed with the path; empty for none."""

    BINDINGS: ClassVar = [
        Binding("enter", "take", "write it", priority=True),
        Binding("escape", "cancel", "back", priority=True),
        Binding("ctrl+c", "cancel", "back", priority=True),
        Binding("down", "move(1)", "next format", priority=True),
        Binding("up", "move(-1)", "previous format", priority=True),
        Binding("tab", "move(1)", "next format", priority=True),
        Binding("shift+tab", "move(-1)", "previous format", priority=True),
    ]
    CSS_PATH = "form.tcss"

    def __init__(self, run: str, panel: str) -> None:
        """`run`: its name; `panel`: the one whose chart would be drawn."""
        super().__init__()
        self._run, self._panel = run, panel

    def compose(self) -> ComposeResult:
        """Title, path, formats, what is wrong, keys."""
        with Vertical(id="form", classes="small"):
            yield Static(f"Export {tame(self._run)}", id="phrase", markup=False)
            line = Input(proposed(self._run, KINDS[0][0]), name="to", compact=True, select_on_focus=False)
            yield Horizontal(Label("to", markup=False), line, classes="row")
            yield Static("", id="kinds", markup=False)
            yield Static("", id="complaint", markup=False)
            yield Static("↑ ↓ format   enter writes it   esc back", id="form-keys", markup=False)

    def on_mount(self) -> None:
        """The keys go to the path."""
        self.set_focus(self.path)
        self.follow()

    @property
    def path(self) -> Input:
        """The line in which it stands."""
        return self.query_one(Input)

    def action_move(self, by: int) -> None:
        """The next format; the path that is proposed for it."""
        kinds = [kind for kind, _ in KINDS]
        now = kind_of(self.path.value)
        kind = kinds[(kinds.index(now) + by) % len(kinds)] if now in kinds else kinds[0]
        directory = Path(self.path.value).parent
        found = proposed(self._run, kind, self._panel)
        self.path.value = found if str(directory) == "." else f"{directory}/{found}"
        self.path.cursor_position = len(self.path.value)

    @on(Input.Changed)
    def follow(self) -> None:
        """Show which format the path means, and what is there already."""
        path = self.path.value.strip()
        now = kind_of(path)
        rows = [f" {'▸' if kind == now else ' '} {shown(kind):<12} {words}" for kind, words in KINDS]
        self.query_one("#kinds", Static).update("\n".join(rows))
        there = now and now != "tensorboard" and Path(path).expanduser().is_file()
        self.query_one("#complaint", Static).update(
            "" if now and not there else f"{tame(path)} is there and will be replaced." if there else NOTHING
        )

    def action_take(self) -> None:
        """Close with the path."""
        if kind_of(self.path.value.strip()):
            self.dismiss(
                str(Path(self.path.value.strip()).expanduser())
                + ("/" if self.path.value.endswith("/") else "")
            )
        else:
            self.app.bell()

    def action_cancel(self) -> None:
        """Close without."""
        self.dismiss("")


def shown(kind: str) -> str:
    """A format as a person reads it."""
    return "directory/" if kind == "tensorboard" else f".{kind}"
