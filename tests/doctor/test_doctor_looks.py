"""torch in a process of its own, packages, places: each whole, missing and broken."""

import os
import stat
import tempfile
import time
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from opttui.doctor import logins, packages, places, pytorch
from opttui.doctor.finding import Finding
from opttui.doctor.packages import EXTRAS, parts_of, unmet

TOLD = (
    'import json; print("noise"); found = {"version": "9.1", "seconds": 1.0, "threads": 4, "cuda": "13.0", "hip": None};'
    ' found |= {"cpu": "AVX2", "devices": [%s], "why": "%s", "mps": False};'
    f' print("{pytorch.MARK}" + json.dumps(found))'
)
CARD = '{"name": "H100", "memory": 85899345920, "free": 42949672960}'


def by_key(found: object) -> dict[str, Finding]:
    return {each.key: each for each in found}  # type: ignore[attr-defined]


@pytest.fixture
def no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytorch, "Cards", lambda: SimpleNamespace(cards=(), why="none", close=lambda: None))


@pytest.mark.usefixtures("no_cards")
@pytest.mark.parametrize(
    ("probe", "words", "todo"),
    [
        (
            "raise ModuleNotFoundError(\"No module named 'torch'\")",
            "No module named 'torch'",
            "pip install torch",
        ),
        (
            "raise ImportError('libcudart.so.12: cannot open\\x1b[31m')",
            "libcudart.so.12",
            "--force-reinstall",
        ),
        (
            "import os; os.kill(os.getpid(), 4)",
            "SIGILL, as when torch was built for another processor",
            "pip install",
        ),
        ("import os; os._exit(3)", "it says nothing", "pip install"),
        (f"print('{pytorch.MARK}[1]')", "nonsense", "pip install"),
        (f"print('{pytorch.MARK}not json')", "it says nothing", "pip install"),
    ],
)
def test_a_broken_torch_is_a_finding(probe: str, words: str, todo: str) -> None:
    finding = by_key(pytorch.findings(probe, 30.0))["torch.version"]
    assert finding.state == "wrong" and words in finding.text and todo in finding.todo
    assert finding.text.isprintable()


@pytest.mark.usefixtures("no_cards")
def test_a_torch_that_hangs_is_ended_with_its_children() -> None:
    begin = time.monotonic()
    probe = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    finding = by_key(pytorch.findings(probe, 0.5))["torch.version"]
    assert finding.state == "wrong" and "did not load" in finding.text and time.monotonic() - begin < 20


@pytest.mark.usefixtures("no_cards")
def test_devices_are_told_with_their_memory() -> None:
    found = by_key(pytorch.findings(TOLD % (CARD, ""), 30.0))
    assert "cuda:0 (H100, 80 GiB, 40 free)" in found["torch.devices"].text
    assert (
        "built for CUDA 13.0" in found["torch.version"].text and found["torch.version"].value["threads"] == 4
    )
    broken = by_key(pytorch.findings(TOLD % ("", "driver too old"), 30.0))["torch.devices"]
    assert broken.state == "note" and "driver too old" in broken.text


def test_a_card_that_torch_does_not_use_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SimpleNamespace(name="NVIDIA H100\x1b")
    monkeypatch.setattr(pytorch, "Cards", lambda: SimpleNamespace(cards=(card,), why="", close=lambda: None))
    finding = by_key(pytorch.cards({"devices": [], "cuda": None}))["torch.cards"]
    assert finding.state == "note" and "without CUDA" in finding.text and finding.text.isprintable()
    assert "CUDA_VISIBLE_DEVICES" in by_key(pytorch.cards({"devices": [], "cuda": "13"}))["torch.cards"].todo
    assert by_key(pytorch.cards({"devices": [1], "cuda": "13"}))["torch.cards"].state == "fine"


def test_packages_that_are_missing_or_old_are_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy>=1.26", "textual<9,>=8.2", "nosuch-thing>=2", 'ruff>=99; extra == "dev"']
    monkeypatch.setattr(metadata, "requires", lambda name: wanted)
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "8.1.0" if name == "textual" else real(name))
    (finding,) = packages.needed()
    assert finding.state == "wrong" and set(finding.value) == {"numpy", "textual", "nosuch-thing"}
    assert "textual 8.1.0 is too old" in finding.text and "nosuch-thing is not installed" in finding.text
    assert finding.todo == "pip install 'textual<9,>=8.2' 'nosuch-thing>=2'"


def test_here_everything_that_is_needed_is_there() -> None:
    (finding,) = packages.needed()
    assert finding.state == "fine", finding
    assert [each.state for each in packages.python()] == ["fine", "fine"]


@pytest.mark.parametrize(
    ("version", "bounds", "fits"),
    [
        ("2.13.0+cpu", ">=2.6", True),
        ("8.2.8", ">=8.2,<9", True),
        ("9.0", ">=8.2,<9", False),
        ("5.3.2", ">=5.3.2,<6", True),
        ("1.9.9", ">=1.26", False),
        ("odd", "", True),
    ],
)
def test_bounds(version: str, bounds: str, fits: bool) -> None:
    assert (unmet(version, bounds) == "") is fits


def test_requirements_are_read() -> None:
    assert parts_of('textual<9,>=8.2; extra == "x"') == ("textual", "<9,>=8.2", ' extra == "x"')
    assert parts_of("opttui[serve] (>=1)") == ("opttui", ">=1", "")


def test_every_extra_is_told_with_the_command_that_brings_it() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    for name, wanted in project["optional-dependencies"].items():
        if name not in ("dev", "integrations") and not wanted[0].startswith("opttui["):
            for requirement in wanted:
                package = parts_of(requirement)[0]
                (extra,) = [extra for extra in EXTRAS if extra.package == package]
                assert extra.command == f"pip install 'opttui[{name}]'"


def test_an_extra_that_is_missing_is_a_note() -> None:
    (finding,) = packages.extras([packages.Extra("nosuch-thing", "nothing", "pip install nosuch-thing")])
    assert (finding.key, finding.state, finding.todo) == (
        "packages.nosuch-thing",
        "note",
        "pip install nosuch-thing",
    )


def test_company_is_told_in_one_finding() -> None:
    (both,) = packages.company({"numpy": "arrays", "nosuch-thing": "nothing"})
    assert both.state == "fine" and both.todo.endswith("pip install nosuch-thing")
    assert both.text.startswith("It works with numpy ") and "not here: nosuch-thing (nothing)." in both.text
    (none,) = packages.company({"nosuch-thing": "nothing"})
    assert none.text == "It works with others that are not here: nosuch-thing (nothing)."
    (all_of_them,) = packages.company({"numpy": "arrays"})
    assert all_of_them.todo == "" and set(all_of_them.value) == {"numpy"}


def test_the_runs_directory_there_and_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path / "a" / "b"))
    found = by_key(places.runs())
    assert found["places.runs"].state == "fine" and "will go to" in found["places.runs"].text
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a" / "b").mkdir(parents=True, mode=0o700)
    found = by_key(places.runs())
    assert found["places.runs"].text.startswith("0 runs in") and "for you alone" in found["places.runs"].text
    assert {"places.room", "places.system", "places.locks"} <= set(found) and found[
        "places.locks"
    ].value is True
    (tmp_path / "a" / "b").chmod(0o777)
    loose = by_key(places.runs())["places.runs"]
    assert loose.state == "note" and loose.todo.startswith("chmod go-w")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_runs_directory_that_cannot_be_written_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "dead").symlink_to(tmp_path / "nothing")
    for place, words in ((tmp_path / "file" / "runs", "is a file"), (tmp_path / "dead", "a link to nothing")):
        monkeypatch.setenv("OPTTUI_RUNS", str(place))
        (finding,) = places.runs()
        assert finding.state == "wrong" and words in finding.text and "OPTTUI_RUNS" in finding.todo

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path))
    monkeypatch.setattr(places.tempfile, "TemporaryDirectory", refuse)
    (finding,) = places.runs()
    assert finding.state == "wrong" and "Permission denied" in finding.text


def test_a_makeshift_place_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "runs_directory", lambda: tmp_path / "runs")
    monkeypatch.setattr(places, "makeshift", lambda: tmp_path / "runs")
    finding = by_key(places.runs())["places.runs"]
    assert finding.state == "note" and "cannot be written" in finding.text and "OPTTUI_RUNS" in finding.todo


@pytest.mark.parametrize(("left", "state"), [(100 * 2**20, "wrong"), (2**30, "note"), (10 * 2**30, "fine")])
def test_room(left: int, state: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(f_bavail=left // 4096, f_frsize=4096))
    assert places.room(tmp_path).state == state


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    deep = tmp_path / "a b" / "runs"
    deep.mkdir(parents=True)
    lines = [
        "/dev/root / ext4 rw 0 0",
        f"box:/x {str(deep.parent.resolve()).replace(' ', chr(92) + '040')} nfs4 rw 0 0",
        "odd",
    ]
    mounts.write_text("\n".join(lines))
    assert places.file_system(deep, mounts) == "nfs4" and places.file_system(tmp_path, mounts) == "ext4"
    assert places.file_system(deep, tmp_path / "none") == ""


def test_a_far_file_system_is_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for kind, state in (
        ("nfs4", "note"),
        ("fuse.sshfs", "note"),
        ("tmpfs", "note"),
        ("ext4", "fine"),
        ("", "fine"),
    ):
        monkeypatch.setattr(places, "file_system", lambda path, kind=kind: kind)
        assert places.system(tmp_path).state == state


def test_sockets_in_a_directory_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    # A name of a socket has 107 bytes at most, which pytest's own directories leave no room for.
    with tempfile.TemporaryDirectory() as short:
        place = Path(short) / "opttui"
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        (finding,) = places.sockets()
        assert finding.state == "fine" and not list(place.iterdir())
        place.chmod(0o777)
        (finding,) = places.sockets()
        assert finding.state == "wrong" and "open to others" in finding.text
        assert stat.S_IMODE(place.stat().st_mode) == 0o777


@pytest.mark.parametrize(
    ("text", "state", "words"),
    [
        (None, "fine", "no settings file"),
        ('{"theme": "light"}', "fine", "Settings are in"),
        ('{"theme": "nosuch\\u001b"}', "note", "theme 'nosuch"),
        ("{", "note", "not as it should be"),
        ('{"mouse": 3}', "note", "not as it should be"),
    ],
)
def test_settings(
    text: str | None, state: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    if text is not None:
        (tmp_path / "opttui").mkdir()
        (tmp_path / "opttui" / "settings.json").write_text(text)
    (finding,) = places.settings()
    assert finding.state == state and words in finding.text and finding.text.isprintable()


def test_settings_that_cannot_be_made_are_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(places, "unwritable", lambda path: f"{path.name} is not for you")
    (finding,) = places.settings()
    assert finding.state == "note" and f"{tmp_path.name} is not for you" in finding.text


@pytest.mark.parametrize(
    ("sentence", "state", "value"),
    [("", "fine", "outlives"), ("This system ends the race when you log out: do this.", "note", "ends")],
)
def test_logging_out(sentence: str, state: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "what_ends_it", lambda: sentence)
    (finding,) = logins.findings()
    assert (finding.state, finding.value) == (state, value) and sentence in finding.text
