"""Who else is on the machine: other users, links, directories of others, and a clock that somebody sets."""

import os
import socket
import time
from pathlib import Path

import msgspec
import pytest
from cli_toys import make

from opttui.control import launch
from opttui.control.identity import is_alive, this_process, ticks_of
from opttui.control.listing import describe_all
from opttui.control.sockets import bind
from opttui.errors import RunError
from opttui.record.rundir import create_run, makeshift, read_manifest, runs_directory, write_manifest

NOBODY = 65534
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else for a moment")


def as_nobody(do) -> bool:
    """Whether another user can do something, in a child."""
    pid = os.fork()
    if pid == 0:
        done = 1
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            do()
            done = 0
        finally:
            os._exit(done)
    return os.waitpid(pid, 0)[1] == 0


@pytest.fixture
def place(tmp_path):
    """Directories on the way that anybody may pass."""
    folder = Path(os.path.realpath(tmp_path))
    for parent in (folder, *folder.parents[:-2]):
        parent.chmod(parent.stat().st_mode | 0o055)
    return folder


def connect(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(path))


@as_root
def test_another_user_reaches_neither_socket_nor_record(place):
    path = make(place / "runs", "mine", steps=5)
    (place / "runs").chmod(0o755)
    assert as_nobody(lambda: list((place / "runs").iterdir())), "the way there is open"
    assert not as_nobody(lambda: list(path.iterdir()))
    assert not as_nobody((path / "manifest.json").read_bytes)
    private = place / "private"
    private.mkdir(mode=0o700)
    for folder, umask in ((private, 0o022), (place, 0o000)):
        before = os.umask(umask)
        try:
            listener = bind(folder / "s")
        finally:
            os.umask(before)
        with listener:
            connect(folder / "s")
            assert not as_nobody(lambda folder=folder: connect(folder / "s"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.chmod(0o777), "can be written by others (mode 777)"),
        (lambda path: path.chmod(0o720), "can be written by others"),
        pytest.param(lambda path: os.chown(path, NOBODY, NOBODY), "belongs to somebody else", marks=as_root),
    ],
)
def test_no_race_is_run_where_others_could_put_something(tmp_path, spoil, said):
    path = make(tmp_path, "theirs", steps=5, ended=False)
    spoil(path)
    with pytest.raises(RunError) as caught:
        launch.start(path)
    assert said in str(caught.value)
    os.chown(path, os.getuid(), os.getgid())


def test_no_race_is_run_through_a_link(tmp_path):
    path = make(tmp_path, "real", steps=5, ended=False)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(RunError, match="is a link, so no race"):
        launch.start(tmp_path / "link")


def test_a_clock_that_was_set_makes_nobody_another(tmp_path):
    """The start of a process is counted from a boot that moves with the clock."""
    ours = this_process()
    assert ours.ticks == ticks_of(os.getpid()) > 0
    assert is_alive(msgspec.structs.replace(ours, start_time=ours.start_time - 7200))
    assert not is_alive(msgspec.structs.replace(ours, ticks=ours.ticks + 1))
    assert is_alive(msgspec.structs.replace(ours, ticks=0)), "a run of an older version"


@pytest.mark.parametrize("jump", [-86400.0, 86400.0])
def test_ages_are_never_negative_and_lists_stay_in_order(tmp_path, monkeypatch, jump):
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path))
    first = make(tmp_path, "first", steps=5)
    second = make(tmp_path, "second", steps=5)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    runs = describe_all()
    assert [run["run"] for run in runs] == [second.name, first.name]
    assert all(run["age"] >= 0 and run["state"] == "finished" for run in runs)


def test_two_thousand_runs_are_listed_by_one_look_at_each(tmp_path, monkeypatch):
    """Work, not time: manifests opened; none again while nothing has changed."""
    from opttui.record.cards import Cards

    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path))
    manifest = (make(tmp_path, "one", steps=5) / "manifest.json").read_bytes()
    for number in range(1999):
        (tmp_path / f"run-{number:04x}").mkdir()
        (tmp_path / f"run-{number:04x}" / "manifest.json").write_bytes(manifest)
    seen = Cards()
    assert len(describe_all(seen)) == 2000 and seen.read == 2000
    assert len(describe_all(seen, most=200)) == 200 and seen.read == 2000
    run = tmp_path / "run-0007"
    write_manifest(run, msgspec.structs.replace(read_manifest(run), created=9e9))
    assert describe_all(seen, most=1)[0]["run"] == "run-0007" and seen.read == 2001


@pytest.mark.parametrize("home", ["/proc/none", "/dev/null"])
def test_without_a_home_runs_have_a_makeshift_place_of_ones_own(tmp_path, monkeypatch, home):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.delenv("OPTTUI_RUNS", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", home)
    runs = runs_directory()
    assert runs == makeshift() == tmp_path / f"opttui-{os.getuid()}" / "runs"
    scenario = read_manifest(make(tmp_path / "other", steps=5)).scenario
    create_run(scenario, (), runs)
    assert runs.parent.stat().st_mode & 0o777 == 0o700
    runs.parent.chmod(0o777)
    with pytest.raises(RunError, match="is not a directory of yours alone"):
        create_run(scenario, (), runs)
