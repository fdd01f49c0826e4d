"""The way from a window to a race: whether it lives, a line to it, and what to type. Here through lock and socket; a
race on another machine has a way of its own. Knows no message and no screen."""

import socket
from pathlib import Path
from typing import Protocol

from opttui.control.identity import is_suspended
from opttui.control.kill import kill
from opttui.control.launch import Launch, start
from opttui.control.life import Life, life
from opttui.control.sockets import check, is_ours
from opttui.control.stacks import stacks
from opttui.errors import RunError
from opttui.record.layout import LOG
from opttui.record.rundir import read_manifest
from opttui.scenario.foreign import foreign_code


class Way(Protocol):
    """Used by the screen's thread and by the one that looks; each call is whole."""

    @property
    def path(self) -> Path:
        """The record to read."""

    @property
    def host(self) -> str:
        """The machine where the race is; empty for this one."""

    def life(self) -> Life:
        """How the run lives; RunError when it cannot be read. Never blocks."""

    def connect(self) -> socket.socket:
        """A line to the race process, non-blocking; OSError or RunError when there is none now."""

    def trouble(self) -> str:
        """Why nobody knows how the race stands, as a sentence; empty when it can be asked."""

    def silence(self) -> str:
        """What can be said of a process that holds the run and does not answer, as half a sentence."""

    def behind(self) -> int:
        """Bytes of the record that are there and not yet here."""

    def to_type(self, verb: str) -> str:
        """The command line that does something to this run."""

    def end(self) -> str:
        """End a process that does not answer; how it came out. RunError when it cannot be. Takes seconds."""

    def stacks(self) -> str:
        """Have the process write where it is; the sentence that says where. RunError when it does not."""

    def resume(self, command: str = "") -> Launch | None:
        """Start a process that goes on with the run, a command first; None where it is on its way and says so itself.
        RunError when there can be none from here. Takes seconds on another machine; here it belongs to the main thread."""


class Here:
    """A run of this machine."""

    host = ""

    def __init__(self, path: Path) -> None:
        self.path = path

    def life(self) -> Life:
        """By its lock and its manifest."""
        return life(self.path)

    def connect(self) -> socket.socket:
        """Through its socket."""
        process = read_manifest(self.path).process
        if process is None:
            raise RunError("not running")
        check(Path(process.socket))
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            connection.connect(process.socket)
            if not is_ours(connection):
                raise RunError("somebody else answers")
        except BaseException:
            connection.close()
            raise
        return connection

    def trouble(self) -> str:
        """None that is not the race's own."""
        return ""

    def silence(self) -> str:
        """Whether somebody has suspended it; else what is wrong with its socket."""
        try:
            process = read_manifest(self.path).process
            if process is None:
                return ""
            if is_suspended(process):
                return f"its process is suspended, and kill -CONT {process.pid} lets it go on"
            check(Path(process.socket))
        except RunError as error:
            return error.message.rstrip(".")
        return ""

    def behind(self) -> int:
        """None: it is read where it is written."""
        return 0

    def to_type(self, verb: str) -> str:
        """By its name."""
        return f"opttui {verb} {self.path.name}"

    def end(self) -> str:
        """By SIGTERM, and SIGKILL five seconds later."""
        kill(self.path)
        return "stopped" if self.life() == "ended" else "killed"

    def stacks(self) -> str:
        """Into its log."""
        stacks(self.path)
        return f"The stacks of its threads are in {self.path / LOG}."

    def resume(self, command: str = "") -> Launch | None:
        """As `opttui resume` does, which also asks about code."""
        manifest = read_manifest(self.path)
        if manifest.kind == "tracked":
            raise RunError(f"{self.path.name} is a tracked script, and only the script itself can go on.")
        if foreign_code(manifest.scenario):
            raise RunError("The race names code of its own.", f"{self.to_type('resume')} asks about it.")
        launch = start(self.path, command)
        launch.again = True
        return launch
