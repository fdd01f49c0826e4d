"""Who may see the page: whoever has had the token, from a browser that came to this machine by its own name. Knows no
server: headers in, a refusal out.

The token comes once, in the address, and is changed for a cookie, so that it stays out of histories and referrers. The
host is checked because a name of somebody else's may be made to mean this machine (DNS rebinding), the origin because a
page of somebody else's may open a socket to it, with the cookie.
"""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine. The port may be another one: `ssh -L 9000:localhost:8000` comes as localhost:9000."""
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer."""


class Guard:
    """The secrets of one server."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        """What stands in the address that is printed."""
        self.cookie = f"opttui-{secrets.token_hex(4)}"
        """The cookie's name. Browsers send cookies to every port of a host, so each server has one of its own."""
        self.pass_ = secrets.token_urlsafe(32)
        """The cookie's value."""

    def knows(self, token: str | None) -> bool:
        """Whether it is the token; the time taken tells nothing of it."""
        return same(token, self.token)

    def admits(self, cookies: Mapping[str, str]) -> bool:
        """Whether somebody has had the token."""
        return same(cookies.get(self.cookie), self.pass_)

    def refusal(self, hosts: list[str], origins: list[str], socket: bool) -> str:
        """Why a request is turned away whatever it brings, as a sentence; empty when it is not.

        Args:
            hosts: Its Host headers.
            origins: Its Origin headers. Browsers send one with every socket.
            socket: Whether it wants a socket.
        """
        if len(hosts) != 1 or not is_loopback(hosts[0]):
            return "This page is served to this machine alone, as localhost or 127.0.0.1."
        if (origins or socket) and origins != [f"http://{hosts[0]}"]:
            return "The request comes from another page."
        return ""


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine."""
    try:
        parts = urlsplit(f"//{host}")
        name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return name in LOOPBACK and host in (name, f"{name}:{parts.port}")
    except ValueError:
        return False


def same(given: str | None, wanted: str) -> bool:
    """Whether two secrets are one, in a time that does not depend on where they differ."""
    return given is not None and secrets.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def policy(nonce: str = "") -> str:
    """What the page may load: its own files and its own socket, nothing else, with the network off as well."""
    own = f" 'nonce-{nonce}'" if nonce else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{own}",
            # The terminal writes its cells' styles into the page.
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
