"""The socket on which a tracked script answers windows. One that cannot be made leaves a script that nobody can ask."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from opttui.control.commands import Status
from opttui.control.sockets import bind, socket_path
from opttui.errors import RunError
from opttui.server.channel import Channel
from opttui.server.inbox import Inbox


class Ears:
    """Bound with its making, heard with `start`."""

    def __init__(self, path: Path) -> None:
        """Of the run at `path`, whose lock is held."""
        self.inbox = Inbox()
        self.socket = ""
        """Its file; empty where there is none."""
        self._listener: Any = None
        self._channel: Channel | None = None
        with contextlib.suppress(RunError, OSError):
            file = socket_path(path)
            self._listener = bind(file)
            self.socket = os.fspath(file)

    def start(self, status: Callable[[], Status]) -> None:
        """Answer from now on."""
        if self._listener is not None:
            self._channel = Channel(self._listener, self.inbox, status)
            self._channel.start()

    def close(self) -> None:
        """Bring the last answers and hang up."""
        if self._channel is not None:
            self._channel.close()
        elif self._listener is not None:
            self._listener.close()
        if self.socket:
            with contextlib.suppress(OSError):
                Path(self.socket).unlink()
        self.inbox.close()

    def forsake(self) -> None:
        """In a forked child: its copy of the socket must not keep a dead script's line open."""
        if self._listener is not None:
            self._listener.close()
