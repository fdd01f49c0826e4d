"""`opttui show` in a pipe: chart and table at any width, any chart, no colour."""

import re
from pathlib import Path

import pytest
from cli_toys import called, make, refused

from opttui.cli.columns import cells
from opttui.record.layout import Row
from opttui.record.rundir import read_manifest, write_manifest


def narrowed(text: str) -> list[str]:
    """Its lines, after what no pipe should get has been ruled out."""
    assert "\x1b" not in text and "\t" not in text
    return text.splitlines()


@pytest.mark.parametrize("width", [20, 40, 57, 80, 200, 300])
@pytest.mark.parametrize("chart", ["loss", "lr", "grad_norm", "path"])
def test_no_line_is_wider_than_asked_for(
    runs: Path, monkeypatch: pytest.MonkeyPatch, width: int, chart: str
) -> None:
    make(runs, name="a-run-with-quite-a-long-name")
    monkeypatch.setenv("COLUMNS", str(width))
    by_environment = called("show", "--chart", chart)
    by_option = called("show", "--chart", chart, "--width", str(width))
    assert (by_environment.status, by_environment.err) == (0, "")
    assert by_environment.out == by_option.out
    lines = narrowed(by_option.out)
    assert max(map(cells, lines)) <= width
    assert max(map(len, lines)) > width - 25
    assert ("hot, and odd" if width >= 40 else "hot, a") in by_option.out


def test_a_width_that_is_none_is_not_asked_for(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(runs)
    monkeypatch.delenv("COLUMNS")
    free = called("show").out
    for word in ("", "no", "-5", "9" * 12):
        monkeypatch.setenv("COLUMNS", word)
        assert called("show").out == free
    for word, width in (("3", 20), ("99999", 400)):
        monkeypatch.setenv("COLUMNS", word)
        assert called("show").out == called("show", "--width", str(width)).out


def test_what_stands_beside_a_run_is_in_its_chart_and_not_in_its_table(runs: Path, tmp_path: Path) -> None:
    make(runs)
    (log := tmp_path / "base.csv").write_text("step,loss\n" + "".join(f"{k},{2.0 + k}\n" for k in range(9)))
    plain, both = called("show").out, called("show", "--beside", str(log)).out
    assert "base (beside)" in both and both.count("base") == 1
    assert both.splitlines()[-3:] == plain.splitlines()[-3:]
    for option in ("--json", "--compare=0,1"):
        assert "has none" in refused(called("show", option, "--beside", str(log)))
    assert "has none" in refused(called("race", "linear", "SGD", "--detach", "--beside", str(log)))
    assert "has none" in refused(called("show", "--chart", "path", "--beside", str(log)))
    assert "--beside is of charts" in refused(called("export", "--to", "a.csv", "--beside", str(log)))


def test_a_chart_that_is_none_is_refused_before_anything_is_printed(runs: Path) -> None:
    make(runs)
    sentence = refused(called("show", "--chart", "lss"))
    assert "Did you mean loss?" in sentence and "grad_norm" in sentence
    assert "no samples" in refused(called("show", "--axis", "samples"))


def test_a_lane_on_its_way_to_infinity_leaves_the_others_room(runs: Path) -> None:
    losses = [1 / (step + 1) for step in range(30)]
    path = make(runs, losses=losses)
    from opttui.record.events import Event
    from opttui.record.writer import RunWriter

    def row(step: int, loss: float) -> Row:
        return (float(step), step + 1.0, 0.0, loss, 0.1, 1.0, 1.0, 0.0, 0.0)

    writer = RunWriter(path, 2)
    writer.rows(1, [row(30 + at, 10.0 ** (4 * at)) for at in range(40)])
    writer.event(Event("outcome", "diverged", lane=1, step=69, data={"outcome": "diverged"}))
    writer.close()
    manifest = read_manifest(path)
    write_manifest(path, manifest)
    ticks = [float(tick) for tick in re.findall(r"^ *([0-9.e+-]+)┤", called("show").out, re.MULTILINE)]
    assert ticks and max(ticks) < 1e4
