"""Which process on which boot of which host: kept in the manifest, and compared before a signal is sent."""

import os
import socket
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from opttui.control.machine import boot_id
from opttui.record.manifest import ProcessInfo

CLOSE = 1.5
"""Seconds by which two readings of one start time may differ: the kernel counts from a boot time in whole
seconds."""


def this_process(socket_file: str = "") -> ProcessInfo:
    """This process, as others will know it."""
    pid = os.getpid()
    start = psutil.Process(pid).create_time()
    return ProcessInfo(socket.gethostname(), boot_id(), pid, start, socket_file, ticks_of(pid))


def is_alive(process: ProcessInfo) -> bool:
    """Whether this very process, not another with its number, still runs here."""
    if process.boot_id != boot_id():
        return False
    try:
        found = psutil.Process(process.pid)
        # The time of a start is counted from a boot that moves when the clock is set.
        ticks = ticks_of(process.pid) if process.ticks else 0
        same = ticks == process.ticks if ticks else abs(found.create_time() - process.start_time) < CLOSE
        return bool(same and found.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def is_suspended(process: ProcessInfo) -> bool:
    """Whether this very process runs here and was stopped, by SIGSTOP or a debugger."""
    try:
        return is_alive(process) and psutil.Process(process.pid).status() in (
            psutil.STATUS_STOPPED,
            psutil.STATUS_TRACING_STOP,
        )
    except psutil.Error:
        return False


def ticks_of(pid: int) -> int:
    """The kernel's count of a process's start since the boot; 0 where it has none."""
    try:
        # The second field, the program's name in brackets, may hold anything.
        return int(Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0
