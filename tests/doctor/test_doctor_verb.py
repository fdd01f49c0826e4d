"""`opttui doctor` in a pipe, on a real pseudo-terminal, without a home: sentences, an object, a status."""

import json
import os
import subprocess
import sys
import termios
import threading
from pathlib import Path
from typing import Any

import pytest
from fake_terminal import FakeTerminal, good, half, never

from opttui.cli.doctor import shown, verdict
from opttui.doctor.finding import Finding

LIMIT = 120.0
KEYS = {
    *(
        "python.version",
        "python.opttui",
        "packages.needed",
        "packages.company",
        "torch.version",
        "torch.cards",
        "logins.logout",
    ),
    *("terminal.kind", "terminal.answers", "terminal.size", "terminal.colours", "terminal.unicode"),
    *("terminal.mouse", "terminal.synchronised", "terminal.clipboard"),
    *("places.runs", "places.sockets", "places.settings"),
}
FAKE = """
import types
__version__ = "9.9"
class One(float):
    def mul(self, by): return One(self * by)
    def sum(self): return One(self * 3)
    def detach(self): return self
    def numpy(self): return self
def ones(*_, **__): return One(1)
def get_num_threads(): return 1
version = types.SimpleNamespace(cuda=None, hip=None)
backends = types.SimpleNamespace(
    cpu=types.SimpleNamespace(get_cpu_capability=lambda: "AVX2"), mps=types.SimpleNamespace(is_available=lambda: False)
)
"""


@pytest.fixture
def fake_torch(tmp_path: Path) -> Path:
    """A folder with a torch that loads at once."""
    folder = tmp_path / "fake"
    folder.mkdir()
    (folder / "torch.py").write_text(FAKE)
    return folder


def run(
    folder: Path, *arguments: str, remove: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """The verb in a pipe."""
    runs = folder / "runs"
    given = {**os.environ, "OPTTUI_RUNS": str(runs), "PYTHONPATH": path(folder), **environment}
    return subprocess.run(
        [sys.executable, "-m", "opttui", "doctor", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in given.items() if name not in remove},
        timeout=LIMIT,
    )


def path(folder: Path) -> str:
    """Where modules are looked for: the folder before all else."""
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])


def test_one_object_with_every_key(fake_torch: Path) -> None:
    done = run(fake_torch, "--json")
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.stderr == "" and done.returncode == 0 and told["fine"] is True
    found = {each["key"]: each for each in told["findings"]}
    assert set(found) >= KEYS and len(found) == len(told["findings"])
    for each in told["findings"]:
        assert set(each) == {"key", "state", "text", "todo", "value"} and each["state"] in (
            "fine",
            "note",
            "wrong",
        )
        assert each["text"].endswith((".", ")")) and each["text"].isprintable(), each
    assert found["torch.version"]["value"]["version"] == "9.9"
    assert not (fake_torch / "runs").exists()


@pytest.mark.parametrize(
    ("environment", "remove"),
    [
        (
            {"TERM": "dumb", "NO_COLOR": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
            (),
        ),
        (
            {"XDG_CONFIG_HOME": "/proc/nowhere"},
            ("TERM", "HOME", "OPTTUI_RUNS", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"),
        ),
        ({"HOME": "/proc/nowhere", "XDG_RUNTIME_DIR": "/nowhere"}, ("OPTTUI_RUNS",)),
    ],
)
def test_it_works_wherever_it_is(
    fake_torch: Path, environment: dict[str, str], remove: tuple[str, ...]
) -> None:
    done = run(fake_torch, remove=remove, **environment)
    assert done.stderr == "" and done.returncode in (0, 1)
    assert "\x1b" not in done.stdout and "Traceback" not in done.stdout
    assert all(
        heading in done.stdout
        for heading in ("Python", "torch and devices", "The terminal", "Where it writes")
    )
    assert max(map(len, done.stdout.splitlines())) <= 160


def test_what_is_needed_and_broken_is_status_one(fake_torch: Path) -> None:
    (fake_torch / "torch.py").write_text("raise ImportError('broken')")
    done = run(fake_torch)
    assert done.returncode == 1 and "✗ version" in done.stdout and "broken" in done.stdout
    assert "1 thing that opttui needs is broken" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(("answer", "complete"), [(good, True), (half, False), (never, False)])
def test_a_real_terminal_is_asked(fake_torch: Path, answer: Any, complete: bool) -> None:
    terminal = FakeTerminal(answer)
    termios.tcsetwinsize(terminal.near, (40, 120))
    before = termios.tcgetattr(terminal.near)
    process = subprocess.Popen(
        [sys.executable, "-m", "opttui", "doctor"],
        stdin=terminal.near,
        stdout=terminal.near,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={
            **{name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")},
            "PYTHONPATH": path(fake_torch),
            "TERM": "xterm-256color",
            "COLORTERM": "",
            "NO_COLOR": "",
            "OPTTUI_RUNS": str(fake_torch / "runs"),
        },
    )
    killer = threading.Timer(LIMIT, process.kill)
    killer.start()
    _, errors = process.communicate()
    killer.cancel()
    assert process.returncode == 0 and errors == b""
    assert termios.tcgetattr(terminal.near) == before
    terminal.close()
    said = terminal.said.decode()
    assert ("Frames appear whole" in said) is (answer is not never)
    assert ("has answered" in said) is complete and ("did not answer all" in said) is not complete
    assert ("yet the terminal itself takes 16 million" in said.replace("\r\n" + " " * 22, " ")) is (
        answer is not never
    )
    assert "120×40 cells" in said and "\x1b[32m" in said


def test_a_finding_is_told_in_the_width_that_there_is() -> None:
    finding = Finding(
        "places.runs", "note", "A sentence that is rather long. " * 8, "Do this, and then do that. " * 5
    )
    for width in (1, 40, 80, 200):
        rows = shown(finding, width, False).splitlines()
        assert (
            max(map(len, rows)) <= max(width, 46) and rows[0].startswith("  ! runs") and "→" in "".join(rows)
        )
    assert "\x1b[" in shown(finding, 80, True)


def test_the_verdict_counts() -> None:
    assert verdict(0, 0) == "Everything is here."
    assert verdict(0, 1) == "Everything that opttui needs is here; 1 thing could be better (!)."
    assert verdict(2, 3).startswith("2 things that opttui needs are broken (✗); 3 things")
    assert verdict(1, 0) == "1 thing that opttui needs is broken (✗)."
