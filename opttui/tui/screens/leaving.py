"""The part of a race's screen that ends things: the window, the race, a process that hangs; and that goes on with one that
has gone. Knows no panel."""

from collections.abc import Callable

from opttui.control.client import Client
from opttui.control.commands import Stop
from opttui.control.outliving import login_manager
from opttui.errors import OpttuiError
from opttui.tui.lookout import Lookout
from opttui.tui.notices import answer
from opttui.tui.screens.exported import ExportedScreen
from opttui.tui.screens.leave import LeaveScreen


class LeavingScreen(ExportedScreen):
    """Dismissed with what became of the race."""

    lookout: Lookout
    _leaving = False

    def warn(self, sentence: str) -> None:
        """Say why something could not be done."""
        answer(self.app, sentence, "warning", timeout=5)

    def tell_what_ends_it(self) -> None:
        """Of a race that was started here: what would end it when its user leaves. Asked in a thread, it takes a moment."""
        launch = self.lookout.launch
        if launch is not None and not launch.again:
            self.in_thread(login_manager, lambda words: self.notify_plain(words) if words else None)

    def do_leave(self) -> None:
        """Leave; while the race lives, ask what becomes of it."""
        if self.view.state in ("ended", "crashed") or self.view.readonly:
            self.leave("ended" if self.view.state == "ended" else "left")
        else:
            hung_script = self.view.state == "hung" and self.view.reader.manifest.kind == "tracked"
            self.app.push_screen(LeaveScreen("mute" if hung_script else self.view.state), self.left)

    def left(self, wish: str | None) -> None:
        """The answer to the question."""
        if wish == "stop":
            self.stop()
        elif wish == "where":
            self.in_thread(self.lookout.way.stacks, self.notify_plain)
        elif wish == "go on":
            self.leave("left")

    def stop(self) -> None:
        """Ask the race to stop and leave when it has answered; one that does not answer is ended."""
        launch = self.lookout.launch
        if launch is not None and launch.poll() == "waiting":
            launch.stop()
            self.leave("stopped" if launch.again else "cancelled")
        elif self.view.state == "hung":
            self.in_thread(self.lookout.way.end, self.leave)
        else:
            self.in_thread(self._stopping, self.leave)

    def _stopping(self) -> str:
        way = self.lookout.way
        client = Client(way.path, "window", way)
        try:
            client.send(Stop(), timeout=5.0)
        finally:
            client.close()
        return "stopped"

    def resume_run(self, command: str = "") -> None:
        """Start a process that goes on with a run whose own has gone, a command first."""
        if self.lookout.way.host and not command:
            self.notify_plain(f"{self.lookout.way.to_type('resume')} …")
            self.in_thread(self._resume, lambda words: None)
            return
        try:
            self._resume(command)
        except OpttuiError as error:
            self.warn(str(error))

    def _resume(self, command: str = "") -> str:
        self.lookout.launch = self.lookout.way.resume(command)
        self.lookout.newest = None
        return ""

    def in_thread(self, do: Callable[[], str], then: Callable[[str], None]) -> None:
        """Do what takes seconds, then hand on what it came to; say what went wrong."""

        def work() -> None:
            try:
                came = do()
            except Exception as error:
                self.app.call_from_thread(self.notify, str(error), severity="error", markup=False)
            else:
                self.app.call_from_thread(then, came)

        self.run_worker(work, thread=True, group="stop", exit_on_error=False)

    def notify_plain(self, sentence: str) -> None:
        """Say something."""
        self.notify(sentence, markup=False)

    def leave(self, how: str) -> None:
        """Close this window."""
        if not self._leaving:
            self._leaving = True
            self.dismiss(how)
