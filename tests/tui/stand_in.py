"""A process that holds a run and answers like a race, without torch and without steps: to be suspended, and killed."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

STAND_IN = """
import sys, time
from pathlib import Path
import msgspec
from opttui.control.commands import Status
from opttui.control.identity import this_process
from opttui.control.lock import hold
from opttui.control.sockets import bind, socket_path
from opttui.record.rundir import read_manifest, write_manifest
from opttui.server.channel import Channel
from opttui.server.inbox import Inbox
from opttui.server.signals import keep_running
path = Path(sys.argv[1])
keep_running()
lock = hold(path)
file = socket_path(path)
channel = Channel(bind(file), Inbox(), lambda: Status("running", 20))
channel.start()
manifest = msgspec.structs.replace(read_manifest(path), state="running", process=this_process(str(file)))
write_manifest(path, manifest)
print("ready", flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def stand_in(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Hold the run for as long as a test takes."""
    with (path / "process.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", STAND_IN, str(path)],
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()
