"""A race on another machine: through a fake ssh that runs its command here."""

import os
import signal
import socket
import tempfile
from pathlib import Path

import pytest
from cli_toys import make, row
from fake_ssh import far_machine
from processes import made, running, until

from opttui.control.client import Client
from opttui.control.commands import Pause, Resume
from opttui.control.far.carried import UNREAD, Carried
from opttui.control.far.far import Far
from opttui.control.far.place import Place, place_of
from opttui.errors import InputError, RunError
from opttui.record.reader import RunReader
from opttui.record.rundir import read_manifest
from opttui.record.writer import RunWriter


@pytest.fixture
def there(tmp_path, monkeypatch):
    """The runs directory of the other machine."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield far_machine(tmp_path, monkeypatch)
    assert not list(tmp_path.glob("opttui-*-far-*")), "a copy was left"


@pytest.fixture
def opened():
    """Ways that are closed at the end."""
    ways = []

    def open_(name: str, **options) -> Far:
        ways.append(Far(place_of(name), **options))
        return ways[-1]

    yield open_
    for way in ways:
        way.close()


def rows(path: Path) -> list[bytes]:
    reader = RunReader(path)
    reader.poll()
    return [b"".join(block.tobytes() for block in lane.read()) for lane in reader.lanes]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("box:rosen", Place("box", "rosen")),
        ("me@box:", Place("me@box", "")),
        ("me@[::1]:a", Place("me@::1", "a")),
        ("box:/runs/a:b", Place("box", "/runs/a:b")),
        ("rosen", None),
        ("./a:b", None),
        ("/runs/a:b", None),
    ],
)
def test_a_colon_before_any_slash_is_another_machine(text, place):
    assert place_of(text) == place


@pytest.mark.parametrize(
    "text", [":rosen", "-oProxyCommand=true:x", "a b:x", "ssh://box/x", "me@:x", "\x1bc:x"]
)
def test_what_is_no_machine_is_refused(text):
    with pytest.raises(InputError):
        place_of(text)


def test_the_copy_is_the_record_byte_for_byte(there, opened):
    path = make(there, "far", steps=5000)
    way = opened("me@box:far")
    assert way.path.name == path.name and way.life() == "ended" and way.trouble() == ""
    assert rows(way.path) == rows(path)
    assert read_manifest(way.path) == read_manifest(path)
    assert (way.path / "events.jsonl").read_bytes() == (path / "events.jsonl").read_bytes()
    assert way.to_type("attach") == f"opttui attach me@box:{path.name}"
    assert way.to_type("stop") == f"ssh me@box opttui stop {path.name}"


def test_it_grows_as_the_record_grows_and_is_cut_as_that_is_cut(there, opened):
    path = make(there, "far", steps=100, ended=False)
    way = opened("box:")
    reader = RunReader(way.path)
    log, copy = path / "lane-00.rec", way.path / "lane-00.rec"
    writer = RunWriter(path, 2)
    writer.rows(0, [row(step, 1.0) for step in range(100, 300)])
    writer.flush()
    until(lambda: reader.poll() and reader.lanes[0].rows == 300)
    whole = log.stat().st_size
    with log.open("ab") as file:  # a torn frame, cut again, and another in its place
        file.write(b"torn" * 50)
    until(lambda: copy.stat().st_size == whole + 200)
    os.truncate(log, whole)
    writer.rows(0, [row(step, 2.0) for step in range(300, 400)])
    writer.flush()
    writer.close()
    until(lambda: copy.read_bytes() == log.read_bytes())
    assert rows(way.path) == rows(path)
    assert (way.path / "race.rec").exists() == (path / "race.rec").exists()


def test_a_race_is_spoken_to_there(there, opened):
    path = made(there)
    with running(path):
        way = opened("box:rosen")
        client = Client(way.path, "window here", way)
        until(lambda: way.life() == "live")
        assert client.status().state == "running"
        assert client.send(Pause()).kind == "applied"
        reader = RunReader(way.path)
        until(lambda: reader.poll() and reader.events[-1].kind == "paused")
        assert reader.events[-1].actor == "window here"
        assert client.send(Resume()).kind == "applied"
        assert "process.log" in way.stacks()
        client.close()


def test_lines_are_carried_both_ways_and_whoever_hangs_up_or_does_not_read_is_told_of():
    said, over = [], []
    lines = Carried(lambda number, data: said.append((number, data)), over.append)
    pairs = [socket.socketpair() for _ in range(3)]
    for number, (here, _) in enumerate(pairs):
        here.setblocking(False)
        lines.add(number, here)
    here, there = pairs[0]
    lines.hand(0, b"to the race")
    assert there.recv(99) == b"to the race" and lines.writing() == []
    there.sendall(b"from the race")
    pairs[1][1].close()
    lines.serve(lines.reading(), [])
    assert said == [(0, b"from the race")] and over == [1] and len(lines) == 2
    while not lines.writing():
        lines.hand(2, bytes(UNREAD // 4))
    read = len(pairs[2][1].recv(UNREAD))
    lines.serve([], lines.writing())
    assert read > 0 and over == [1]
    for _ in range(9):
        lines.hand(2, bytes(UNREAD // 4))
    assert over == [1, 2] and 2 not in lines
    lines.drop_all()
    assert len(lines) == 0 and there.recv(1) == b""
    for _, end in pairs:
        end.close()


def test_a_lost_connection_is_said_and_made_again(there, opened):
    path = make(there, "far", steps=100, ended=False)
    way = opened("box:far")
    folder = there.parent
    (folder / "refuse").write_text("ssh: connect to host box port 22: No route to host\n")
    os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
    until(lambda: "No route to host; trying again" in way.trouble())
    with pytest.raises(RunError, match="No route"):
        way.connect()
    writer = RunWriter(path, 2)
    writer.rows(1, [row(step, 3.0) for step in range(100, 5000)])
    writer.flush()
    writer.close()
    (folder / "refuse").unlink()
    until(lambda: way.trouble() == "")
    until(lambda: (way.path / "lane-01.rec").read_bytes() == (path / "lane-01.rec").read_bytes())
    first, _, later = (folder / "calls").read_text().partition("sh far\n")
    assert "BatchMode" not in first and "BatchMode=yes" in later


SPEAKS = "#!/bin/sh\nprintf '\\nopttui relay 1\\n{}'\n"


@pytest.mark.parametrize(
    ("name", "file", "text", "said"),
    [
        ("nowhere:x", "", "", "nowhere cannot be reached through ssh: Could not resolve hostname nowhere"),
        ("box:x", "", "", r"On box: There is no run 'x' in .*\. There are: far-....\."),
        ("box:x", "refuse", "me@box: Permission denied (publickey).", "ssh: me@box: Permission denied"),
        ("box:x", "far/opttui", "", "There is no opttui on box, or not on the PATH of its ssh"),
        ("box:x", "far/opttui", "#!/bin/sh\nprintf '\\nopttui relay 0\\n'\n", "of another version"),
        ("box:x", "far/opttui", "#!/bin/sh\necho opttui: No verb. >&2; exit 2\n", "speak to on box: No verb"),
        ("box:x", "far/opttui", "#!/bin/sh\nyes garbage\n", "prints more than a greeting"),
        ("box:x", "far/opttui", SPEAKS.format("\\377\\377\\377\\377"), "does not speak as it should"),
        ("box:x", "far/opttui", SPEAKS.format("\\000\\000\\000\\002hi"), "does not speak as it should"),
        ("box:x", "far/opttui", SPEAKS.format(""), "box hung up"),
    ],
)
def test_what_goes_wrong_before_there_is_a_window_is_one_sentence(there, opened, name, file, text, said):
    make(there, "far")
    if file:
        (there.parent / file).write_text(text)
        if not text:
            (there.parent / file).unlink()
    with pytest.raises(RunError, match=said) as caught:
        opened(name)
    assert str(caught.value).isprintable() and "\n" not in str(caught.value)


def test_a_login_shell_that_prints_is_passed_over(there, opened):
    make(there, "far", steps=10)
    (there.parent / "motd").write_text("\x1b[31mWelcome\nto the box\n" * 100)
    assert opened("box:").life() == "ended"


def test_copies_of_windows_that_were_killed_are_removed(there, opened, tmp_path):
    stale = tmp_path / f"opttui-{os.getuid()}-far-{2**22 - 1}-abc"
    stale.mkdir()
    make(there, "far", steps=10)
    assert opened("box:").path.is_dir()
    assert not stale.exists()
