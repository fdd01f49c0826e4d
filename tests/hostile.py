"""Twenty-five texts that want more than to be read: each with a word of its own, by which it is found on a screen."""

import json
import re
from pathlib import Path

from cli_toys import make, row

from opttui.record.layout import MANIFEST
from opttui.record.writer import RunWriter

ACTS = [
    "\x1b[2J\x1b[H",  # clears the screen
    "\x1b[31;7;5m",  # colours that stay
    "\x1b]0;title\x07",  # the window's title
    "\x1b]52;c;cm0gLXJmIH4K\x07",  # the clipboard
    "\x1b]8;;file:///etc/passwd\x1b\\",  # a link
    "\x1b[6n",  # a report, typed back at the shell
    "\x1b[>c\x1b[c",  # another
    "\x1b[?1049l",  # away from the screen
    "\x1b[?25l\x1b[?1000h",  # cursor and mouse
    '\x1bP$q"p\x1b\\',  # a device control string
    "\x1bc",  # a reset
    "\x1b(0",  # another alphabet
    "\x9b31m\x9b2J",  # C1 for the same
    "\x9d0;title\x9c",
    "\x90+q544e\x9c",
    "\x85\x8d",  # next line, reverse line feed
    "\u202eesrever\u202c\u2066x\u2069",  # bidi
    "\u200b\u200e\u2060\ufeff\u200d",  # nothing, several times
    "a\nb\r\nc\rd\x0bx\x0cy\u2028z\u2029",  # lines
    "tab\tbell\x07back\b\b\bdel\x7fnul\x00",
    "[@click=app.quit]click[/] [red]x[/red] [/] [b][/i] [link=file:///etc]y",  # markup
    "x" * 5000,
    "e" + "\u0301" * 400,  # combining
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1e9\U0001f1ea\uff37\uff21",  # widths
    "$(reboot) `reboot` '; reboot; \" %s {0} {{x}} \\x1b[2J",
]
WORDS = [f"w{number:02d}" for number in range(len(ACTS))]
HOSTILE = [word + act for word, act in zip(WORDS, ACTS, strict=True)]
assert len(HOSTILE) == 25

UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What a terminal must never get from a text."""


def unfit(said: str) -> list[str]:
    """What is in a text for a terminal that should not be."""
    return sorted({hex(ord(found)) for found in UNFIT.findall(said)})


def evil(runs: Path, name: str = "evil", ended: bool = True) -> Path:
    """A run in which every text is hostile: a lane, a metric and an event for each."""
    path = make(runs, name, steps=20, ended=ended)
    file = path / MANIFEST
    manifest = json.loads(file.read_bytes())
    lane, spec = manifest["lanes"][0], manifest["scenario"]["lanes"][0]
    manifest["lanes"] = [
        {
            **lane,
            "id": at,
            "name": text,
            "phrase": f"Adam:{text}",
            "start": text,
            "changes": text,
            "exact": text,
        }
        for at, text in enumerate(HOSTILE)
    ]
    manifest["scenario"] |= {"lanes": [spec] * len(HOSTILE), "title": HOSTILE[0] + HOSTILE[4]}
    manifest["problem"] = {
        "title": "".join(HOSTILE[:20]),
        "parameters": 3,
        "axes": HOSTILE[2:4],
        "plane": HOSTILE[5],
        "metrics": HOSTILE,
        "data": HOSTILE[12],
    }
    manifest |= {"device": HOSTILE[1], "dtype": HOSTILE[16], "versions": {text: text for text in HOSTILE}}
    if not ended:
        manifest["created"] -= 60.0  # a start that is younger may still come to its lock, and is waited for
    if ended:
        result = manifest["results"][0]
        manifest["results"] = [
            {**result, "id": at, "name": text, "phrase": text, "reason": text}
            for at, text in enumerate(HOSTILE)
        ]
    file.write_text(json.dumps(manifest))
    writer = RunWriter(path, len(HOSTILE))
    for at in range(len(HOSTILE)):
        writer.rows(at, [row(step, 1.0 + at) for step in range(20)] if at > 1 else [])
        writer.validation(at, 5, dict.fromkeys(HOSTILE, 1.0))
    writer.flush()
    writer.close()
    with (path / "events.jsonl").open("a") as events:
        for at, text in enumerate(HOSTILE):
            event = {"kind": "set", "lane": at, "step": at % 20, "actor": text, "text": text, "time": 1.0}
            events.write(json.dumps({**event, "data": {"hyper": text, "old": 1.0, "new": 2.0}}) + "\n")
        events.write(
            json.dumps({"kind": "alarm", "text": HOSTILE[3], "step": 3, "data": {"alarm": HOSTILE[0]}}) + "\n"
        )
    return path
