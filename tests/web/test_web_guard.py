"""Who is let in, header by header."""

import re

import pytest

from opttui.web.guard import Guard, is_loopback, policy, same
from opttui.web.page import page, refused

HERE = ["127.0.0.1", "localhost", "127.0.0.1:8000", "localhost:9000", "[::1]:80", "localhost:65535"]
ELSEWHERE = [
    *("", "evil.example", "127.0.0.1.evil.example", "evil.example:8000", "localhost.evil.example:80"),
    *("127.0.0.1@evil.example", "evil@127.0.0.1", "localhost:99999", "localhost:x", "localhost:", "0.0.0.0"),
    *("127.0.0.2", "2130706433", "0x7f.1", "127.1", "localhost/", "localhost#", "[::1", "[fe80::1]", "::1"),
    *(" localhost", "localhost\t", "LOCALHOST.", "localhost,evil.example"),
]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_by_its_own_name(host: str) -> None:
    assert is_loopback(host)
    guard = Guard()
    assert guard.refusal([host], [], socket=False) == ""
    assert guard.refusal([host], [f"http://{host}"], socket=True) == ""


@pytest.mark.parametrize("host", ELSEWHERE)
def test_any_other_name_is_turned_away(host: str) -> None:
    assert not is_loopback(host)
    assert "this machine alone" in Guard().refusal([host], [f"http://{host}"], socket=True)


@pytest.mark.parametrize(
    "origins",
    [
        ["http://evil.example"],
        ["null"],
        [""],
        ["https://localhost:8000"],
        ["http://localhost:8001"],
        ["http://127.0.0.1:8000"],
        ["http://localhost:8000", "http://localhost:8000"],
        ["http://localhost:8000/"],
    ],
)
@pytest.mark.parametrize("socket", [True, False])
def test_another_origin_is_turned_away(origins: list[str], socket: bool) -> None:
    assert "another page" in Guard().refusal(["localhost:8000"], origins, socket)


def test_a_socket_needs_an_origin_and_a_request_one_host() -> None:
    guard = Guard()
    assert guard.refusal(["localhost:8000"], [], socket=True)
    assert guard.refusal([], [], socket=False) and guard.refusal(["localhost", "localhost"], [], socket=False)


def test_secrets_are_long_and_each_servers_own() -> None:
    one, two = Guard(), Guard()
    secrets = {one.token, two.token, one.pass_, two.pass_}
    assert len(secrets) == 4 and all(len(secret) >= 43 for secret in secrets) and one.cookie != two.cookie
    assert one.knows(one.token) and not one.knows(two.token) and not one.knows(None) and not one.knows("")
    assert one.admits({one.cookie: one.pass_}) and not one.admits({one.cookie: one.token})
    assert not one.admits({two.cookie: one.pass_}) and not one.admits({})
    assert not same("é\ud800", one.token)


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    text = policy("abc")
    assert "default-src 'none'" in text and "'nonce-abc'" in text and "nonce" not in policy()
    assert not re.search(r"https?:|\*|unsafe-eval", text) and "frame-ancestors 'none'" in text


def test_the_page_loads_nothing_from_elsewhere_and_obeys_no_name() -> None:
    text = page('<b>"x"&', "localhost:8000", 16, "abc")
    assert (
        "<b>" not in text
        and "&lt;b&gt;" in text
        and 'data-session-websocket-url="ws://localhost:8000/ws"' in text
    )
    assert not re.search(r"(src|href)=\"(?!/static/|data:,)", text) and "//" not in text.replace("ws://", "")
    assert "<script" not in refused("<script>")
