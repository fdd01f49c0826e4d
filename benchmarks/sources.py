"""`python -m benchmarks.sources`: other tools' logs, how fast they are read: TensorBoard's against its own reader."""

import json
import logging
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.shared import show
from opttui.sources.crc32c import crc
from opttui.sources.csv_log import CsvLog
from opttui.sources.jsonl import JsonLinesLog
from opttui.sources.tensorboard import TensorBoardLog

ROWS, TAGS = 20_000, ("Loss/train", "lr")
"""40,000 scalars."""
WANTED = 4.0
"""Times the rate of EventAccumulator."""


def main() -> None:
    """Print rates, and the ratio to EventAccumulator on the same file in turns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.out.tfevents.1700000000.box")
        path.write_bytes(events())
        own, its = [], []
        for _ in range(3):
            own.append(seconds(lambda: read(path)))
            its.append(seconds(lambda: accumulated(path)))
        count, size = ROWS * len(TAGS), path.stat().st_size
        ratio = min(its) / min(own)
        show("TensorBoard's events, of a core", f"{count / min(own):,.0f} scalars/s")
        show("the same", f"{size / min(own) / 1e6:.1f} MB/s")
        show(
            "EventAccumulator",
            f"{count / min(its):,.0f} scalars/s",
            f"≤ 1/{WANTED:g} of it",
            ratio,
            ratio >= WANTED,
        )
        for name, text, make in (("metrics.csv", table(), CsvLog), ("train.jsonl", objects(), JsonLinesLog)):
            path = Path(folder, name)
            path.write_text(text)
            took = min(seconds(make(path).poll) for _ in range(3))
            show(f"{name}, rows of four numbers", f"{ROWS / took:,.0f} rows/s")


def events() -> bytes:
    """What torch's SummaryWriter writes, byte by byte the same form."""
    parts = []
    for step in range(ROWS):
        for tag in TAGS:
            value = b"\x0a" + bytes([len(tag)]) + tag.encode() + b"\x15" + struct.pack("<f", 1 / (step + 1))
            summary = b"\x0a" + bytes([len(value)]) + value
            event = b"\x09" + struct.pack("<d", 1.7e9 + step) + b"\x10" + varint(step)
            event += b"\x2a" + bytes([len(summary)]) + summary
            head = struct.pack("<Q", len(event))
            parts += [head, struct.pack("<I", crc(head)), event, struct.pack("<I", crc(event))]
    return b"".join(parts)


def varint(value: int) -> bytes:
    """As protocol buffers write numbers."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def read(path: Path) -> None:
    """By our reader."""
    log = TensorBoardLog(path)
    log.poll()
    assert [series.rows for series in log.metrics.series.values()] == [ROWS] * len(TAGS)


def accumulated(path: Path) -> None:
    """By TensorBoard's own."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    logging.getLogger("tensorboard").setLevel(logging.ERROR)
    accumulator = EventAccumulator(str(path), size_guidance={"scalars": 0})
    accumulator.Reload()
    assert len(accumulator.Scalars(TAGS[0])) == ROWS


def seconds(work: Callable[[], object]) -> float:
    """CPU time that it takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def rows() -> list[dict[str, float]]:
    """What is in the text logs."""
    return [{"step": k, "loss": 1 / (k + 1), "lr": 0.001, "acc": k / ROWS} for k in range(ROWS)]


def table() -> str:
    """The same as CSV."""
    return "step,loss,lr,acc\n" + "".join(",".join(map(repr, row.values())) + "\n" for row in rows())


def objects() -> str:
    """The same as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows())


if __name__ == "__main__":
    main()
