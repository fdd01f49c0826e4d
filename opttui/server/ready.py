"""Tells whoever started the race process how far it is, until it is ready. Knows nothing of races."""

import os

import msgspec

from opttui.control.launch import Progress


class ReadyPipe:
    """The writing end of the launcher's pipe; without one, or with nobody reading, nothing is said."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        if descriptor is not None:
            os.set_inheritable(descriptor, False)

    def waiting(self, what: str) -> None:
        """What comes next and may take a while."""
        self._say(Progress(waiting=what))

    def ready(self) -> None:
        """The race has begun; the last thing said."""
        self._say(Progress(ready=True))
        self._close()

    def failed(self, sentence: str, hint: str = "", user: bool = False, details: str = "") -> None:
        """There will be no race; the last thing said."""
        self._say(Progress(error=sentence, hint=hint, user=user, details=details))
        self._close()

    def _say(self, progress: Progress) -> None:
        if self._descriptor is None:
            return
        try:
            os.write(self._descriptor, msgspec.json.encode(progress) + b"\n")
        except OSError:  # the window has gone; the race goes on without it
            self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
