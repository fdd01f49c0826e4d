"""What windows and verbs make of a tracked script: no path, no unknown total, only what a script can do."""

from pathlib import Path

import pytest
import torch
from tracked import net, train

import opttui
from opttui.cli.main import main
from opttui.control.kill import kill
from opttui.control.listing import describe
from opttui.control.way import Here
from opttui.errors import RunError
from opttui.tracking.run import Run
from opttui.tui.actions import BY_ID, possible
from opttui.tui.frames import bottom, top
from opttui.tui.panels.measures import Costs
from opttui.tui.scripts import CLOSED, refused
from opttui.tui.window import Window


def tracked(control: bool = False, steps: int | None = None) -> tuple[Run, torch.optim.Optimizer]:
    """A script that has taken three steps and goes on."""
    model = net(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    run = opttui.track(optimizer, model=model, name="job", control=control, steps=steps, quiet=True)
    train(model, optimizer, 3, told=lambda loss: run.log(loss=loss))
    return run, optimizer


def words(picture: tuple) -> str:  # type: ignore[type-arg]
    """The text of some rows."""
    return "\n".join("".join(text for text, _ in row) for row in picture)


@pytest.mark.parametrize("control", [False, True])
def test_a_window_shows_what_there_is_and_offers_what_can_be_done(control: bool) -> None:
    run, _kept = tracked(control)
    run.close()
    assert run.path is not None
    window = Window(Here(run.path))
    view = window.view
    view.state = "running"
    assert "path" not in view.panels() and "path" in view.sight().hidden
    assert view.readonly is not control
    assert "step 3" in words(top(view, 120)) and " of " not in words(top(view, 120))
    keys = words(bottom(view, 200, 2, "", Costs()))
    assert ("pause" in keys) is control and "fork" not in keys and "log scale" in keys
    manifest = view.reader.manifest
    for action, sentence in (
        ("toggle_pause", "" if control else CLOSED),
        ("turn_up", "" if control else CLOSED),
        ("fork", "A tracked script cannot be forked"),
        ("drop", "A tracked script cannot do that"),
    ):
        why = possible(
            BY_ID[action],
            readonly=view.readonly,
            live=True,
            panels=view.panels(),
            refused=refused(manifest, action),
        )
        assert why.startswith(sentence) and bool(why) == bool(sentence)
    assert possible(BY_ID["panel_path"], readonly=False, live=True, panels=view.panels())
    assert ("opttui stop" in window.farewell("left")) is control
    window.close()


def test_lists_say_what_it_is_and_how_far(runs: Path) -> None:
    run, _kept = tracked()
    run.close()
    known, _more = tracked(steps=10)
    assert run.path is not None and known.path is not None
    facts = describe(run.path)
    assert (facts["kind"], facts["steps"], facts["step"], facts["state"]) == ("tracked", None, 3, "finished")
    assert describe(known.path)["steps"] == 10 and describe(known.path)["state"] == "running"
    known.close()


def test_verbs_that_make_no_sense_say_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run, _kept = tracked()
    assert run.path is not None
    with pytest.raises(RunError, match="is a script of yours, and opttui sends it no signals"):
        kill(run.path)
    run.close()
    for arguments, sentence in (
        (["resume", run.name], "is a tracked script, and only the script itself can go on"),
        (["export", run.name, "--to", str(tmp_path / "script.py")], "is a training script of your own"),
        (["export", run.name, "--to", str(tmp_path / "again.toml")], "is a training script of your own"),
        (["tell", run.name, "pause"], f"The script of {run.name} is over"),
    ):
        assert main(arguments) == 2
        assert sentence in capsys.readouterr().err
    for arguments in (
        ["show", run.name],
        ["show", run.name, "--json"],
        ["export", run.name, "--to", str(tmp_path / "a.csv")],
    ):
        assert main(arguments) == 0
    assert main(["rm", run.name, "--yes"]) == 0 and not run.path.exists()
