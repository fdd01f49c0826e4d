"""`python -m opttui.server RUN [DESCRIPTOR [COMMAND]]`: the race process of a run. Started by `control.launch`, not by
hand."""

import sys
from pathlib import Path

from opttui.server.process import run_process
from opttui.server.ready import ReadyPipe

if __name__ == "__main__":
    pipe = ReadyPipe(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    sys.exit(run_process(Path(sys.argv[1]), pipe, sys.argv[3] if len(sys.argv) > 3 else ""))
