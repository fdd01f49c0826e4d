"""A form of a few lines over the race, and a choice of a few keys. Know no race: a question in, an answer out."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from opttui.control.commands import AnyCommand
from opttui.tui.form.whatif import Question
from opttui.tui.panels.cells import tame


class AskScreen(ModalScreen[AnyCommand | None]):
    """Dismissed with the command, or None."""

    BINDINGS: ClassVar = [
        Binding("enter", "take", "take it", priority=True),
        Binding("ctrl+s", "take", "take it", priority=True),
        Binding("escape", "cancel", "back", priority=True),
        Binding("ctrl+c", "cancel", "back", priority=True),
        Binding("down", "app.focus_next", "next field", priority=True),
        Binding("up", "app.focus_previous", "previous field", priority=True),
    ]
    CSS_PATH = "form.tcss"
    AUTO_FOCUS = ""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """Title, fields, what is wrong, keys."""
        once = f"{self.question.once} or enter: as it stands   " if self.question.once else "enter does it   "
        with Vertical(id="form", classes="small"):
            yield Static(tame(self.question.title), id="phrase", markup=False)
            with VerticalScroll(id="ask-fields", can_focus=False):
                for field in self.question.fields:
                    suggester = SuggestFromList(field.names, case_sensitive=False) if field.names else None
                    line = Input(field.text, field.hint, name=field.key, suggester=suggester, compact=True)
                    yield Horizontal(Label(tame(field.key), markup=False), line, classes="row")
            yield Static(id="complaint", markup=False)
            yield Static(f"{once}tab next field   esc back", id="form-keys", markup=False)

    def on_mount(self) -> None:
        """The keys go to the first field that is meant."""
        for line in self.query(Input):
            if line.name == self.question.first:
                self.set_focus(line)

    def texts(self) -> dict[str, str]:
        """What stands in the fields."""
        return {str(line.name): line.value for line in self.query(Input)}

    @on(Input.Changed)
    def changed(self) -> None:
        """Say what is wrong while it is typed."""
        self.query_one("#complaint", Static).update(self.question.complaint(self.texts()))

    def on_key(self, event: events.Key) -> None:
        """A key that no field has taken."""
        if self.question.once and event.key == self.question.once and self.focused is None:
            event.stop()
            self.action_take()

    def action_take(self) -> None:
        """Close with the command; what is wrong must be put right first."""
        complaint = self.question.complaint(self.texts())
        if complaint:
            self.query_one("#complaint", Static).update(complaint)
            self.app.bell()
        else:
            self.dismiss(self.question.command(self.texts()))

    def action_cancel(self) -> None:
        """Close without."""
        self.dismiss(None)


class ChooseScreen(ModalScreen[str]):
    """Dismissed with the key of the answer; empty for none."""

    CSS_PATH = "dialogs.tcss"

    def __init__(self, question: str, answers: Sequence[tuple[str, str, str]]) -> None:
        """`answers`: key, words, what it means."""
        super().__init__()
        self._question, self._answers = question, answers

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        with Vertical(id="dialog"):
            yield Static(tame(self._question), id="question", markup=False)
            for key, words, more in (*self._answers, ("esc", "stay here", "")):
                yield Static(f"  {key:<4} {words:<16} {more}".rstrip(), classes="answer", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Close with the answer."""
        event.stop()
        if event.character in [key for key, _, _ in self._answers]:
            self.dismiss(event.character or "")
        elif event.key in ("escape", "ctrl+c"):
            self.dismiss("")
