"""The socket's server side in this process, with raw sockets as windows and the test as the loop."""

import contextlib
import json
import socket
import threading
import time

import pytest

from opttui.control.commands import Pause, Reply, Status
from opttui.control.lines import LINE_BYTES
from opttui.control.sockets import bind
from opttui.server import channel as channel_module
from opttui.server.callers import REPLIES, Callers
from opttui.server.channel import CLIENTS, NONSENSE, PENDING, QUEUED, Channel
from opttui.server.inbox import Inbox

LIMIT = 20.0


class Server:
    """A channel whose loop is the test."""

    def __init__(self, path):
        self.path = path
        self.inbox = Inbox()
        self.standing = Status("running", 7)
        self.asked = 0
        self.channel = Channel(bind(path), self.inbox, self.status)
        self.channel.start()
        self.windows = []

    def status(self):
        self.asked += 1
        return self.standing

    def window(self):
        window = Window(self.path)
        self.windows.append(window)
        return window

    def ticket(self):
        """The next command, waited for."""
        deadline = time.monotonic() + LIMIT
        while not self.inbox.items:
            assert time.monotonic() < deadline, "no command came"
            self.inbox.wait(0.5)
        return self.inbox.items.popleft()

    def apply(self, text="done"):
        ticket = self.ticket()
        ticket.answer(Reply(ticket.number, "applied", text, 7))
        return ticket

    def close(self):
        for window in self.windows:
            window.close()
        self.channel.close()
        self.inbox.close()
        self.path.unlink()


class Window:
    """A raw client."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LIMIT)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def say(self, line):
        self.socket.sendall(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")

    def ask(self, number, do="pause", client="a", **command):
        self.say({"client": client, "number": number, "actor": "test", "command": {"do": do, **command}})

    def hear(self):
        line = self.file.readline()
        return json.loads(line) if line else None

    def hear_kinds(self, count):
        return [self.hear()["kind"] for _ in range(count)]


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "s")
    yield server
    server.close()
    assert "control" not in [thread.name for thread in threading.enumerate()]


def test_received_is_said_before_the_loop_has_looked_and_applied_after(server):
    window = server.window()
    window.ask(1)
    assert window.hear() == {"number": 1, "kind": "received", "text": "", "step": None, "status": None}
    ticket = server.apply("paused")
    assert (ticket.command, ticket.actor, ticket.requested) == (Pause(), "test", 7)
    assert window.hear() == {"number": 1, "kind": "applied", "text": "paused", "step": 7, "status": None}


def test_status_is_answered_without_the_loop(server):
    window = server.window()
    window.say({"client": "a", "number": 5})
    reply = window.hear()
    assert (reply["number"], reply["kind"]) == (5, "status")
    known = {"state": "running", "step": 7, "reason": "", "pace": None, "speed": None, "kept": None}
    assert reply["status"] == known


def test_a_number_that_comes_again_is_answered_and_not_carried_out(server):
    window = server.window()
    window.ask(1)
    window.ask(1)
    assert window.hear_kinds(2) == ["received", "received"]
    server.apply()
    assert window.hear()["kind"] == "applied"
    window.ask(1)
    assert window.hear()["kind"] == "applied"
    assert not server.inbox.items


def test_an_answer_goes_to_where_its_window_is_now(server):
    window = server.window()
    window.ask(1)
    assert window.hear()["kind"] == "received"
    ticket = server.ticket()
    window.close()
    again = server.window()
    again.ask(1)
    assert again.hear()["kind"] == "received"
    ticket.answer(Reply(1, "applied", "late", 9))
    assert again.hear()["text"] == "late"
    assert not server.inbox.items


def test_two_windows_have_numbers_of_their_own(server):
    one, two = server.window(), server.window()
    one.ask(1, client="one")
    assert one.hear()["kind"] == "received"
    two.ask(1, client="two")
    assert two.hear()["kind"] == "received"
    server.apply("for one")
    server.apply("for two")
    assert one.hear()["text"] == "for one"
    assert two.hear()["text"] == "for two"


@pytest.mark.parametrize(
    "line",
    [
        b"hello\n",
        b"{}\n",
        b"[1, 2]\n",
        b"\xff\xfe\x00\n",
        b'{"client": "a", "number": 1, "command": {"do": "format disk"}}\n',
        b'{"client": "a", "number": 1, "command": {"do": "pause", "now": 1}}\n',
        b'{"client": "a", "number": 1, "surplus": 1}\n',
        b'{"client": "a", "number": 1, "command": {"do": "set", "lane": "0", "values": {"lr": NaN}}}\n',
        b'{"client": "a", "number": 1, "command": {"do": "set", "lane": "0", "values": {"lr": "1"}}}\n',
        b"[" * 30_000 + b"\n",
    ],
)
def test_nonsense_is_refused_and_the_next_line_is_heard(server, line):
    window = server.window()
    window.say(line)
    reply = window.hear()
    assert (reply["number"], reply["kind"]) == (0, "refused")
    assert reply["text"].startswith("That is not a request: ")
    window.ask(1)
    assert window.hear()["kind"] == "received"


def test_who_talks_nonsense_only_is_dropped_and_others_are_heard(server):
    window, other = server.window(), server.window()
    with contextlib.suppress(OSError):
        window.say(b"nonsense\n" * 1000)
    heard = []
    try:
        while (reply := window.hear()) is not None:
            heard.append(reply["kind"])
    except OSError:
        pass
    assert heard == ["refused"] * len(heard)
    assert len(heard) <= NONSENSE
    other.ask(1)
    assert other.hear()["kind"] == "received"


def test_a_line_of_a_megabyte_is_refused_without_being_kept(server):
    window, other = server.window(), server.window()
    with pytest.raises(OSError):  # noqa: PT011: reset or broken pipe, as the kernel likes
        for _ in range(1_000_000 // 1000):
            window.say(b"x" * 1000)
        while window.hear() is not None:
            pass
        raise ConnectionError
    other.ask(1)
    assert other.hear()["kind"] == "received"


def test_a_line_that_is_just_short_enough_is_heard(server):
    window = server.window()
    line = json.dumps({"client": "c" * 60_000, "number": 1, "command": {"do": "pause"}}).encode()
    assert len(line) < LINE_BYTES
    window.say(line + b"\n")
    assert window.hear()["kind"] == "received"


def test_a_window_that_never_reads_is_dropped_soon_and_holds_nobody_up(server, monkeypatch):
    tries, send = [], channel_module.Line.send
    monkeypatch.setattr(channel_module.Line, "send", lambda line: (tries.append(line), send(line))[1])
    deaf, other = server.window(), server.window()
    deaf.socket.settimeout(1.0)
    request = json.dumps({"client": "deaf", "number": 1}).encode() + b"\n"
    with pytest.raises(OSError):
        for _ in range(100_000):
            deaf.say(request)
    # What it costs the race: an answer each takes some 5 µs, a try to send more.
    assert QUEUED < server.asked < 2000
    assert len(tries) < 40
    for number in range(1, 20):
        other.ask(number)
        assert other.hear()["kind"] == "received"
        server.apply()
        assert other.hear()["kind"] == "applied"


def test_there_is_room_for_64_windows_and_the_next_is_told_so(server):
    windows = [server.window() for _ in range(CLIENTS)]
    for window in windows:
        window.say({"client": "a", "number": 1})
        assert window.hear()["kind"] == "status"
    surplus = server.window()
    assert surplus.hear()["text"] == "64 windows are there already."
    assert surplus.hear() is None
    windows[0].close()
    deadline = time.monotonic() + LIMIT
    while True:
        late = server.window()
        late.say({"client": "late", "number": 1})
        try:
            if late.hear()["kind"] == "status":
                break
        except OSError:
            pass
        assert time.monotonic() < deadline


def test_a_flood_of_commands_is_refused_at_some_point(server):
    window = server.window()
    kinds = []
    for number in range(1, PENDING + 3):
        window.ask(number)
        kinds.append(window.hear()["kind"])
    assert kinds == ["received"] * PENDING + ["refused"] * 2
    server.inbox.items.clear()


def test_the_last_answers_arrive_before_the_line_is_closed(server):
    window = server.window()
    window.ask(1)
    window.ask(2)
    assert window.hear_kinds(2) == ["received", "received"]
    server.apply("stopped")
    server.channel.close()
    assert window.hear()["text"] == "stopped"
    assert window.hear() == {
        "number": 2,
        "kind": "refused",
        "text": "The race has ended.",
        "step": None,
        "status": None,
    }
    assert window.hear() is None


def test_another_users_window_is_not_let_in(server, monkeypatch):
    monkeypatch.setattr(channel_module, "is_ours", lambda connection: False)
    window = server.window()
    try:
        window.ask(1)
        assert window.hear() is None
    except OSError:
        pass
    assert not server.inbox.items


def test_an_actors_name_is_made_fit_for_a_terminal(server):
    window = server.window()
    evil = "\x1b]0;pwned\x07" + "x" * 500
    window.say({"client": "a", "number": 1, "actor": evil, "command": {"do": "pause"}})
    ticket = server.ticket()
    assert "\x1b" not in ticket.actor
    assert len(ticket.actor) <= 64


def test_a_fault_in_serving_one_window_leaves_the_others_served(server, monkeypatch, capfd):
    window, other = server.window(), server.window()

    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(server.channel, "_status", broken)
    window.say({"client": "a", "number": 1})
    assert window.hear() is None
    monkeypatch.setattr(server.channel, "_status", lambda: server.standing)
    other.ask(1)
    assert other.hear()["kind"] == "received"
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_what_is_remembered_of_a_window_is_bounded():
    callers = Callers()
    caller = callers.hear("a", None)
    for number in range(1, REPLIES + 10):
        assert callers.is_new(caller, number)
        callers.keep(caller, Reply(number, "applied"))
    assert len(caller.replies) == REPLIES
    assert not callers.is_new(caller, 3)
    assert callers.told(caller, 3).kind == "refused"
    assert callers.told(caller, REPLIES).kind == "applied"
    for name in range(5000):
        callers.hear(str(name), None)
    assert callers.hear("a", None) is not caller
