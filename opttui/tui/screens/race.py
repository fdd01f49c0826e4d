"""The screen of one race: panels drawn from the record, keys sent as commands. Knows no torch and no formula."""

import time
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from opttui.control.client import Client
from opttui.control.commands import Stop
from opttui.tui import frames
from opttui.tui.actions import ACTIONS, BY_ID, GROUPS, possible
from opttui.tui.app import OpttuiApp
from opttui.tui.chart import Chart
from opttui.tui.choices import focus_on
from opttui.tui.clock import FASTEST, FrameRate, Speedometer
from opttui.tui.keys import bindings
from opttui.tui.layout import KEYS, Place, places
from opttui.tui.lookout import EVERY, Lookout
from opttui.tui.panels import row_at
from opttui.tui.screens.help import SIGNS, HelpScreen
from opttui.tui.screens.leave import LeaveScreen
from opttui.tui.screens.palette import ActionPalette
from opttui.tui.view import RaceView
from opttui.tui.wishes import Wishes

MOST_BYTES = 4_000_000
"""Read of each lane's log for one frame, so that attaching to a long run stays responsive."""


class RacePalette(ActionPalette):
    """Every action of the race's screen."""

    ACTIONS = ACTIONS


class RaceScreen(Screen[str]):
    """Dismissed with what became of the race: `left`, `stopped`, `ended`, `failed`, or `cancelled` before its begin."""

    BINDINGS: ClassVar = bindings(ACTIONS)
    COMMANDS: ClassVar = {RacePalette}
    CSS_PATH = "dialogs.tcss"
    DEFAULT_CSS = "RaceScreen { background: $background; layers: base; overflow: hidden; }"
    AUTO_FOCUS = None

    def __init__(self, view: RaceView, client: Client, lookout: Lookout) -> None:
        super().__init__()
        self.view, self.lookout = view, lookout
        self.wishes = Wishes(client)
        self.chosen = "loss"
        """The panel that F1–F4 chose."""
        self.alone = False
        """Whether it is shown alone."""
        self._places: dict[str, Place] = {}
        self._frame = FrameRate()
        self._speed = Speedometer()
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
        for sentence in self.wishes.refusals():
            self.warn(sentence)
        step = max((reader.last[0] + 1 for reader in view.reader.lanes if reader.last), default=0.0)
        if view.state == "running":
            speed = self._speed.speed(now, step)
            view.steps_per_second = speed if speed is None or speed >= 10 else round(speed, 1)
        else:
            self._speed.reset()

    def signature(self) -> tuple[Any, ...]:
        """What a frame is drawn from: while it stays the same, nothing is drawn and nothing is written."""
        view = self.view
        speed = view.steps_per_second if view.state == "running" else None
        shown = (view.state, view.reason, view.pace, speed and f"{speed:.2g}")
        return (view.reader.version, *view.choices(), self.chosen, self.alone, *shown)

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Every action of the table is always taken, so that it can say why it cannot be done."""
        return True

    def action_do(self, id_: str) -> None:
        """Do what the table of actions says of a key."""
        action = BY_ID[id_]
        live = self.view.state in ("running", "paused", "hung", "starting")
        why = possible(action, readonly=self.view.readonly, live=live)
        if why:
            self.warn(why)
        elif action.wish is not None:
            action.wish(self.wishes, self.view)
            self.redraw()
        elif action.choose is not None:
            action.choose(self.view)
            self.redraw()
        else:
            getattr(self, f"do_{id_}")()

    def warn(self, sentence: str) -> None:
        """Say why something could not be done."""
        self.notify(sentence, severity="warning", markup=False)

    def do_full(self) -> None:
        """The chosen panel alone, or all again."""
        self.alone = not self.alone
        self.lay_out()

    def do_back(self) -> None:
        """All panels."""
        if self.alone:
            self.do_full()

    def choose(self, key: str) -> None:
        """Choose a panel."""
        self.chosen = key
        self.lay_out()

    def do_panel_loss(self) -> None:
        """Choose the loss panel."""
        self.choose("loss")

    def do_panel_path(self) -> None:
        """Choose the path panel."""
        self.choose("path")

    def do_panel_rate(self) -> None:
        """Choose the learning rates."""
        self.choose("rate")

    def do_panel_table(self) -> None:
        """Choose the table."""
        self.choose("table")

    def do_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def do_theme(self) -> None:
        """Other colours."""
        if isinstance(self.app, OpttuiApp):
            self.app.next_palette()

    def do_help(self) -> None:
        """Open the help."""
        self.app.push_screen(HelpScreen(ACTIONS, GROUPS, SIGNS))

    def on_click(self, event: events.Click) -> None:
        """Choose the panel under the mouse; in the table, focus the lane."""
        for key, place in self._places.items():
            x, y = event.screen_x - place.x, event.screen_y - 1 - place.y
            if 0 <= x < place.width and 0 <= y < place.height:
                lane = row_at(self.view, place.width, place.height - 1, y - 1) if key == "table" else None
                if lane is not None:
                    focus_on(self.view, lane)
                    self.redraw()
                elif key != self.chosen:
                    self.choose(key)

    # leaving

    def do_leave(self) -> None:
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
            self.leave("cancelled")
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
