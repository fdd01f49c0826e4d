"""`opttui serve` from its start to Ctrl-C, with real windows; in a real browser under the slow mark."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import psutil
import pytest
from browser import CHROMIUM, Browser, until

from opttui.control.commands import Pause
from opttui.errors import RunError
from opttui.tui import settings
from opttui.tui.screens.home import HomeScreen
from opttui.tui.window import Window

PATIENCE = 60.0


class Served:
    """`opttui serve` as a process."""

    def __init__(self, runs: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "opttui", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "OPTTUI_RUNS": str(runs),
                "XDG_CONFIG_HOME": str(runs.parent / "config"),
                "NO_COLOR": "1",
            },
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.process.communicate()
        self.here = self.address.partition("/?")[0]
        self.told = [self.process.stdout.readline() for _ in range(2)]

    def windows(self) -> list[psutil.Process]:
        """Processes that draw."""
        return [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if "opttui.tui.served" in " ".join(child.cmdline())
        ]

    def end(self, number: int = signal.SIGINT) -> tuple[int, str]:
        """End it; status and what it said."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@pytest.fixture
def serve(run: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*arguments: str) -> Served:
        started.append(Served(run.parent, *arguments))
        return started[-1]

    yield start
    for served in started:
        served.process.kill()
        served.process.communicate()


async def shown(line: aiohttp.ClientWebSocketResponse, words: bytes) -> None:
    """Read until some words have been written."""
    seen = b""
    while words not in seen:
        message = await line.receive(PATIENCE)
        assert message.type == aiohttp.WSMsgType.BINARY, (message, seen[-300:])
        seen += message.data


async def test_a_run_is_shown_and_ctrl_c_leaves_nothing(run: Path, serve: Callable[..., Served]) -> None:
    served = serve(run.name)
    assert f"sees {run.name} and can touch nothing" in served.told[0] and "ssh -L" in served.told[1]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get(served.address) as page:
            assert page.status == 200 and run.name in await page.text()
        async with session.ws_connect(
            f"{served.here}/ws?width=100&height=30", headers={"Origin": served.here}
        ) as line:
            await shown(line, run.name.encode())
            await line.send_json(["resize", {"width": 60, "height": 12}])
            await line.send_json(["stdin", "?"])
            await shown(line, b"Pause the race")
            (window,) = served.windows()
            status, errors = await asyncio.to_thread(served.end)
            assert (status, errors) == (0, "")
            assert (await line.receive(PATIENCE)).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    gone = psutil.wait_procs([window], PATIENCE)[1]
    assert gone == []


async def test_a_window_ends_with_its_browser_and_with_a_server_that_is_killed(
    run: Path, serve: Callable[..., Served]
) -> None:
    served = serve()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await (await session.get(served.address)).read()
        line = await session.ws_connect(f"{served.here}/ws", headers={"Origin": served.here})
        await shown(line, b"opttui")
        (first,) = served.windows()
        await line.close()
        assert await asyncio.to_thread(psutil.wait_procs, [first], PATIENCE) == ([first], [])
        line = await session.ws_connect(f"{served.here}/ws", headers={"Origin": served.here})
        await shown(line, b"opttui")
        (second,) = served.windows()
        served.process.kill()
        assert await asyncio.to_thread(psutil.wait_procs, [second], PATIENCE) == ([second], [])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuchthing"], "neither a run nor a scenario or problem 'nosuchthing'"),
        (["rosenbrok"], "did you mean rosenbrock"),
        (["--port", "99999"], "--port must be a whole number from 0 to 65535"),
        (["rosenbrock", "Adm:lr=0.1"], "Adm"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "opttui", "serve", "--port", "0", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OPTTUI_RUNS": str(tmp_path)},
        timeout=PATIENCE,
    )
    assert done.returncode == 2 and done.stdout == "" and words in done.stderr
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from opttui.cli import serve as verb
    from opttui.cli.main import main

    def refuse(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(verb, "importlib", SimpleNamespace(import_module=refuse))
    assert main(["serve"]) == 2
    assert "pip install 'opttui[serve]'" in capsys.readouterr().err


def test_a_read_only_window_has_no_line_for_commands(run: Path) -> None:
    from opttui.control.way import Here

    window = Window(Here(run), readonly=True)
    with pytest.raises(RunError, match="read-only"):
        window.client.post(Pause())
    with pytest.raises(RunError, match="read-only"):
        window.client.send(Pause())
    window.close()


@pytest.mark.parametrize("control", [False, True])
def test_only_control_sends_commands_and_keeps_choices(
    control: bool, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opttui.control.client import Client
    from opttui.tui import served

    opened: list[Any] = []
    monkeypatch.setattr(
        served, "OpttuiApp", lambda screen: SimpleNamespace(run=lambda: opened.append(screen))
    )
    monkeypatch.setattr(settings, "keeping", True)
    monkeypatch.delenv(served.SERVER, raising=False)
    assert served.main([*(["--control"] if control else []), str(run)]) == 0
    (screen,) = opened
    assert screen.view.readonly is not control and settings.keeping is control
    assert (type(screen.wishes._client) is Client) is control


async def test_a_read_only_home_starts_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from opttui.tui.app import OpttuiApp
    from opttui.tui.screens import home

    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path))
    begun: list[object] = []
    monkeypatch.setattr(home, "begin", begun.append)
    screen = HomeScreen(readonly=True)
    async with OpttuiApp(screen).run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert screen.view.stories == []
        for key in ("enter", "n", "enter", "ctrl+s"):
            await pilot.press(key)
            await pilot.pause()
        assert screen.is_current
    assert begun == [] and list(tmp_path.iterdir()) == []


def test_a_read_only_window_keeps_no_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "keeping", False)
    assert settings.keep(theme="light") == "" and list(tmp_path.rglob("*.json")) == []


async def grown(pictures: set[bytes], browser: Browser, count: int) -> bool:
    """Whether so many different pictures have been seen."""
    pictures.add(await browser.picture())
    return len(pictures) >= count


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
async def test_a_live_race_in_a_real_browser(run: Path, tmp_path: Path, serve: Callable[..., Served]) -> None:
    """The page loads from this machine alone, shows the race, and the race goes on in it; space changes nothing."""
    # Where the race ends by itself, nothing is left of a test that failed.
    served = serve("rosenbrock", "Adam:lr=0.01", "SGD:lr=1e-3", "--pace", "50", "--steps", "4000")
    async with Browser(tmp_path / "profile") as browser:
        await browser.go(served.address)
        await until(lambda: browser.value("document.body.classList.contains('-first-byte')"), "a first byte")
        assert await browser.value("location.href") == f"{served.here}/"
        assert await browser.value("document.cookie") == ""
        racing = next(path for path in run.parent.iterdir() if path.name.startswith("rosenbrock"))
        pictures = {await browser.picture()}
        await browser.click(300, 300)
        await browser.press(" ")
        await until(lambda: grown(pictures, browser, 4), "other pictures")
        await browser.picture(tmp_path / "race.png")
        port = served.here.rpartition(":")[2]
        assert all(f"127.0.0.1:{port}/" in address for address in browser.asked), browser.asked
        assert not any("Refused" in text or "violates" in text for text in browser.failed), browser.failed
        await browser.press("q")
        await until(lambda: browser.value("document.body.classList.contains('-closed')"), "closed")
        assert '"paused"' not in (racing / "events.jsonl").read_text()
    subprocess.run(
        [sys.executable, "-m", "opttui", "stop", racing.name],
        env={**os.environ, "OPTTUI_RUNS": str(run.parent)},
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert served.end()[0] == 0
