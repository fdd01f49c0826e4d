"""Windows behind the page: a process each, which draws for one browser. Knows no request and no token."""

import asyncio
import contextlib
import os
import shlex
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from opttui.control.launch import environment

PATIENCE = 3.0
"""Seconds that a window has to end by itself."""
LEAST, MOST = (20, 5), (1000, 400)
"""Columns and rows that a browser may ask for."""


class BrowserWindow(AppService):
    """A window's process, and the packets to it and from it."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[object]],
    ) -> None:
        """`arguments`: of `python -m opttui.tui.served`."""
        command = " ".join(
            ["exec", *map(shlex.quote, [sys.executable, "-P", "-m", "opttui.tui.served", *arguments])]
        )
        super().__init__(
            command,
            write_bytes=write_bytes,
            write_str=write_str,
            close=close,  # type: ignore[arg-type]
            download_manager=DownloadManager(),
        )

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        found = {**super()._build_environment(width, height), **environment()}
        # The browser shows colours, whatever the terminal does in which the server was started.
        for name in ("NO_COLOR", "TEXTUAL", "TEXTUAL_LOG"):
            found.pop(name, None)
        return {
            **found,
            "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "TERM": "xterm-256color",
            "COLUMNS": str(width),
            "ROWS": str(height),
            "OPTTUI_SERVED_BY": str(os.getpid()),
        }

    async def start(self, width: int, height: int) -> None:
        """Start the process with a screen of so many cells."""
        await super().start(*bounded(width, height))

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Another size."""
        await super().set_terminal_size(*bounded(width, height))

    async def stop(self) -> None:
        """Have the process end, by force if it will not."""
        task, self._task = self._task, None
        if task is None:
            return
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.send_meta({"type": "quit"}), PATIENCE)
        await asyncio.wait({task}, timeout=PATIENCE)
        if self._process is not None:
            await ended(self._process)
        task.cancel()
        await asyncio.wait({task})

    async def on_meta(self, data: bytes) -> None:
        """Of what the window says only its end matters: pages are not opened, files not handed out."""
        if b'"exit"' in data:
            await self.remote_close()


async def ended(process: Process) -> None:
    """Wait for the end of a process that has been asked for it; then make it."""
    for number in (None, signal.SIGTERM, signal.SIGKILL):
        if number is not None:
            # Not the process's own method, which reaps a child that has ended and so hides its end from asyncio.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), PATIENCE)
            return


def bounded(width: int, height: int) -> tuple[int, int]:
    """A size that can be drawn."""
    return (min(max(width, LEAST[0]), MOST[0]), min(max(height, LEAST[1]), MOST[1]))


def static_files() -> Path:
    """Where textual-serve's own scripts, styles and fonts lie."""
    import textual_serve  # noqa: PLC0415

    return Path(str(textual_serve.__file__)).parent / "static"
