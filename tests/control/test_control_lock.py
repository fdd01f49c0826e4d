"""The lock: seen from the same process, from others, after a fork and after a kill."""

import os
import signal
import subprocess
import sys

import pytest

from opttui.control.lock import hold, is_locked, noted
from opttui.errors import RunError
from opttui.record.layout import LOCK

ELSEWHERE = """
import sys
from pathlib import Path
from opttui.control.lock import is_locked
print(is_locked(Path(sys.argv[1])))
"""
HOLDER = """
import os, sys, time
from pathlib import Path
from opttui.control.lock import hold
lock = hold(Path(sys.argv[1]))
lock.note(b"somebody")
if "fork" in sys.argv and os.fork() == 0:
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(600)
os.write(1, b"held\\n")
time.sleep(600)
"""


def seen_elsewhere(path):
    done = subprocess.run([sys.executable, "-c", ELSEWHERE, path], capture_output=True, text=True, check=True)
    return done.stdout.strip() == "True"


def test_a_lock_is_seen_here_and_elsewhere_and_looking_does_not_drop_it(tmp_path):
    assert not is_locked(tmp_path)
    assert not (tmp_path / LOCK).exists()
    lock = hold(tmp_path)
    try:
        assert is_locked(tmp_path)
        assert noted(tmp_path) == b""  # reading it would open, and closing would drop the lock
        assert seen_elsewhere(tmp_path)
    finally:
        lock.release()
    assert not is_locked(tmp_path)
    assert (tmp_path / LOCK).stat().st_mode & 0o777 == 0o600


def test_two_processes_cannot_hold_it(tmp_path):
    lock = hold(tmp_path)
    with pytest.raises(RunError, match="already holds"):
        hold(tmp_path)
    lock.release()
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_locked(tmp_path)
        with pytest.raises(RunError, match="already has a race process"):
            hold(tmp_path)
        holder.kill()
        holder.wait()
    assert not is_locked(tmp_path)
    assert noted(tmp_path) == b"somebody"


def test_a_forked_child_of_a_dead_process_does_not_keep_it(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path, "fork"], stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            lines = [holder.stdout.readline(), holder.stdout.readline()]
            child = int(next(line for line in lines if line != b"held\n"))
            assert is_locked(tmp_path)
            holder.kill()
            holder.wait()
            os.kill(child, 0)
            assert not is_locked(tmp_path)
            os.kill(child, signal.SIGKILL)
        finally:
            holder.kill()


@pytest.mark.parametrize("kind", ["fifo", "link", "directory"])
def test_what_is_no_plain_file_is_no_lock_and_does_not_hang(tmp_path, kind):
    target = tmp_path / LOCK
    if kind == "fifo":
        os.mkfifo(target)
    elif kind == "link":
        (tmp_path / "other").write_text("")
        target.symlink_to(tmp_path / "other")
    else:
        target.mkdir()
    assert not is_locked(tmp_path)
    with pytest.raises(RunError, match="cannot be opened"):
        hold(tmp_path)
