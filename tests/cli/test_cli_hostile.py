"""Hostile names, events and errors reach no terminal, by whichever verb they are looked at or typed."""

from pathlib import Path

import pytest
from cli_toys import called, make, spawned
from hostile import ACTS, HOSTILE, WORDS, evil, unfit


@pytest.mark.parametrize("ended", [True, False], ids=["ended", "crashed"])
def test_no_verb_prints_what_a_hostile_run_says(runs: Path, ended: bool) -> None:
    path = evil(runs, ended=ended)
    odd = path.with_name("\x1b]0;t\x07\u202e\x9b2J\n-1234")
    path.rename(odd)
    seen = ""
    for words in (
        ["runs"],
        ["runs", "--json"],
        ["show"],
        ["show", "--json"],
        ["show", "--width", "300"],
        ["compare"],
        ["export", "--to", str(runs.parent / "rows.csv")],
        ["export", "--to", "-"],
        ["resume", "--headless"] if ended else ["stop", odd.name],
        ["tell", str(odd), "pause"],
        ["rm", odd.name],
        ["attach"],
        ["attach", odd.name],
    ):
        said = called(*words)
        assert unfit(said.out) == unfit(said.err) == [], (words, said)
        assert said.status in (0, 2), (words, said)
        seen += said.out
    assert {word for word in WORDS if word in seen} == set(WORDS)


@pytest.mark.parametrize("text", [text.replace("\0", "") for text in HOSTILE], ids=WORDS)
def test_no_verb_prints_what_was_typed_at_it_raw(runs: Path, text: str) -> None:
    make(runs, "good", steps=3)
    for words in (
        ["runs", text],
        ["attach", text],
        ["attach", f"{text}:x"],
        ["show", text],
        ["rm", text, "--yes"],
        ["stop", text],
        ["resume", text],
        ["tell", text, "pause"],
        ["tell", "good", text],
        ["tell", "good", "set", text, "lr=1"],
        ["export", "good", "--to", f"/nowhere/{text}.csv"],
        ["export", "good", "--to", f"/nowhere/x.{text}"],
        ["race", text],
        ["race", "linear", text],
        ["race", "linear", f"{text}=Adam:lr=x"],
        ["race", "linear", f"Adam@{text}"],
        ["race", f"linear:{text}=1"],
        ["race", f"{text}.toml"],
        ["describe", text],
        ["list", text],
        [text],
        [f"--{text}"],
    ):
        said = called(*words)
        assert unfit(said.out) == unfit(said.err) == [], (words, said)
        assert said.status == 2, (words, said)
        assert said.err.count("\n") == 1, (words, said)


def test_a_traceback_is_printed_tamed(runs: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    text = "".join(act for act in ACTS if len(act) < 100)
    file.write_text(f"def f(point):\n    print({text!r})\n    raise ValueError({text!r})\n")
    said = spawned("race", f"{file}::f:start=[1.0,1.0]", "SGD:lr=0.1", OPTTUI_RUNS=str(runs))
    assert said.status == 1 and "ValueError" in said.out, said
    assert unfit(said.out) == unfit(said.err) == [], said
