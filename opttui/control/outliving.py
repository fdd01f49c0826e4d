"""What would end a race although its terminal does not: a login manager that kills whatever a user leaves behind, a job, a
container. Asks the system, starts nothing."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE = 1.0
"""Seconds for an answer of the login manager."""
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
SYSTEMD = Path("/run/systemd/system")
KILLS = (
    *("busctl", "get-property", "org.freedesktop.login1", "/org/freedesktop/login1"),
    *("org.freedesktop.login1.Manager", "KillUserProcesses"),
)

Answer = Callable[[Sequence[str]], str]
"""What a command prints; empty when it cannot be run."""


def printed(command: Sequence[str]) -> str:
    """What a command prints; empty when it fails or does not come to an end."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return done.stdout if done.returncode == 0 else ""


def what_ends_it() -> str:
    """A sentence on what would end a race when its user leaves, and how to prevent it; empty where nothing does."""
    return job_or_container() or login_manager()


def job_or_container(
    environment: Mapping[str, str] | None = None, containers: Sequence[Path] = CONTAINERS
) -> str:
    """What the race is part of, and ends with."""
    environment = os.environ if environment is None else environment
    job = environment.get("SLURM_JOB_ID", "")
    if job:
        name = f"job {job}" if job.isdigit() else "this job"
        return f"SLURM ends the race with {name}: ask for time enough, or opttui resume goes on with it."
    if any(path.exists() for path in containers) or environment.get("KUBERNETES_SERVICE_HOST"):
        return "The race ends with this container; opttui resume goes on with it where its runs are kept."
    return ""


def login_manager(answer: Answer = printed, user: int | None = None, systemd: Path = SYSTEMD) -> str:
    """Whether the login manager kills what a user leaves behind."""
    user = os.getuid() if user is None else user
    # The login manager's own exception, and none of its sessions where there is no systemd.
    if user == 0 or not systemd.is_dir():
        return ""
    if answer(KILLS).split() != ["b", "true"]:
        return ""
    if "Linger=yes" in answer(("loginctl", "show-user", str(user), "--property=Linger")).split():
        return ""
    return "This system ends the race when you log out: loginctl enable-linger, once, prevents it."
