"""An ssh that runs its command here, put on the PATH; and an opttui for it to find."""

import os
import sys
from pathlib import Path

import opttui

SSH = """#!/bin/sh
# Options with their values, then --, the host and the command, as ssh has them.
echo "$@" >> "$FAKE_SSH/calls"
while [ "$1" != -- ]; do case "$1" in -o) shift;; esac; shift; done
host=$2; shift 2
[ -f "$FAKE_SSH/refuse" ] && { cat "$FAKE_SSH/refuse" >&2; exit 255; }
case "$host" in nowhere) echo "ssh: Could not resolve hostname nowhere: Name or service not known" >&2; exit 255;; esac
[ -f "$FAKE_SSH/motd" ] && cat "$FAKE_SSH/motd"
export PATH="$FAKE_SSH/far:/usr/bin:/bin" HOME="$FAKE_SSH" OPTTUI_RUNS="$FAKE_SSH/runs"
unset PYTHONPATH TMPDIR
echo $$ > "$FAKE_SSH/pid"
exec sh -c "$*"
"""
OPTTUI = f"""#!/bin/sh
export PYTHONPATH='{Path(opttui.__file__).parents[1]}'
exec '{sys.executable}' -m opttui "$@"
"""


def far_machine(place: Path, monkeypatch) -> Path:
    """Make it; its runs directory. Files `refuse` and `motd` in its folder say what goes wrong."""
    folder = place / "there"
    for name, text in ((folder / "bin" / "ssh", SSH), (folder / "far" / "opttui", OPTTUI)):
        name.parent.mkdir(parents=True)
        name.write_text(text)
        name.chmod(0o755)
    (folder / "runs").mkdir()
    monkeypatch.setenv("FAKE_SSH", str(folder))
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(place))
    return folder / "runs"
