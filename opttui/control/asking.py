"""Asks many races at once how they stand. Knows no list and no screen."""

import time
from collections.abc import Iterable
from pathlib import Path

from opttui.control.client import Client
from opttui.control.commands import Status

LOOK = 0.01
"""Seconds between two looks at the answers."""
MOST = 256
"""Races asked at once: each takes a descriptor."""


def ask_all(paths: Iterable[Path], patience: float) -> dict[Path, Status | None]:
    """How each race stands; None for those that have not answered after `patience` seconds, all of them together."""
    clients = {path: Client(path, "runs") for path in list(paths)[:MOST]}
    told: dict[Path, Status | None] = dict.fromkeys(clients)
    waiting = {path: client.post(None) for path, client in clients.items()}
    end = time.monotonic() + patience
    try:
        while waiting:
            for path in list(waiting):
                for reply in clients[path].replies():
                    if reply.number == waiting.get(path) and reply.kind != "received":
                        told[path] = reply.status
                        del waiting[path]
            if not waiting or time.monotonic() >= end:
                break
            time.sleep(LOOK)
    finally:
        for client in clients.values():
            client.close()
    return told
