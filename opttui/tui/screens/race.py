"""The screen of one race: panels drawn from the record, keys sent as commands. Knows no torch and no formula."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.timer import Timer

from opttui.control.client import Client
from opttui.tui import frames
from opttui.tui.actions import ACTIONS, BY_ID, GROUPS, possible
from opttui.tui.chart import Chart
from opttui.tui.choices import filter_by, metric_by
from opttui.tui.clock import FASTEST, FrameRate, Meter, Speedometer
from opttui.tui.keys import bindings
from opttui.tui.layout import KEYS, Place, places, resized
from opttui.tui.line import line_of
from opttui.tui.lookout import EVERY, Lookout
from opttui.tui.mouse import Mouse
from opttui.tui.news import Newsroom
from opttui.tui.notices import answer, lift
from opttui.tui.panels.copied import copied, copied_words
from opttui.tui.panels.measures import Costs
from opttui.tui.reading import follow_plane
from opttui.tui.rescue import rescue
from opttui.tui.screens.filter import FilterScreen
from opttui.tui.screens.help import SIGNS
from opttui.tui.screens.leaving import LeavingScreen
from opttui.tui.scripts import refused
from opttui.tui.straight import show_all
from opttui.tui.view import RaceView
from opttui.tui.wishes import Wishes

if TYPE_CHECKING:
    from textual.command import Provider

MOST_BYTES = 4_000_000
"""Read of each lane's log for one frame, so that attaching to a long run stays responsive."""


REVIVING = ("fork", "branch", "add", "rescue")
"""What a race that has come to its end can go on with."""
METRIC_HINT = "words of a metric for the loss panel · enter keeps · esc shows the loss"
GONE = "gone"
"""What the app returns when its terminal was closed: there is nobody to say goodbye to."""


def palette() -> "type[Provider]":
    """Every action of this screen, by its words."""
    # Its widgets take 50 ms to load, and the first frame shows none of them.
    from opttui.tui.screens.palette import palette_of  # noqa: PLC0415

    return palette_of(ACTIONS)


class RaceScreen(LeavingScreen):
    """Dismissed with what became of the race: `left`, `stopped`, `ended`, `failed`, or `cancelled` before its begin."""

    TABLE, TABLE_GROUPS, TABLE_SIGNS = ACTIONS, GROUPS, SIGNS
    BINDINGS: ClassVar = bindings(sorted(ACTIONS, key=lambda action: action.mode == ""))
    COMMANDS: ClassVar = {palette}
    CSS_PATH = "dialogs.tcss"
    DEFAULT_CSS = "RaceScreen { background: $background; layers: base; overflow: hidden; }"
    AUTO_FOCUS = None
    ALLOW_SELECT = False

    def __init__(self, view: RaceView, client: Client, lookout: Lookout) -> None:
        super().__init__()
        self.view, self.lookout = view, lookout
        self.wishes = Wishes(client)
        self.mouse = Mouse(view)
        self._places: dict[str, Place] = {}
        self._laid: tuple[Any, ...] = ()
        """What the places were made from."""
        self._filled: object = None
        """The size that they fill."""
        self._costs, self._meter = Costs(), Meter()
        self._news = Newsroom(len(view.reader.events))
        self._frame = FrameRate()
        self._speed = Speedometer()
        self._drawn: tuple[Any, ...] = ()
        """What the last frame was drawn from."""
        self._waiting: list[str] = []
        """Panels that have not been drawn since something has changed; one of them is in every frame."""
        self.rest = 2.0
        """Between two frames that keys draw, so many times what a frame costs is left for all else."""
        self._rested = 0.0
        """When that is over."""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """A chart for each panel, one above and one below."""
        for key in ("top", *KEYS, "compare", "bottom"):
            yield Chart(key)

    def on_mount(self) -> None:
        """Lay out, draw the first frame and start the clock."""
        self.line = line_of(self.app)
        self.lookout.judge(self.view)
        self.lay_out()
        self._timer = self.set_interval(1 / FASTEST, self.tick)
        self.set_interval(EVERY, self.watch_race)
        self.watch_race()
        self.tell_what_ends_it()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out again, unless nothing has changed since."""
        if event.size != self._filled:
            self.lay_out()

    def lay_out(self) -> None:
        """Give every chart its place; the whole frame is drawn anew."""
        width, height = self._filled = self.size
        self._laid = self.shape()
        above, below = frames.room(self.view, height)
        view, room = self.view, height - above - below
        self._places = places(width, room, view.lines_wanted(), view.chosen, view.alone, view.sight())
        if view.comparing:
            self._places = {"compare": Place(0, 0, width, room)}
        # Nothing in a comparison is chosen or read with the mouse.
        self.mouse.places = {} if view.comparing else self._places
        self.mouse.size = (width, room)
        shown = {key: Place(p.x, p.y + above, p.width, p.height) for key, p in self._places.items()}
        shown["top"] = Place(0, 0, width, above)
        shown["bottom"] = Place(0, height - below, width, below)
        lift(self, below)
        for chart in self.query(Chart):
            place = shown.get(chart.id or "")
            chart.display = place is not None and place.width > 0 and place.height > 0
            if place is not None:
                chart.styles.offset = (place.x, place.y)
                chart.styles.width, chart.styles.height = place.width, place.height
        self._drawn = ()
        self.draw()

    def above(self) -> int:
        """Rows above the room of the panels."""
        return frames.room(self.view, self.size.height)[0]

    def shape(self) -> tuple[Any, ...]:
        """What the panels' places depend on beside the terminal's size."""
        view = self.view
        return (
            view.comparing,
            view.sight(),
            view.chosen,
            view.alone,
            view.measures,
            view.back,
            view.lines_wanted(),
        )

    def tick(self) -> None:
        """A frame, if one is due and anything has changed."""
        begin = time.monotonic()
        if self.line.gone():
            self.line.let_go()
            self.app.exit(GONE)
        if not self._frame.due(begin) or not self.is_current:
            return
        self.look(begin)
        if self.shape() != self._laid:
            # A problem that has turned out to have something to look at, or lanes that have come.
            self.lay_out()
        changed = self.signature() != self._drawn
        if self.line.behind() or not (changed or self._waiting):
            return
        if self.view.state == "running" and self._drawn:
            self.draw_some(changed)
        else:
            self.draw()
        self._frame.drew(begin, time.monotonic() - begin)

    def look(self, now: float) -> None:
        """Read what is new in the record, in the replies and of the process."""
        view, launch = self.view, self.lookout.launch
        view.now = now
        if launch is not None and launch.poll() == "failed":
            if not launch.again:
                self.leave("failed")
                return
            self.warn(" ".join(filter(None, (launch.message, launch.hint))))
            self.lookout.launch = None
        view.reader.poll(MOST_BYTES)
        for run in view.beside:
            run.poll(MOST_BYTES)
        follow_plane(view)
        self.lookout.judge(view)
        for sentence in self.wishes.refusals():
            self.warn(sentence)
        self.wishes.follow(view)
        step = max((reader.last[0] + 1 for reader in view.reader.lanes if reader.last), default=0.0)
        if view.state == "running":
            # A window that still reads what was there before it would take that for the race's speed.
            speed = self._speed.speed(now, step)
            speed = self.lookout.speed() or speed
            view.steps_per_second = speed if speed is None or speed >= 10 else round(speed, 1)
        else:
            self._speed.reset()
        for fact in self._news.fresh(view.reader.manifest, view.reader.events, self.wishes.is_mine):
            # On a tiny terminal a toast would hide all the rest.
            if self.size.height >= 12:
                text = fact.sentence + ("" if view.readonly else fact.key)
                self.notify(text, severity=fact.severity, markup=False)  # type: ignore[arg-type]
        rates = self._meter.rates(now, self.line.bytes, time.process_time())
        if rates is not None:
            self._costs = Costs(*rates)

    def signature(self) -> tuple[Any, ...]:
        """What a frame is drawn from: while it stays the same, nothing is drawn and nothing is written."""
        view = self.view
        speed = view.steps_per_second if view.state == "running" else None
        shown = (view.state, view.reason, view.pace, view.behind >> 20, speed and f"{speed:.2g}")
        measured: tuple[Any, ...] = (self.hover, self._costs) if view.measures else ()
        measured += (view.kept,) if view.back else ()
        read = view.reader.machine.version if "machine" in self._places else 0
        return (view.reader.version, read, *view.choices(), *shown, *measured)

    def draw(self) -> None:
        """Draw every panel and the lines."""
        self._drawn, self._waiting = self.signature(), []
        self.paint(list(self._places))

    def draw_some(self, changed: bool) -> None:
        """Draw the chosen panel where anything has changed, one of the others in turn, and the lines."""
        chosen = self.view.chosen
        if changed:
            self._drawn = self.signature()
            self._waiting += [key for key in self._places if key not in (chosen, *self._waiting)]
        turn = [self._waiting.pop(0)] if self._waiting else []
        self.paint([chosen, *turn] if changed else turn)

    def paint(self, keys: Sequence[str]) -> None:
        """Draw some panels and the lines; on a terminal that does not read nothing, and all of it later."""
        width, height = self.size
        if not width or not height or self.line.behind():
            self._drawn = ()
            return
        self._meter.frames += 1
        view, chosen = self.view, self.view.chosen
        pictures = {
            key: frames.framed(view, key, place, key in (chosen, "compare"))
            for key, place in self._places.items()
            if key in keys
        }
        above, below = frames.room(view, height)
        if above:
            pictures["top"] = frames.top(view, width)
        if below:
            pictures["bottom"] = frames.bottom(view, width, below, self.hover, self._costs)
        show_all(self, {self.chart(key): picture for key, picture in pictures.items()})

    def chart(self, key: str) -> Chart:
        """The chart of a panel."""
        return self.query_one(f"#{key}", Chart)

    def watch_race(self) -> None:
        """Look at lock and socket in a thread, one look at a time."""
        if self.view.state != "ended" and not self.view.reader.foreign:
            self.run_worker(
                self.lookout.look, thread=True, exclusive=False, group="look", exit_on_error=False
            )

    def redraw(self) -> None:
        """After a key: draw now, so that it is felt at once; in a flood of keys, with the clock."""
        self.lookout.judge(self.view)
        begin = time.monotonic()
        if begin < self._rested and self.shape() == self._laid:
            self._drawn = ()
            return
        if self.shape() != self._laid:
            self.lay_out()
        else:
            self.draw()
        end = time.monotonic()
        self._rested = end + self.rest * (end - begin)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Every action of the table is taken, so that it can say why it cannot be done; some only back in time."""
        known = BY_ID.get(str(parameters[0])) if action == "do" and parameters else None
        return known is None or not known.mode or self.view.back

    def action_do(self, id_: str) -> None:
        """Do what the table of actions says of a key."""
        action = BY_ID[id_]
        view, manifest = self.view, self.view.reader.manifest
        again = view.state == "ended" and manifest.kind == "race" and id_ in REVIVING
        live = again or view.state in ("running", "paused", "hung", "starting", "lost")
        why = possible(
            action,
            readonly=view.readonly,
            live=live,
            foreign=view.reader.foreign,
            panels=view.panels(),
            metrics=bool(view.metrics()),
            refused=refused(manifest, id_) if live else "",
        )
        race = manifest.kind == "race"
        if id_ == "toggle_pause" and view.state == "crashed" and race and not view.readonly:
            self.resume_run()
        elif why:
            self.warn(why)
        elif again and id_ == "rescue":
            wish = rescue(view)
            if isinstance(wish, str):
                self.warn(wish)
            else:
                self.send(wish)
        elif action.wish is not None:
            action.wish(self.wishes, self.view)
            self.redraw()
        elif action.choose is not None:
            action.choose(self.view)
            self.redraw()
        else:
            getattr(self, f"do_{id_}")()

    def key_under(self, x: int, y: int) -> str:
        """The action whose key stands in a cell of the last line."""
        above, below = frames.room(self.view, self.size.height)
        last = self.size.height - above - 1
        return frames.key_at(self.view, self.size.width, x) if below and y == last else ""

    def do_wider(self) -> None:
        """Give the chosen panel more width."""
        self.resize_panel(across=4)

    def do_narrower(self) -> None:
        """Less width."""
        self.resize_panel(across=-4)

    def do_higher(self) -> None:
        """More height."""
        self.resize_panel(down=1)

    def do_lower(self) -> None:
        """Less height."""
        self.resize_panel(down=-1)

    def resize_panel(self, across: int = 0, down: int = 0) -> None:
        """Move the borders of the chosen panel."""
        self.view.shape = resized(self.view.shape, self._places, self.view.chosen, across, down)
        self.redraw()

    def do_filter(self) -> None:
        """Ask for words to filter lanes by; follow them while they are typed."""
        self.app.push_screen(FilterScreen(self.view.words, self.filter_by), self.filter_by)

    def do_metric(self) -> None:
        """Ask which number the loss panel shows; follow the words while they are typed."""
        self.app.push_screen(FilterScreen("", self.metric_by, METRIC_HINT), self.metric_by)

    def metric_by(self, words: str | None) -> None:
        """Show the metric that some words fit."""
        metric_by(self.view, words or "")
        self.redraw()

    def filter_by(self, words: str | None) -> None:
        """Show the lanes that some words fit."""
        filter_by(self.view, words or "")
        self.redraw()

    def do_copy(self) -> None:
        """Hand the values at the cursor to the terminal's clipboard (OSC 52)."""
        self.app.copy_to_clipboard(copied(self.view))
        answer(self.app, copied_words(self.view))
