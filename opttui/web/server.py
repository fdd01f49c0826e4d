"""The server: page, files and sockets, all behind the guard. Knows no race: it starts windows with their arguments.

textual-serve's own server trusts whoever reaches its port and loads a font from elsewhere; of it are used the windows'
protocol and the terminal that runs in the browser.
"""

import asyncio
import contextlib
import errno
import logging
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import WSMsgType, web

from opttui.errors import InputError
from opttui.printable import printable
from opttui.web.guard import HEADERS, Guard, policy
from opttui.web.page import page, refused
from opttui.web.windows import BrowserWindow, static_files

WINDOWS = 16
"""At once: each is a process of 80 MB."""
LONGEST = 2**20
"""Bytes of a message from the browser: a paste."""
SIZE = 16
"""Of the letters, in pixels."""
HOST = "127.0.0.1"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def listen(port: int) -> socket.socket:
    """A socket on this machine's own address; 0: any free port. InputError when it cannot be had."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(f"Port {port} is taken.", "--port 0 finds a free one.") from None
        if error.errno in (errno.EACCES, errno.EPERM):
            raise InputError(f"Port {port} belongs to the system.", "--port 0 finds a free one.") from None
        raise InputError(f"Port {port} cannot be opened: {error.strerror}.") from None
    listener.setblocking(False)
    return listener


class Site:
    """One page and the windows that browsers have opened from it."""

    def __init__(self, title: str, arguments: Sequence[str], guard: Guard) -> None:
        """`arguments`: of each window."""
        self.title = title
        self.guard = guard
        self._arguments = tuple(arguments)
        self._sockets: set[web.WebSocketResponse] = set()
        """Those with a window."""

    def app(self) -> web.Application:
        """What answers requests."""

        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._guarded(request, handler)

        app = web.Application(middlewares=[guarded], client_max_size=1024)
        app.router.add_get("/", self._index)
        app.router.add_get("/ws", self._socket)
        app.router.add_static("/static", static_files(), show_index=False, follow_symlinks=False)
        app.on_shutdown.append(self._hang_up)
        return app

    def runner(self) -> web.AppRunner:
        """What takes connections. It tells nobody of requests that are none: whoever sends them would write on the
        terminal."""
        logger = logging.Logger("opttui.web")
        logger.addHandler(logging.NullHandler())
        return web.AppRunner(self.app(), access_log=None, logger=logger, shutdown_timeout=5.0)

    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn away whoever must not see it; nothing else in here is reached without."""
        response = await self._answer(request, handler)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            response.headers.setdefault("Content-Security-Policy", policy())
            response.headers["Server"] = "opttui"
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        hosts, origins = (list(request.headers.getall(name, [])) for name in ("Host", "Origin"))
        why = self.guard.refusal(hosts, origins, request.path == "/ws")
        if why:
            return forbidden(why)
        token = request.query.get("token")
        if token is not None and request.path == "/" and request.method == "GET":
            return self._changed(token)
        if not self.guard.admits(request.cookies):
            return forbidden("Open the whole address that opttui serve has printed, token and all.")
        try:
            return await handler(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.status} {error.reason}\n")

    def _changed(self, token: str) -> web.Response:
        """The token for a cookie."""
        if not self.guard.knows(token):
            return forbidden("That is not the token: opttui serve has printed another one.")
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(self.guard.cookie, self.guard.pass_, path="/", httponly=True, samesite="Strict")
        return response

    async def _index(self, request: web.Request) -> web.Response:
        nonce = secrets.token_urlsafe(16)
        text = page(self.title, request.headers["Host"], SIZE, nonce)
        headers = {"Content-Security-Policy": policy(nonce)}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """A window for as long as the browser is there."""
        if len(self._sockets) >= WINDOWS:
            return web.Response(status=503, text=f"{WINDOWS} windows are open already.\n")
        line = web.WebSocketResponse(heartbeat=15, max_msg_size=LONGEST)
        await line.prepare(request)
        self._sockets.add(line)
        window = BrowserWindow(
            self._arguments, write_bytes=line.send_bytes, write_str=line.send_str, close=line.close
        )
        try:
            await window.start(
                number(request.query.get("width"), 80), number(request.query.get("height"), 24)
            )
            await self._relay(line, window)
        except ConnectionError:
            pass
        finally:
            self._sockets.discard(line)
            await asyncio.shield(window.stop())
            with contextlib.suppress(Exception):
                await line.close()
        return line

    async def _relay(self, line: web.WebSocketResponse, window: BrowserWindow) -> None:
        """From the browser to the window; what is no message of textual-serve's is left out."""
        async for message in line:
            if message.type != WSMsgType.TEXT:
                continue
            try:
                kind, *rest = message.json()
                if kind == "stdin":
                    await window.send_bytes(str(rest[0]).encode("utf-8", "replace"))
                elif kind == "resize":
                    await window.set_terminal_size(int(rest[0]["width"]), int(rest[0]["height"]))
                elif kind == "ping":
                    await line.send_json(["pong", rest[0]])
                elif kind in ("blur", "focus"):
                    await (window.blur() if kind == "blur" else window.focus())
            except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError):
                continue

    async def _hang_up(self, app: web.Application) -> None:
        """Close every window."""
        await asyncio.gather(*(line.close(code=1001) for line in list(self._sockets)), return_exceptions=True)


async def serve(site: Site, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer until the process is told to end (SIGINT, SIGTERM, SIGHUP); then every window has gone as well."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(ending, over.set)
    runner = site.runner()
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        ready()
        await over.wait()
    finally:
        await runner.cleanup()


def forbidden(sentence: str) -> web.Response:
    """403, with the reason."""
    return web.Response(status=403, text=refused(printable(sentence)), content_type="text/html")


def number(text: str | None, otherwise: int) -> int:
    """A number of cells."""
    return (
        int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 6 else otherwise
    )
