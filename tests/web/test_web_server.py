"""The server as a browser, and as somebody else, meets it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import aiohttp
import psutil
import pytest
from aiohttp import WSMsgType, web
from browser import until

from opttui.errors import InputError
from opttui.web import server
from opttui.web.guard import HEADERS, Guard
from opttui.web.server import Site, listen


class Window:
    """Stands for a window's process."""

    made: ClassVar[list["Window"]] = []

    def __init__(self, arguments: tuple[str, ...], **to: Any) -> None:
        self.arguments, self.to = arguments, to
        self.took: list[Any] = []
        self.stopped = False
        Window.made.append(self)

    async def start(self, width: int, height: int) -> None:
        self.took.append(("start", width, height))
        await self.to["write_bytes"](b"\x1b[2Jhello")

    async def send_bytes(self, data: bytes) -> None:
        self.took.append(data)

    async def set_terminal_size(self, width: int, height: int) -> None:
        self.took.append(("size", width, height))

    async def focus(self) -> None:
        self.took.append("focus")

    async def blur(self) -> None:
        self.took.append("blur")

    async def stop(self) -> None:
        self.stopped = True


class Served:
    """A server in this process, and a browser without one."""

    def __init__(self, port: int, guard: Guard, session: aiohttp.ClientSession) -> None:
        self.port, self.guard, self.session = port, guard, session
        self.here = f"http://127.0.0.1:{port}"

    async def get(self, path: str, cookie: bool = True, **headers: str) -> aiohttp.ClientResponse:
        given = {"Cookie": f"{self.guard.cookie}={self.guard.pass_}"} if cookie else {}
        answer = await self.session.get(self.here + path, headers={**given, **headers}, allow_redirects=False)
        await answer.read()
        return answer

    def line(self, cookie: bool = True, **headers: str) -> Any:
        given = {"Cookie": f"{self.guard.cookie}={self.guard.pass_}"} if cookie else {}
        return self.session.ws_connect(
            f"{self.here}/ws?width=100&height=30", headers={**given, "Origin": self.here, **headers}
        )


@asynccontextmanager
async def serving(title: str = "a run") -> AsyncIterator[Served]:
    guard, listener = Guard(), listen(0)
    runner = Site(title, ["--control", "RUN"], guard).runner()
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield Served(listener.getsockname()[1], guard, session)
    finally:
        await runner.cleanup()


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[Window]:
    Window.made = []
    monkeypatch.setattr(server, "BrowserWindow", Window)
    return Window.made


async def test_the_token_becomes_a_cookie_and_leaves_the_address() -> None:
    async with serving() as site:
        first = await site.get(f"/?token={site.guard.token}", cookie=False)
        assert first.status == 303 and first.headers["Location"] == "/"
        cookie = first.headers["Set-Cookie"]
        assert site.guard.token not in cookie
        assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
        page = await site.get("/", cookie=False, Cookie=cookie.split(";")[0])
        assert page.status == 200 and "a run" in await page.text()
        for name, value in HEADERS.items():
            assert first.headers[name] == page.headers[name] == value
        assert "'nonce-" in page.headers["Content-Security-Policy"]
        assert page.headers["Server"] == "opttui"


@pytest.mark.parametrize(
    "path",
    ["/", "/static/js/textual.js", "/static/", "/ws", "/nothing", "/download/x", "/?token=wrong", "/?token="],
)
async def test_without_token_or_cookie_nothing_is_had(path: str) -> None:
    async with serving() as site:
        assert (await site.get(path, cookie=False)).status == 403
        assert (await site.get(path, cookie=False, Cookie=f"{site.guard.cookie}=wrong")).status == 403


async def test_a_wrong_token_opens_nothing_even_for_whoever_is_in() -> None:
    async with serving() as site:
        assert (await site.get("/?token=wrong")).status == 403
        # The token opens the page and nothing else.
        assert (await site.get(f"/static/js/textual.js?token={site.guard.token}", cookie=False)).status == 403


@pytest.mark.parametrize("path", ["/", "/?token={token}", "/static/js/textual.js", "/ws"])
async def test_another_host_or_origin_is_refused_with_token_and_cookie(
    path: str, windows: list[Window]
) -> None:
    async with serving() as site:
        path = path.format(token=site.guard.token)
        for headers in (
            {"Host": f"evil.example:{site.port}"},
            {"Host": "evil.example"},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": f"http://127.0.0.1:{site.port + 1}"},
        ):
            answer = await site.get(path, **headers)
            assert answer.status == 403 and "Set-Cookie" not in answer.headers
        assert windows == []


async def test_files_are_textual_serves_own_and_no_others() -> None:
    async with serving() as site:
        script = await site.get("/static/js/textual.js")
        assert script.status == 200 and "javascript" in script.headers["Content-Type"]
        assert script.headers["X-Content-Type-Options"] == "nosniff"
        for path in (
            "/static/",
            "/static/../server.py",
            "/static/%2e%2e/server.py",
            "/static//etc/passwd",
            "/x",
        ):
            assert (await site.get(path)).status in (403, 404)
        assert (
            await site.session.post(site.here, headers={"Cookie": f"{site.guard.cookie}={site.guard.pass_}"})
        ).status == 405


async def test_requests_that_are_none_are_answered_and_the_server_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving() as site:
        for raw in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
            b"\x16\x03\x01\x00nonsense\r\n\r\n",
            b"A" * 100_000,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
            writer.write(raw)
            answer = await asyncio.wait_for(reader.read(1000), 10)
            assert b" 403 " in answer or b" 400 " in answer
            writer.close()
        assert (await site.get("/")).status == 200
    assert caplog.records == []


async def test_a_socket_needs_the_cookie_and_the_pages_own_origin(windows: list[Window]) -> None:
    async with serving() as site:
        for given in (
            {"cookie": False},
            {"cookie": False, "Cookie": f"{site.guard.cookie}=wrong"},
            {"Origin": "http://evil.example"},
            {"Host": "evil.example", "Origin": "http://evil.example"},
            {"Origin": ""},
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with site.line(**given):
                    pass
            assert refused.value.status == 403
        assert windows == []


async def test_a_window_gets_keys_and_sizes_and_nothing_that_is_neither(windows: list[Window]) -> None:
    async with serving() as site:
        async with site.line() as line:
            first = await line.receive(10)
            assert first.type == WSMsgType.BINARY and first.data == b"\x1b[2Jhello"
            (window,) = windows
            assert window.arguments == ("--control", "RUN")
            for text in (
                "nonsense",
                "[]",
                "{}",
                "5",
                '["stdin"]',
                '["resize", {}]',
                '["resize", {"width": 1e999, "height": 2}]',
                "[" * 5000,
                '["what", 1]',
            ):
                await line.send_str(text)
            await line.send_bytes(b"\x00\xff")
            await line.send_str('["stdin", "q\\ud800"]')
            await line.send_str('["resize", {"width": 90, "height": 20}]')
            await line.send_str('["focus"]')
            await line.send_str('["blur"]')
            await line.send_str('["ping", 7]')
            assert await line.receive_json(timeout=10) == ["pong", 7]
            assert window.took == [("start", 100, 30), b"q?", ("size", 90, 20), "focus", "blur"]
        await until(lambda: window.stopped, "stopped")


async def test_so_many_windows_and_no_more(windows: list[Window], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "WINDOWS", 2)
    async with serving() as site, site.line(), site.line():
        await until(lambda: len(windows) == 2, "two windows")
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with site.line():
                pass
        assert refused.value.status == 503


async def test_the_end_of_the_server_is_the_end_of_its_windows(windows: list[Window]) -> None:
    async with serving() as site:
        line = await site.line()
        await line.receive(10)
        ending = asyncio.create_task(line.receive(10))
    assert (await ending).type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
    assert windows[0].stopped


def test_it_listens_on_this_machines_own_address_alone() -> None:
    with listen(0) as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        others = {"127.0.0.2"} | {
            address.address
            for addresses in psutil.net_if_addrs().values()
            for address in addresses
            if address.family == socket.AF_INET and not address.address.startswith("127.")
        }
        for other in others:
            with pytest.raises(ConnectionError), socket.create_connection((other, port), 2):
                pass


def test_a_port_that_cannot_be_had_is_one_sentence() -> None:
    with listen(0) as listener, pytest.raises(InputError) as taken:
        listen(listener.getsockname()[1])
    assert "is taken" in str(taken.value) and "--port 0" in str(taken.value)
