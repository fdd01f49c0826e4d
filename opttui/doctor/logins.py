"""Whether this system ends a user's processes at logout, races among them. Asks systemd's logind, where there is one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from opttui.doctor.finding import Finding

SYSTEMD = Path("/run/systemd/system")
LIMIT = 2.0
"""Seconds that each question may take."""
KILLS = (
    *("busctl", "get-property", "org.freedesktop.login1", "/org/freedesktop/login1"),
    *("org.freedesktop.login1.Manager", "KillUserProcesses"),
)


def findings() -> Iterator[Finding]:
    """Whether races outlive a logout."""
    scheduler = next(
        (name for name in ("SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID") if os.environ.get(name)), ""
    )
    if scheduler:
        text = f"This is a job of a scheduler ({scheduler} is set), whose end is the end of every race in it."
        yield Finding(
            "logins.logout", "note", text, "opttui resume goes on with a race in the next job.", "job"
        )
        return
    if not SYSTEMD.is_dir() or shutil.which("busctl") is None:
        text = "No systemd ends processes at logout here; races outlive the terminal."
        yield Finding("logins.logout", "fine", text, value="outlive")
        return
    kills, lingers = answer(KILLS), answer(("loginctl", "show-user", str(os.getuid()), "--property=Linger"))
    if "true" not in kills:
        yield Finding("logins.logout", "fine", "Races outlive a logout.", value="outlive")
    elif "yes" in lingers:
        text = "systemd ends processes at logout here, but not yours (linger is on); races outlive it."
        yield Finding("logins.logout", "fine", text, value="linger")
    else:
        text = "systemd ends a user's processes at logout here (KillUserProcesses), races among them."
        yield Finding("logins.logout", "note", text, "loginctl enable-linger", "killed")


def answer(command: tuple[str, ...]) -> str:
    """What a command prints; empty where it fails, hangs or is not there."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.lower()
