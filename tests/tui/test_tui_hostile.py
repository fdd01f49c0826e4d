"""Hostile names and events reach a window's terminal neither raw nor otherwise: in a real pseudo-terminal."""

import json
import re
from pathlib import Path

from hostile import ACTS, HOSTILE, UNFIT, evil, unfit
from terminal import Glass, Terminal

OWN = re.compile(
    rb"\x1b\[[?<=>]?[0-9;:]*[ -/]*[@-~]|\x1b\][0-9]+;\?(?:\x07|\x1b\\)|\x1b\]22;[a-z]+\x07|[\r\n\b]"
)
"""Sequences that a window writes itself: cursor, colours, modes, a question for a colour, the mouse pointer's shape."""


def test_a_window_writes_none_of_it_to_its_terminal(tmp_path: Path) -> None:
    path = evil(tmp_path / "runs", ended=False)
    window = Terminal(path, 160, 60, screen=Glass(160, 60), OPTTUI_RUNS=str(tmp_path))
    try:
        window.wait(lambda: window.shows("w03"), "its lanes")

        def rung() -> bool:
            with (path / "events.jsonl").open("a") as events:
                events.write(json.dumps({"kind": "alarm", "text": f"ring {HOSTILE[3]}", "step": 4}) + "\n")
            window.read(0.5)
            return b"! ring w03" in window.raw

        window.wait(rung, "a toast")
        for keys in (*"jj", "\x1bOS", *"zziyxjxCC"):
            window.press(keys)
            window.read(0.1)
        window.read(0.5)
    finally:
        window.close()
    told_nothing(window)


def test_nor_does_a_window_on_another_tools_logs(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    for at, text in enumerate(HOSTILE):
        # A name of a directory is bytes without / and NUL, 255 at most.
        name = text.replace("/", "_").replace("\0", "").encode()[:200].decode(errors="ignore")
        (logs / name).mkdir(parents=True)
        rows = [{"step": step, "loss": 1.0 + at, text: 2.0, "note": text} for step in range(20)]
        (logs / name / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    window = Terminal(logs, 160, 60, verb="watch", screen=Glass(160, 60), OPTTUI_RUNS=str(tmp_path / "runs"))
    try:
        window.wait(lambda: window.shows("w03"), "its lanes")
        for keys in (*"jj;;,L", "\x1b", *"zziyjxjxCC"):
            window.press(keys)
            window.read(0.1)
        window.read(0.5)
    finally:
        window.close()
    told_nothing(window)


def told_nothing(window: Terminal) -> None:
    """Nothing but what a window writes itself has reached the terminal."""
    rest = OWN.sub(b"", bytes(window.raw)).decode()
    assert unfit(rest) == [], [rest[max(at.start() - 30, 0) : at.end() + 30] for at in UNFIT.finditer(rest)][
        :9
    ]
    for act in ACTS:
        if "\x1b" in act:
            assert act.encode() not in window.raw, act
    assert b"back\b" not in window.raw
