"""The splash: where the screen's first frame will lie, without the libraries that it waits for."""

import re
import subprocess
import sys
from pathlib import Path

import pyte
import pytest
from panel_runs import make_run
from screen_runs import opened, shown

from opttui.record.rundir import read_manifest
from opttui.tui.layout import places
from opttui.tui.palettes import PALETTES
from opttui.tui.splash import drawn, painted, splash

SIZES = [(120, 40), (80, 24), (200, 60), (20, 5), (39, 9), (1, 1), (300, 100)]


def run(tmp_path: Path, **more: object):
    return make_run(tmp_path, problem=None, title="Round the bend", **more)  # type: ignore[arg-type]


def screen_of(text: str, width: int, height: int) -> list[str]:
    screen = pyte.Screen(width, height)
    pyte.Stream(screen).feed(text)
    return list(screen.display)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("palette", [*PALETTES.values(), None])
def test_it_fills_every_size_and_scrolls_none(tmp_path: Path, width: int, height: int, palette) -> None:
    lines = drawn(read_manifest(run(tmp_path).path), "waiting for torch …", width, height)
    text = painted(lines, palette, width)
    assert len(lines) == height and "\n" not in text
    plain = re.sub(r"\x1b\[[\d;]*[Hm]", "", text)
    assert len(plain) == width * height and "\x1b" not in plain


async def test_panels_and_words_lie_where_the_screen_has_them(tmp_path: Path) -> None:
    reader = run(tmp_path)
    before = screen_of(painted(drawn(reader.manifest, "waiting for torch …", 120, 40), None, 120), 120, 40)
    app, screen, _ = opened(reader, "starting")
    screen.lookout.reason = "waiting for torch …"
    async with app.run_test(size=(120, 40)):
        loss = screen.chart("loss")
        for number, row in enumerate(loss.picture):
            after = "".join(text for text, _ in row)
            if any(word in after for word in ("Round the bend", "waiting for torch", "Adam:lr", "hot SGD")):
                assert (
                    before[loss.region.y + number][loss.region.x : loss.region.right].strip() == after.strip()
                )
                assert before[loss.region.y + number].index(after.strip()[0]) == after.index(after.strip()[0])
        assert "waiting for torch" in shown(screen)
    for place in places(120, 37, 6, "loss", full=False).values():
        assert before[place.y + 1][place.x] in "━─"


def test_it_needs_neither_numpy_nor_textual_nor_rich() -> None:
    code = "import sys, opttui.tui.splash; print(sorted({'numpy', 'textual', 'rich', 'torch'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_a_failure_in_the_block_leaves_the_terminal_as_it_was(tmp_path: Path, monkeypatch, capsys) -> None:
    path = run(tmp_path).path
    monkeypatch.setattr("os.get_terminal_size", lambda number: (80, 24))
    monkeypatch.setattr("sys.stdout.fileno", lambda: 1)
    with pytest.raises(KeyboardInterrupt), splash(path, "waiting"):
        raise KeyboardInterrupt
    written = capsys.readouterr().out
    assert written.startswith("\x1b[?1049h") and written.endswith("\x1b[?25h\x1b[?1049l")


def test_names_from_outside_are_tamed(tmp_path: Path) -> None:
    lanes = [("\x1b[31mred\x07", "SGD:lr=0.1", 0.1)]
    text = painted(drawn(run(tmp_path, lanes=lanes).manifest, "…", 80, 24), None, 80)
    assert "\x1b[31m" not in text and "\x07" not in text
