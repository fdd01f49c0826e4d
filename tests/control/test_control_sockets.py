"""Where sockets may lie: a directory of ours alone, a short path, mode 0600 whatever the umask."""

import os
import socket
import stat
import tempfile
from pathlib import Path

import pytest

from opttui.control import sockets
from opttui.errors import RunError


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    """A runtime directory as a login gives it; the fallback lies in a folder of the test's own."""
    short = Path(tempfile.mkdtemp(prefix="o", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield short
    for file in short.rglob("*"):
        if not file.is_dir():
            file.unlink()
    for folder in [*short.iterdir(), short]:
        folder.rmdir()


def test_it_lies_in_the_runtime_directory_and_has_the_runs_own_name(runtime, tmp_path):
    path = sockets.socket_path(tmp_path / "run")
    assert path.parent == runtime / "opttui"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sockets.socket_path(tmp_path / "run") == path
    assert sockets.socket_path(tmp_path / "other") != path


@pytest.mark.parametrize("value", ["", "relative", "/nowhere/at/all"])
def test_without_a_runtime_directory_it_lies_in_the_temporary_one(runtime, monkeypatch, value):
    monkeypatch.setenv("XDG_RUNTIME_DIR", value)
    monkeypatch.setattr(tempfile, "tempdir", str(runtime))
    assert sockets.socket_path(Path("/run/a")).parent == runtime / f"opttui-{os.getuid()}"


def test_a_long_directory_is_passed_over(runtime, tmp_path, monkeypatch):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    path = sockets.socket_path(tmp_path / "run")
    assert len(os.fsencode(path)) <= sockets.PATH_BYTES
    assert not list(long.iterdir())


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_reach_it(runtime, tmp_path, umask):
    before = os.umask(umask)
    try:
        path = sockets.socket_path(tmp_path)
        listener = sockets.bind(path)
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    with listener:
        assert stat.S_IMODE(path.lstat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.lstat().st_mode) == 0o700
        sockets.check(path)


@pytest.mark.parametrize(
    ("mode", "said"), [(0o777, "mode 777, not 700"), (0o750, "mode 750"), (0o701, "mode 701")]
)
def test_a_directory_that_others_can_enter_is_refused(runtime, tmp_path, mode, said):
    (runtime / "opttui").mkdir()
    (runtime / "opttui").chmod(mode)
    with pytest.raises(RunError, match=said):
        sockets.socket_path(tmp_path)


def test_a_link_or_a_file_in_its_place_is_refused(runtime, tmp_path):
    (tmp_path / "private").mkdir(mode=0o700)
    (runtime / "opttui").symlink_to(tmp_path / "private")
    with pytest.raises(RunError, match="is a link"):
        sockets.socket_path(tmp_path)
    (runtime / "opttui").unlink()
    (runtime / "opttui").write_text("")
    with pytest.raises(RunError, match="is not a directory"):
        sockets.socket_path(tmp_path)


def test_somebody_elses_directory_and_socket_are_refused(runtime, tmp_path, monkeypatch):
    path = sockets.socket_path(tmp_path)
    with sockets.bind(path):
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        with pytest.raises(RunError, match="belongs to somebody else"):
            sockets.make_private(path.parent)
        with pytest.raises(RunError, match="belongs to somebody else"):
            sockets.check(path)


def test_a_stale_socket_gives_way_and_any_other_file_does_not(runtime, tmp_path):
    path = sockets.socket_path(tmp_path)
    sockets.bind(path).close()
    assert path.is_socket()
    with sockets.bind(path):
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(path))
        assert sockets.is_ours(client)
        client.close()
    path.unlink()
    path.write_text("precious")
    with pytest.raises(RunError, match="no socket"):
        sockets.bind(path)
    assert path.read_text() == "precious"
    with pytest.raises(RunError, match="is not a socket"):
        sockets.check(path)


def test_another_users_connection_is_not_ours(runtime, monkeypatch):
    one, other = socket.socketpair()
    with one, other:
        assert sockets.is_ours(one)
        monkeypatch.setattr(os, "getuid", lambda: 12345)
        assert not sockets.is_ours(one)
