"""Which machine this is, for what a run says about its own. Imports nothing slow, since every list of runs
asks."""

import socket
from pathlib import Path

from opttui.record.manifest import ProcessInfo

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """The running kernel's name for this boot; empty where it has none."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def is_here(process: ProcessInfo) -> bool:
    """Whether a lock of this process, if it were held, would be seen here.

    One kernel may have several host names (containers), and one host has another boot after a restart, when
    whatever ran is gone.
    """
    return process.host == socket.gethostname() or (process.boot_id != "" and process.boot_id == boot_id())
