"""The question on leaving a race that lives, or that hangs. Knows no race."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

QUESTION = "The race is {state}. What becomes of it?"
HANGS = "The race does not answer. What becomes of it?"
OUT_OF_REACH = "The race is out of reach. It goes on where it is."
Answer = tuple[str, str, str]
LEAVE: Answer = ("l", "let it run", "it goes on without a window; opttui attach comes back to it")
STAY: Answer = ("esc", "stay here", "")
ANSWERS = (LEAVE, ("s", "stop it", "what was recorded stays"), STAY)
OF_HUNG = (
    ("l", "leave it", "it stays as it is; opttui attach comes back to it"),
    ("s", "end it", "SIGTERM, five seconds later SIGKILL; the record stays"),
    ("w", "where is it?", "writes the stacks of its threads to its log"),
    STAY,
)
MUTE = "The script does not answer. It is a process of yours, which opttui does not end."
OF_LOST = (("l", "leave", "opttui attach comes back to it"), STAY)


class LeaveScreen(ModalScreen[str | None]):
    """Dismissed with `stop`, `go on`, `where` or None."""

    BINDINGS: ClassVar = [
        Binding("s", "answer('stop')", "stop it", priority=True),
        Binding("w", "answer('where')", "where is it", priority=True),
        Binding("l", "answer('go on')", "let it run", priority=True),
        Binding("q", "answer('go on')", "let it run", priority=True),
        Binding("escape", "answer('')", "stay", priority=True),
        Binding("ctrl+c", "answer('')", "stay", priority=True),
    ]
    CSS_PATH = "dialogs.tcss"

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        with Vertical(id="dialog"):
            yield Static(self.question(), id="question", markup=False)
            answers = self.answers()
            wide = max(11, *(len(words) for _, words, _ in answers))
            for key, words, more in answers:
                yield Static(f"  {key:<4} {words:<{wide}} {more}".rstrip(), classes="answer", markup=False)

    def question(self) -> str:
        """By how the race stands."""
        return {"hung": HANGS, "lost": OUT_OF_REACH, "mute": MUTE}.get(
            self._state, QUESTION.format(state=self._state)
        )

    def answers(self) -> Sequence[Answer]:
        """What there is to choose."""
        return {"hung": OF_HUNG, "lost": OF_LOST, "mute": OF_LOST}.get(self._state, ANSWERS)

    def action_answer(self, wish: str) -> None:
        """Close with the answer, if it is one of those."""
        offered = {"stop": "s", "where": "w"}.get(wish)
        if offered is None or offered in [key for key, _, _ in self.answers()]:
            self.dismiss(wish or None)
