"""`python -m benchmarks [NAME ...]`: every benchmark in this folder, or those named, one after the other.

Each runs in a process of its own, so that none pays for what another has imported. A line says what was measured, what is
wanted, and the ratio to what it is compared with in the same run: another way of doing it, or the bound.
"""

import pkgutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def benchmarks() -> list[str]:
    """The modules that can be run, by name: those that say what they do when they are the main one."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(HERE)]) if found.name != "__main__")
    return [name for name in names if '"__main__"' in (HERE / f"{name}.py").read_text(encoding="utf-8")]


def main(wanted: list[str]) -> int:
    """Run them; 1 when one of them failed, 2 for a name that is none."""
    names = benchmarks()
    unknown = [name for name in wanted if name not in names]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are {', '.join(names)}.", file=sys.stderr)
        return 2
    print(f"{'':<58} {'measured':>22} {'wanted':>22} {'ratio':>8}")
    failed = [name for name in wanted or names if not run(name)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def run(name: str) -> bool:
    """Run one; whether it came to its end."""
    print(f"── {name} ──", flush=True)
    began = time.perf_counter()
    status = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent, check=False
    ).returncode
    print(
        f"   {time.perf_counter() - began:.0f} s{'' if status == 0 else f', status {status}'}\n", flush=True
    )
    return status == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
