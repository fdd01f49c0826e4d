"""The client against a real channel in this process, whose loop is a thread that can be told to be silent."""

import contextlib
import socket
import threading
import time

import msgspec
import pytest

from opttui.control import client as client_module
from opttui.control.client import Client, UnheardError
from opttui.control.commands import Pause, Reply, Set, Status, Step
from opttui.control.identity import this_process
from opttui.control.lock import hold
from opttui.control.sockets import bind, socket_path
from opttui.errors import RunError
from opttui.record.manifest import LaneInfo, Manifest
from opttui.record.rundir import write_manifest
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
from opttui.server.channel import Channel
from opttui.server.inbox import Inbox

SCENARIO = Scenario(ProblemSpec("rosenbrock"), (LaneSpec("Adam"),))
LIMIT = 20.0


class Answering:
    """The race process's side of the socket, without a race."""

    def __init__(self, path):
        self.path = path
        self.lock = hold(path)
        self.socket = socket_path(path)
        self.manifest = Manifest(
            "run",
            time.time(),
            SCENARIO,
            (LaneInfo(0, "Adam", "Adam"),),
            state="running",
            process=this_process(str(self.socket)),
        )
        write_manifest(path, self.manifest)
        self.applied = []
        self.silent = False
        self.channel = None

    def open(self):
        self.inbox = Inbox()
        self.channel = Channel(bind(self.socket), self.inbox, lambda: Status("running", 5))
        self.channel.start()
        self.over = False
        self.loop = threading.Thread(target=self.serve, daemon=True)
        self.loop.start()
        return self

    def serve(self):
        while not self.over:
            self.inbox.wait(0.05)
            while self.inbox.items and not self.silent:
                ticket = self.inbox.items.popleft()
                self.applied.append(ticket.command)
                ticket.answer(Reply(ticket.number, "applied", "done", len(self.applied)))

    def close(self):
        """The socket goes; the lock stays."""
        if self.channel is not None:
            self.over = True
            self.loop.join()
            self.channel.close()
            self.inbox.close()
            self.channel = None
            self.socket.unlink(missing_ok=True)

    def end(self):
        self.close()
        self.lock.release()
        self.socket.unlink(missing_ok=True)


@pytest.fixture
def answering(tmp_path):
    path = tmp_path / "rosenbrock-1a2b"
    path.mkdir()
    side = Answering(path)
    yield side
    side.end()


@pytest.fixture
def client(answering):
    client = Client(answering.path, "test")
    yield client
    client.close()


def gather(client, done):
    """Replies until `done` says that it is enough."""
    replies, deadline = [], time.monotonic() + LIMIT
    while not done(replies):
        assert time.monotonic() < deadline, replies
        replies += client.replies()
    return replies


def test_a_command_is_answered_when_it_is_applied(answering, client):
    answering.open()
    reply = client.send(Set("0", {"lr": 0.1}))
    assert (reply.kind, reply.step) == ("applied", 1)
    assert answering.applied == [Set("0", {"lr": 0.1})]
    assert client.status() == Status("running", 5)


def test_posted_commands_are_answered_later_under_their_numbers(answering, client):
    answering.open()
    numbers = [client.post(Step(count)) for count in (1, 2, 3)]
    replies = gather(client, lambda replies: len(replies) == 6)
    assert [reply.number for reply in replies if reply.kind == "received"] == numbers
    assert [reply.number for reply in replies if reply.kind == "applied"] == numbers
    assert answering.applied == [Step(1), Step(2), Step(3)]
    assert client.replies() == []


def test_waiting_for_one_answer_keeps_those_of_others(answering, client):
    answering.open()
    number = client.post(Step(7))
    client.send(Pause())
    assert [reply.kind for reply in client.replies() if reply.number == number] == ["received", "applied"]


def test_what_was_asked_before_anybody_listened_is_asked_again(answering, client):
    client.post(Step(1))
    client.post(Step(2))
    assert client.replies() == []
    answering.open()
    gather(client, lambda replies: sum(reply.kind == "applied" for reply in replies) == 2)
    assert answering.applied == [Step(1), Step(2)]


def test_a_lost_line_is_taken_up_and_nothing_is_carried_out_twice(answering, client):
    answering.open()
    answering.silent = True
    client.post(Step(1))
    gather(client, lambda replies: any(reply.kind == "received" for reply in replies))
    connection = client._lines.connection
    connection.shutdown(socket.SHUT_RDWR)
    client.post(Step(2))
    gather(client, lambda replies: sum(reply.kind == "received" for reply in replies) == 2)
    assert client._lines.connection is not connection
    answering.silent = False
    gather(client, lambda replies: sum(reply.kind == "applied" for reply in replies) == 2)
    assert answering.applied == [Step(1), Step(2)]


def test_a_line_lost_after_every_answer_is_harmless(answering, client):
    answering.open()
    for count in range(1, 30):
        assert client.send(Step(count)).kind == "applied"
        client._lines.connection.shutdown(socket.SHUT_RDWR)
    assert answering.applied == [Step(count) for count in range(1, 30)]


def test_a_race_that_is_not_running_is_said_at_once(answering, client):
    answering.end()
    begin = time.monotonic()
    with pytest.raises(RunError, match=r"^The race rosenbrock-1a2b is not running\."):
        client.send(Pause(), timeout=60.0)
    assert client.status(timeout=60.0) is None
    number = client.post(Pause())
    (reply,) = client.replies()
    assert (reply.number, reply.kind) == (number, "refused")
    assert reply.text.startswith("The race rosenbrock-1a2b is not running.")
    assert time.monotonic() - begin < 30.0


def test_a_socket_that_answers_nothing_gets_a_sentence(answering, client, monkeypatch):
    with bind(answering.socket):
        with pytest.raises(RunError) as caught:
            client.send(Pause(), timeout=0.2)
        assert caught.value.message == f"The race process does not answer on its socket {answering.socket}."
        assert client.status(timeout=0.05) is None
        monkeypatch.setattr(client_module, "PATIENCE", 0.01)
        client.post(Pause())
        (reply,) = gather(client, len)
        assert reply.kind == "refused"
        assert "does not answer on its socket" in reply.text


def test_a_command_in_a_long_step_is_told_from_silence(answering, client):
    answering.open()
    answering.silent = True
    with pytest.raises(RunError, match="has taken the command but is still in the step before it"):
        client.send(Pause(), timeout=0.3)


def test_a_race_that_is_starting_is_told_so(answering, client):
    write_manifest(answering.path, Manifest("run", time.time(), SCENARIO, ()))
    with pytest.raises(RunError, match="is still starting"):
        client.send(Pause(), timeout=0.05)


def test_a_race_whose_process_has_not_reached_its_lock_is_waited_for(answering, client):
    answering.lock.release()
    fresh = Manifest("run", time.time(), SCENARIO, ())
    write_manifest(answering.path, fresh)
    with pytest.raises(RunError, match="is still starting"):
        client.send(Pause(), timeout=0.05)
    client.post(Pause())
    assert client.replies() == []
    write_manifest(answering.path, msgspec.structs.replace(fresh, created=0.0))
    assert [reply.kind for reply in client.replies()] == ["refused"]


def test_a_race_on_another_machine_is_told_so(answering, client):
    answering.lock.release()
    process = msgspec.structs.replace(this_process(), host="gpu7", boot_id="another")
    write_manifest(answering.path, msgspec.structs.replace(answering.manifest, process=process))
    with pytest.raises(RunError, match="is not running here but on gpu7"):
        client.send(Pause())


def test_what_lies_in_the_sockets_place_is_looked_at_first(answering, client, tmp_path):
    with pytest.raises(RunError, match="is gone"):
        client.send(Pause(), timeout=0.05)
    answering.socket.write_text("no socket")
    with pytest.raises(RunError, match="is not a socket"):
        client.send(Pause(), timeout=0.05)


def test_who_answers_nonsense_is_not_listened_to(answering, client):
    def babble(listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"\x1b]0;hello\x07\n{}\n")

    with bind(answering.socket) as listener:
        listener.setblocking(True)
        thread = threading.Thread(target=babble, args=(listener,))
        thread.start()
        with pytest.raises(RunError, match="does not answer"):
            client.send(Pause(), timeout=0.4)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_why_it_was_hung_up_on_is_passed_on(answering, client, monkeypatch):
    monkeypatch.setattr("opttui.server.channel.CLIENTS", 0)
    answering.open()
    with pytest.raises(RunError, match="The race process hung up: 0 windows are there already"):
        client.send(Pause(), timeout=0.3)


def test_windows_do_not_block_on_a_process_that_never_reads(answering, client):
    """64 kB of kernel buffer are soon full; posting and asking for replies go on."""
    with bind(answering.socket):
        for _ in range(3000):
            client.post(Set("0", {"lr": 0.1}))
        assert client.replies() == []


TALK = {
    "nothing": b"",
    "half a line": b'{"number": 1, "kind": "app',
    "nonsense": b"\xff\x00\x1b[2J\n" * 9,
    "an unknown kind": b'{"number": 1, "kind": "done"}\n',
    "others' answers without end": None,
}


@pytest.mark.parametrize("talk", TALK.values(), ids=TALK)
def test_whoever_sits_on_the_socket_a_request_ends_in_a_sentence(answering, client, monkeypatch, talk):
    """A request that may take a minute once it is taken is given up after PATIENCE when nobody takes it."""
    monkeypatch.setattr(client_module, "PATIENCE", 0.3)
    over = threading.Event()

    def speak(connection):
        with contextlib.suppress(OSError), connection:
            while not over.is_set():
                connection.sendall(b'{"number": 9, "kind": "applied"}\n' * 99 if talk is None else talk)
                over.wait(0.01 if talk is None else LIMIT)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                speakers.append(threading.Thread(target=speak, args=(connection,)))
                speakers[-1].start()

    speakers = []
    with bind(answering.socket) as listener:
        listener.setblocking(True)
        accepting = threading.Thread(target=accept)
        accepting.start()
        begin = time.monotonic()
        with pytest.raises(UnheardError, match="does not answer on its socket"):
            client.send(Pause(), 60.0)
        assert time.monotonic() - begin < LIMIT
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        for thread in (accepting, *speakers):
            thread.join(LIMIT)
