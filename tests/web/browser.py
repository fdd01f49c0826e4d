"""Debian's Chromium without a screen, driven through its debugging port."""

import asyncio
import base64
import contextlib
import itertools
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 60.0


class Browser:
    """One page. Nothing but this machine can be reached from it."""

    def __init__(self, folder: Path, size: tuple[int, int] = (1280, 800)) -> None:
        self._folder, self._size = folder, size
        self._numbers = itertools.count(1)
        self.asked: list[str] = []
        """Addresses that the page asked for."""
        self.failed: list[str] = []
        """What the browser refused or did not find."""

    async def __aenter__(self) -> "Browser":
        assert CHROMIUM is not None
        self._process = subprocess.Popen(
            [
                *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"),
                *(f"--user-data-dir={self._folder}", f"--window-size={self._size[0]},{self._size[1]}"),
                *(
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                    "--disable-background-networking",
                ),
                *("--no-first-run", "--disable-extensions", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        told = self._folder / "DevToolsActivePort"
        await until(lambda: told.exists() and told.read_text().count("\n") >= 1, "a browser")
        port = told.read_text().split()[0]
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port}/json") as answer:
            pages = [page for page in await answer.json() if page["type"] == "page"]
        self._line = await self._session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=2**26)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.create_task(self._read())
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.cancel()
        await self._session.close()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait()

    async def call(self, method: str, **given: Any) -> Any:
        """A method of the debugging protocol."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": number, "method": method, "params": given})
        try:
            return await asyncio.wait_for(self._answers[number], PATIENCE)
        finally:
            del self._answers[number]

    async def _read(self) -> None:
        async for message in self._line:
            told = message.json()
            if "id" in told and told["id"] in self._answers:
                self._answers[told["id"]].set_result(told.get("result", told.get("error")))
            elif told.get("method") == "Network.requestWillBeSent":
                self.asked.append(told["params"]["request"]["url"])
            elif told.get("method") == "Network.webSocketCreated":
                self.asked.append(told["params"]["url"])
            elif told.get("method") == "Log.entryAdded":
                self.failed.append(told["params"]["entry"]["text"])
            elif told.get("method") == "Runtime.exceptionThrown":
                self.failed.append(str(told["params"]["exceptionDetails"]))

    async def go(self, address: str) -> None:
        """Open an address."""
        await self.call("Page.navigate", url=address)

    async def value(self, expression: str) -> Any:
        """What a JavaScript expression gives."""
        told = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")

    async def click(self, x: int, y: int) -> None:
        """The left button, which also moves the focus."""
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def press(self, letter: str) -> None:
        """The key of a letter."""
        given = {"key": letter, "windowsVirtualKeyCode": ord(letter.upper())}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, **given)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    async def picture(self, file: Path | None = None) -> bytes:
        """The page as PNG."""
        told = await self.call("Page.captureScreenshot", format="png")
        data = base64.b64decode(told["data"])
        if file is not None:
            file.write_bytes(data)
        return data


async def until(met: Any, what: str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while True:
        found = met()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        assert time.monotonic() < end, f"never {what}"
        await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def opened(folder: Path, address: str) -> AsyncIterator[Browser]:
    """A browser with a page."""
    async with Browser(folder) as browser:
        await browser.go(address)
        yield browser
