"""What a window asks of its race, and what came of it. Knows no key and no widget."""

from typing import Literal

from opttui.control.client import Client
from opttui.control.commands import (
    Add,
    AnyCommand,
    Drop,
    Fork,
    Freeze,
    Pace,
    Pause,
    Plane,
    Rescue,
    Restore,
    Resume,
    Set,
    Step,
    Thaw,
)
from opttui.printable import printable
from opttui.record.events import Event
from opttui.tui.choices import focus_on
from opttui.tui.rescue import rescue, standing
from opttui.tui.turning import next_pace, turned
from opttui.tui.view import RaceView


class Wishes:
    """Sends commands without waiting; their answers come with a later frame."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._asked: dict[int, AnyCommand] = {}
        """Commands without an answer yet, by number."""
        self._said: list[str] = []
        """Why something was not even asked for."""
        self._turned: list[tuple[str, str, float]] = []
        """Lane, hyper and value of turns whose events have not come yet."""
        self._begun: list[str] = []
        """What was said of lanes that were asked for here and have not been read yet."""

    def ask(self, command: AnyCommand) -> None:
        """Send a command."""
        self._asked[self._client.post(command)] = command
        if isinstance(command, Set):
            self._turned += [(command.lane, name, value) for name, value in command.values.items()]

    def refusals(self) -> list[str]:
        """Sentences of the commands that were refused since the last call."""
        found, self._said = self._said, []
        for reply in self._client.replies():
            command = self._asked.get(reply.number)
            if reply.kind != "received":
                self._asked.pop(reply.number, None)
            if reply.kind == "applied" and isinstance(command, Fork | Add | Rescue):
                self._begun.append(printable(reply.text))
            if reply.kind == "refused":
                found.append(reply.text)
                if isinstance(command, Set):
                    gone = [(command.lane, *turn) for turn in command.values.items()]
                    self._turned = [turn for turn in self._turned if turn not in gone]
        return found

    def follow(self, view: RaceView) -> None:
        """Focus the lane that was asked for here, once it has come: what is turned next is most likely its own."""
        if not self._begun:
            return
        for event in view.reader.events:
            if event.kind not in ("forked", "added") or event.text not in self._begun:
                continue
            if event.lane is not None and event.lane in view.lanes():
                self._begun.remove(event.text)
                if view.shows(event.lane):
                    focus_on(view, event.lane)

    def is_mine(self, event: Event) -> bool:
        """Whether the turn that an event tells of was asked for here; of each turn said once."""
        turn = str(event.lane), event.data.get("hyper"), event.data.get("new")
        if turn not in self._turned:
            return False
        self._turned.remove(turn)
        return True

    def toggle_pause(self, view: RaceView) -> None:
        """Pause or resume, by what was asked last where that is under way."""
        asked = [command for command in self._asked.values() if isinstance(command, Pause | Resume)]
        paused = isinstance(asked[-1], Pause) if asked else view.state == "paused"
        self.ask(Resume() if paused else Pause())

    def step(self, view: RaceView) -> None:
        """One step in every lane."""
        self.ask(Step())

    def change_pace(self, view: RaceView, faster: bool) -> None:
        """The next pace; shown at once."""
        view.pace = next_pace(view.pace, view.steps_per_second, faster)
        self.ask(Pace(view.pace))

    def choose_plane(self, view: RaceView, kind: Literal["pca", "random"]) -> None:
        """The paths in another plane."""
        self.ask(Plane(kind))

    def drop(self, view: RaceView) -> None:
        """The focused lane out of the race, or in again."""
        lane, held = str(view.focus), standing(view).held
        self.ask(Restore(lane) if held == "dropped" else Drop(lane))

    def freeze(self, view: RaceView) -> None:
        """Hold the focused lane, or let it go on."""
        lane, held = str(view.focus), standing(view).held
        self.ask(Thaw(lane) if held == "frozen" else Freeze(lane))

    def rescue(self, view: RaceView) -> None:
        """A fork of the focused lane, or of the newest that has diverged, from before it did, at half the rate."""
        wish = rescue(view)
        if isinstance(wish, str):
            self._said.append(wish)
        else:
            self.ask(wish)

    def turn(self, view: RaceView, up: bool) -> None:
        """Turn the chosen hyper of the focused lane, on top of turns that are still under way."""
        chosen = view.chosen_hyper()
        if chosen is None:
            return
        name, value = chosen
        for command in self._asked.values():
            if isinstance(command, Set) and command.lane == str(view.focus):
                value = command.values.get(name, value)
        self.ask(Set(str(view.focus), {name: turned(name, value, up)}))
