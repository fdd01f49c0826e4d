"""One command sent to one race, and its answer as a line. Knows no words: it takes the command's struct."""

from pathlib import Path

from opttui.control.client import Client
from opttui.control.commands import AnyCommand
from opttui.control.life import life
from opttui.errors import InputError, RunError
from opttui.printable import printable
from opttui.record.rundir import read_manifest

WAIT = 60.0
"""Seconds; the answer comes after the step in which the race is, and one of a large model may take long."""

OVER = {
    "ended": "is over",
    "crashed": "is over: its process died (`opttui resume` goes on with it)",
    "elsewhere": "is on another machine",
}
"""Why there is nobody to speak to, by how the run lives."""


def carried_out(path: Path, command: AnyCommand, actor: str = "tell", wait: float = WAIT) -> str:
    """What was applied and at which step. InputError when the race refuses; RunError when it is over or
    silent."""
    must_run(path)
    client = Client(path, actor)
    try:
        reply = client.send(command, wait)
    finally:
        client.close()
    text = printable(reply.text).strip("; ")
    if reply.kind == "refused":
        raise InputError(text)
    if reply.step is None or f"step {reply.step}" in text:
        return text
    return f"{text}, at step {reply.step}"


def must_run(path: Path) -> None:
    """RunError unless there is, or soon will be, a process to speak to."""
    state = life(path)
    if state in OVER:
        look = f"To look at it: opttui show {path.name}."
        if state == "ended":
            look += f" To go on with a fork of it: opttui resume {path.name} --tell 'fork 0 at 100'."
        if state != "elsewhere" and read_manifest(path).kind == "tracked":
            raise RunError(f"The script of {path.name} is over.", look)
        raise RunError(f"The race {path.name} {OVER[state]}.", look)
