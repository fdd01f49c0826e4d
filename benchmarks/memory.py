"""`python -m benchmarks.memory`: what a window weighs after 200,000 rows have passed before it, 6 lanes together."""

import os
import tempfile
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.shared import OPTTUI, Terminal, full_frame, within
from opttui.record.manifest import LaneInfo
from opttui.record.rundir import create_run
from opttui.record.writer import RunWriter
from opttui.scenario.phrase import phrase_of
from opttui.scenario.resolve import scenario_from

ROWS, PORTION = 200_000, 100
LIMIT = 120.0


def main() -> None:
    """Print resident and proportional megabytes."""
    with tempfile.TemporaryDirectory() as runs:
        scenario = scenario_from("showcase")
        lanes = tuple(LaneInfo(k, spec.optimizer, phrase_of(spec)) for k, spec in enumerate(scenario.lanes))
        path = create_run(scenario, lanes, Path(runs))
        writer = RunWriter(path, len(lanes))
        terminal = Terminal([*OPTTUI, "attach", path.name], {**os.environ, "OPTTUI_RUNS": runs})
        terminal.wait_for(full_frame)
        for begin in range(0, ROWS // len(lanes), PORTION):
            steps = range(begin, begin + PORTION)
            for lane in lanes:
                writer.rows(
                    lane.id,
                    [(k, k + 1, k * 1e-3, 2 / (k + 1), 0.1, 1.0, 0.1, k * 1e-5, k * 2e-5) for k in steps],
                )
            writer.flush()
            time.sleep(0.03)
        time.sleep(1.0)
        used = psutil.Process(terminal.process.pid).memory_full_info()
        within(f"resident after {ROWS:,} rows", used.rss / 1e6, LIMIT, "MB", 1)
        within("its proportional share", used.pss / 1e6, LIMIT, "MB", 1)
        terminal.close()
        writer.close()


if __name__ == "__main__":
    main()
