"""The screen of one race: panels drawn from the record, keys sent as commands. Knows no torch and no formula."""

import time
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from opttui.control.client import Client
from opttui.control.commands import AnyCommand, Pace, Pause, Resume, Set, Step, Stop
from opttui.tui import frames
from opttui.tui.actions import ACTIONS, possible
from opttui.tui.chart import Chart
from opttui.tui.clock import FASTEST, FrameRate, Speedometer
from opttui.tui.keys import bindings
from opttui.tui.layout import KEYS, Place, places
from opttui.tui.lookout import EVERY, Lookout
from opttui.tui.panels import row_at
from opttui.tui.screens.help import HelpScreen
from opttui.tui.screens.leave import LeaveScreen
from opttui.tui.screens.palette import RaceActions
from opttui.tui.turning import next_pace, turned
from opttui.tui.view import AXES, MARKERS, RaceView

MOST_BYTES = 4_000_000
"""Read of each lane's log for one frame, so that attaching to a long run stays responsive."""


class RaceScreen(Screen[str]):
    """Dismissed with what became of the race: `left`, `stopped`, `ended` or `failed`."""

    BINDINGS: ClassVar = bindings()
    COMMANDS: ClassVar = {RaceActions}
    DEFAULT_CSS = "RaceScreen { background: #0d1017; layers: base; overflow: hidden; }"
    AUTO_FOCUS = None

    def __init__(self, view: RaceView, client: Client, lookout: Lookout) -> None:
        super().__init__()
        self.view, self.client, self.lookout = view, client, lookout
        self.chosen = "loss"
        """The panel that F1–F4 chose."""
        self.alone = False
        """Whether it is shown alone."""
        self._places: dict[str, Place] = {}
        self._frame = FrameRate()
        self._speed = Speedometer()
        self._asked: dict[int, AnyCommand] = {}
        """Commands without an answer yet, by number."""
        self._drawn: tuple[Any, ...] = ()
        """What the last frame was drawn from."""
        self._count = 0
        self._leaving = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """A chart for each panel, one above and one below."""
        for key in ("top", *KEYS, "bottom"):
            yield Chart(key)

    def on_mount(self) -> None:
        """Lay out, draw the first frame and start the clock."""
        self.lookout.judge(self.view)
        self.lay_out()
        self._timer = self.set_interval(1 / FASTEST, self.tick)
        self.set_interval(EVERY, self.watch_race)
        self.watch_race()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out again."""
        self.lay_out()

    def lay_out(self) -> None:
        """Give every chart its place; the whole frame is drawn anew."""
        width, height = self.size
        below = 2 if height >= 6 else 0
        above = 1 if height >= 3 else 0
        self._places = places(width, height - above - below, len(self.view.lanes()), self.chosen, self.alone)
        shown = {key: Place(p.x, p.y + above, p.width, p.height) for key, p in self._places.items()}
        shown["top"] = Place(0, 0, width, above)
        shown["bottom"] = Place(0, height - below, width, below)
        for chart in self.query(Chart):
            place = shown.get(chart.id or "")
            chart.display = place is not None and place.width > 0 and place.height > 0
            if place is not None:
                chart.styles.offset = (place.x, place.y)
                chart.styles.width, chart.styles.height = place.width, place.height
        self._drawn = ()
        self.draw(everything=True)

    def tick(self) -> None:
        """A frame, if one is due and anything has changed."""
        begin = time.monotonic()
        if not self._frame.due(begin) or not self.is_current:
            return
        self.look(begin)
        if self.signature() == self._drawn:
            return
        self._count += 1
        self.draw(everything=self._count % 2 == 0 or self.view.state != "running")
        self._frame.drew(begin, time.monotonic() - begin)

    def look(self, now: float) -> None:
        """Read what is new in the record, in the replies and of the process."""
        view, launch = self.view, self.lookout.launch
        if launch is not None and launch.poll() == "failed":
            self.leave("failed")
            return
        view.reader.poll(MOST_BYTES)
        self.lookout.judge(view)
        self.answer()
        step = max((reader.last[0] + 1 for reader in view.reader.lanes if reader.last), default=0.0)
        if view.state == "running":
            speed = self._speed.speed(now, step)
            view.steps_per_second = speed if speed is None or speed >= 10 else round(speed, 1)
        else:
            self._speed.reset()

    def signature(self) -> tuple[Any, ...]:
        """What a frame is drawn from: while it stays the same, nothing is drawn and nothing is written."""
        view = self.view
        choices = (view.focus, view.hyper, view.axis, view.log, view.marker, self.chosen, self.alone)
        speed = view.steps_per_second if view.state == "running" else None
        return (view.reader.version, *choices, view.state, view.reason, view.pace, speed and f"{speed:.2g}")

    def draw(self, everything: bool) -> None:
        """Draw the chosen panel and the lines; with `everything`, all panels."""
        width, height = self.size
        if not width or not height:
            return
        if everything:
            self._drawn = self.signature()
        for key, place in self._places.items():
            if everything or key == self.chosen:
                self.chart(key).show(frames.framed(self.view, key, place, key == self.chosen))
        if height >= 3:
            self.chart("top").show(frames.top(self.view, width))
        if height >= 6:
            self.chart("bottom").show(frames.bottom(self.view, width))

    def chart(self, key: str) -> Chart:
        """The chart of a panel."""
        return self.query_one(f"#{key}", Chart)

    def watch_race(self) -> None:
        """Look at lock and socket in a thread, one look at a time."""
        if self.view.state != "ended":
            self.run_worker(
                self.lookout.look, thread=True, exclusive=False, group="look", exit_on_error=False
            )

    def redraw(self) -> None:
        """After a key: draw now, so that it is felt at once."""
        self.lookout.judge(self.view)
        self.draw(everything=True)

    # commands to the race

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Every action of the table is always taken, so that it can say why it cannot be done."""
        return True

    def ask(self, command: AnyCommand) -> None:
        """Send a command; its answer comes with a later frame."""
        self._asked[self.client.post(command)] = command

    def answer(self) -> None:
        """What the race said to the commands."""
        for reply in self.client.replies():
            if reply.kind == "received":
                continue
            self._asked.pop(reply.number, None)
            if reply.kind == "refused":
                self.notify(reply.text, severity="warning", markup=False)

    def allowed(self, id_: str) -> bool:
        """Whether an action can be done; says why when it cannot."""
        action = next(action for action in ACTIONS if action.id == id_)
        live = self.view.state in ("running", "paused", "hung", "starting")
        why = possible(action, readonly=self.view.readonly, live=live)
        if why:
            self.notify(why, severity="warning", markup=False)
        return not why

    def action_toggle_pause(self) -> None:
        """Pause or resume."""
        if self.allowed("toggle_pause"):
            self.ask(Resume() if self.view.state == "paused" else Pause())

    def action_step(self) -> None:
        """One step."""
        if self.allowed("step"):
            self.ask(Step())

    def action_slower(self) -> None:
        """A lower pace."""
        self.change_pace("slower", faster=False)

    def action_faster(self) -> None:
        """A higher pace."""
        self.change_pace("faster", faster=True)

    def change_pace(self, id_: str, faster: bool) -> None:
        """Another pace; shown at once."""
        if self.allowed(id_):
            view = self.view
            pace = next_pace(view.pace, view.steps_per_second, faster)
            view.pace = pace
            self.ask(Pace(pace))
            self.redraw()

    def action_turn_down(self) -> None:
        """Turn the chosen hyper down."""
        self.turn("turn_down", up=False)

    def action_turn_up(self) -> None:
        """Turn the chosen hyper up."""
        self.turn("turn_up", up=True)

    def turn(self, id_: str, up: bool) -> None:
        """Turn the chosen hyper of the focused lane, on top of turns that are still under way."""
        chosen = self.view.chosen_hyper()
        if not self.allowed(id_) or chosen is None:
            return
        name, value = chosen
        for command in self._asked.values():
            if isinstance(command, Set) and command.lane == str(self.view.focus):
                value = command.values.get(name, value)
        self.ask(Set(str(self.view.focus), {name: turned(name, value, up)}))

    # choices of the viewer

    def action_focus_lane(self, number: int) -> None:
        """Focus a lane by its place."""
        lanes = self.view.lanes()
        if number <= len(lanes):
            self.focus_on(lanes[number - 1])

    def action_next_lane(self) -> None:
        """Focus the next lane."""
        self.move_focus(1)

    def action_previous_lane(self) -> None:
        """Focus the previous lane."""
        self.move_focus(-1)

    def move_focus(self, by: int) -> None:
        """Focus another lane, round and round."""
        lanes = self.view.lanes()
        if lanes:
            self.focus_on(lanes[(lanes.index(self.view.focus) + by) % len(lanes)])

    def focus_on(self, lane: int) -> None:
        """Focus a lane, keeping the chosen hyper where the new lane has it too."""
        name = (self.view.chosen_hyper() or ("lr", 0.0))[0]
        self.view.focus = lane
        names = list(self.view.hypers_now(lane))
        self.view.hyper = names.index(name) if name in names else 0
        self.redraw()

    def action_next_hyper(self) -> None:
        """Choose the next hyper."""
        self.move_hyper(1)

    def action_previous_hyper(self) -> None:
        """Choose the previous hyper."""
        self.move_hyper(-1)

    def move_hyper(self, by: int) -> None:
        """Choose another hyper of the focused lane."""
        count = len(self.view.hypers_now(self.view.focus))
        if count:
            self.view.hyper = (self.view.hyper + by) % count
            self.redraw()

    def action_toggle_log(self) -> None:
        """Linear or by logarithm."""
        self.view.log = not self.view.log
        self.redraw()

    def action_next_axis(self) -> None:
        """Another axis."""
        self.view.axis = AXES[(AXES.index(self.view.axis) + 1) % len(AXES)]
        self.redraw()

    def action_next_marker(self) -> None:
        """Another kind of dots."""
        self.view.marker = MARKERS[(MARKERS.index(self.view.marker) + 1) % len(MARKERS)]
        self.redraw()

    def action_full(self) -> None:
        """The chosen panel alone, or all again."""
        self.alone = not self.alone
        self.lay_out()

    def action_back(self) -> None:
        """All panels."""
        if self.alone:
            self.alone = False
            self.lay_out()

    def choose(self, key: str) -> None:
        """Choose a panel."""
        self.chosen = key
        self.lay_out()

    def action_panel_loss(self) -> None:
        """Choose the loss panel."""
        self.choose("loss")

    def action_panel_path(self) -> None:
        """Choose the path panel."""
        self.choose("path")

    def action_panel_rate(self) -> None:
        """Choose the learning rates."""
        self.choose("rate")

    def action_panel_table(self) -> None:
        """Choose the table."""
        self.choose("table")

    def action_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def action_help(self) -> None:
        """Open the help."""
        self.app.push_screen(HelpScreen())

    def on_click(self, event: events.Click) -> None:
        """Choose the panel under the mouse; in the table, focus the lane."""
        for key, place in self._places.items():
            x, y = event.screen_x - place.x, event.screen_y - 1 - place.y
            if 0 <= x < place.width and 0 <= y < place.height:
                lane = row_at(self.view, place.width, place.height - 1, y - 1) if key == "table" else None
                if lane is not None:
                    self.focus_on(lane)
                elif key != self.chosen:
                    self.choose(key)

    # leaving

    def action_leave(self) -> None:
        """Leave; while the race lives, ask what becomes of it."""
        if self.view.state in ("ended", "crashed") or self.view.readonly:
            self.leave("ended" if self.view.state == "ended" else "left")
        else:
            self.app.push_screen(LeaveScreen(self.view.state), self.left)

    def left(self, wish: str | None) -> None:
        """The answer to the question."""
        if wish == "stop":
            self.stop()
        elif wish == "go on":
            self.leave("left")

    def stop(self) -> None:
        """Ask the race to stop and leave when it has answered."""
        if self.lookout.launch is not None and self.lookout.launch.poll() == "waiting":
            self.lookout.launch.stop()
            self.leave("stopped")
            return
        self.run_worker(self._stopping, thread=True, group="stop", exit_on_error=False)

    def _stopping(self) -> None:
        client = Client(self.view.reader.path, "window")
        try:
            client.send(Stop(), timeout=5.0)
        except Exception as error:
            self.app.call_from_thread(self.notify, str(error), severity="error", markup=False)
        else:
            self.app.call_from_thread(self.leave, "stopped")
        finally:
            client.close()

    def leave(self, how: str) -> None:
        """Close this window."""
        if not self._leaving:
            self._leaving = True
            self.dismiss(how)
