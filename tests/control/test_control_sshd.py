"""A race on another machine through a real ssh and a real sshd, on the loopback with keys of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_toys import make

import opttui
from opttui.control.far.far import Far
from opttui.control.far.place import place_of
from opttui.record.rundir import read_manifest

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (Path(SSHD).exists() and shutil.which("ssh") and shutil.which("ssh-keygen")),
        reason="there is no sshd here (Debian's openssh-server has one)",
    ),
]


@pytest.fixture
def box(tmp_path, monkeypatch):
    """The alias of a machine in a configuration of its own, which the ssh on the PATH is made to read."""
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    (tmp_path / "allowed").write_bytes((tmp_path / "user.pub").read_bytes())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    there = tmp_path / "opttui"
    root = Path(opttui.__file__).parents[1]
    there.write_text(
        f"#!/bin/sh\nexport PYTHONPATH='{root}' OPTTUI_RUNS='{tmp_path}/runs'\nexec '{sys.executable}' -m opttui \"$@\"\n"
    )
    there.chmod(0o755)
    (tmp_path / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/allowed\n"
        f"StrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\nPasswordAuthentication no\n"
    )
    (tmp_path / "config").write_text(
        f"Host box\n HostName 127.0.0.1\n Port {port}\n IdentityFile {tmp_path}/user\n IdentitiesOnly yes\n"
        f" UserKnownHostsFile {tmp_path}/known\n StrictHostKeyChecking accept-new\n"
    )
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {tmp_path}/config "$@"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{ssh.parent}:{os.environ['PATH']}")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", tmp_path / "sshd_config"], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert time.monotonic() < deadline and daemon.poll() is None, daemon.stderr
            time.sleep(0.05)
    yield tmp_path / "runs", str(there)
    daemon.kill()
    daemon.communicate()


def test_a_run_over_there_is_read_through_a_real_ssh(box):
    runs, program = box
    path = make(runs, "far", steps=3000)
    way = Far(place_of("box:far"), program)
    try:
        assert (way.path / "lane-01.rec").read_bytes() == (path / "lane-01.rec").read_bytes()
        assert read_manifest(way.path) == read_manifest(path)
        assert way.life() == "ended"
    finally:
        way.close()
