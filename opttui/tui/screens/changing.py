"""The part of a race's screen that asks what is to be changed: forks, values, schedules, lanes, the way back. Knows no
panel; what is asked is in the forms."""

from opttui.control.commands import Add, AnyCommand, Rewind
from opttui.control.rehearsing import Rehearsing
from opttui.control.words import words_of
from opttui.scenario.problem_phrase import problem_phrase
from opttui.tui import scrub
from opttui.tui.form.whatif import Question, fork_question, schedule_question, value_question
from opttui.tui.panels.cells import tame
from opttui.tui.panels.numbers import count
from opttui.tui.panels.then import step_at
from opttui.tui.screens.moused import MousedScreen
from opttui.tui.view import RaceView
from opttui.tui.wishes import Wishes


class ChangingScreen(MousedScreen):
    """Pushes a form, and sends the command that comes of it."""

    view: RaceView
    wishes: Wishes
    rehearsing: Rehearsing | None = None

    def ask(self, question: Question, scrubbing: bool = False) -> None:
        """Push a form; its command is sent."""
        # Forms are loaded with the first one: the first frame shows none.
        from opttui.tui.screens.ask import AskScreen  # noqa: PLC0415

        self.app.push_screen(AskScreen(question), lambda command: self.asked(command, scrubbing))

    def asked(self, command: AnyCommand | None, scrubbing: bool = False) -> None:
        """The answer of a form."""
        if command is not None:
            self.send(command)
            if scrubbing:
                scrub.leave(self.view)
        self.redraw()

    def resume_run(self, command: str = "") -> None:
        """Go on with a run that is over, a command first: whoever ends races knows how."""
        raise NotImplementedError

    def send(self, command: AnyCommand) -> None:
        """Ask the race; one that has come to its end goes on with it."""
        if self.view.state == "ended":
            self.resume_run(words_of(command))
        else:
            self.wishes.ask(command)

    def do_fork(self) -> None:
        """Fork the focused lane at the cursor's step, or where it stands."""
        step = step_at(self.view, self.view.focus)
        self.ask(fork_question(self.view, self.view.focus, step), scrubbing=self.view.back)

    def do_value(self) -> None:
        """Turn hypers by their values."""
        self.ask(value_question(self.view))

    def do_schedule(self) -> None:
        """Another schedule from here."""
        self.ask(schedule_question(self.view))

    def do_add(self) -> None:
        """A lane from the start."""
        from opttui.tui.screens.lane_form import LaneFormScreen  # noqa: PLC0415

        scenario = self.view.reader.manifest.scenario
        self.rehearsing = self.rehearsing or Rehearsing()
        form = LaneFormScreen(
            "",
            problem_phrase(scenario.problem),
            scenario.steps,
            self.rehearsing,
            "ctrl+s adds it to this race, from step 0   tab next field   → takes a suggestion   esc back",
        )
        self.app.push_screen(form, lambda phrase: self.asked(Add(phrase) if phrase else None))

    def on_unmount(self) -> None:
        """No more rehearsals."""
        if self.rehearsing is not None:
            self.rehearsing.close()

    def do_branch(self) -> None:
        """Ask what to do at the step that one is back at."""
        from opttui.tui.screens.ask import ChooseScreen  # noqa: PLC0415

        view = self.view
        step = step_at(view, view.focus)
        if step is None:
            return
        name = next((tame(info.name) for info in view.reader.manifest.lanes if info.id == view.focus), "")
        answers = (
            ("f", "fork here", f"a new lane goes on from {name} as it was"),
            ("r", "rewind the lane", f"{name} goes back to this step and on from there"),
            ("R", "rewind the race", "every lane that has come further goes back"),
        )
        self.app.push_screen(
            ChooseScreen(f"Step {count(step)} of {name}", answers), lambda key: self.branched(key or "", step)
        )

    def branched(self, key: str, step: int) -> None:
        """The answer."""
        if key == "f":
            self.do_fork()
        elif key:
            self.asked(Rewind(step, str(self.view.focus) if key == "r" else None), scrubbing=True)
