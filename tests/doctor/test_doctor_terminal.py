"""What a terminal can do, from its environment and its answers, each in one finding."""

import pytest
from fake_terminal import good

from opttui.doctor.answers import QUESTIONS, Answers, read
from opttui.doctor.finding import Finding, looked_at
from opttui.doctor.terminal import Surroundings, findings

XTERM = {"TERM": "xterm-256color"}
GOOD = read(good(QUESTIONS.encode()))
KEYS = ["kind", "answers", "size", "colours", "unicode", "mouse", "synchronised", "clipboard"]


def found(
    environment: dict[str, str] | None = None,
    *,
    encoding: str = "utf-8",
    size: tuple[int, int] | None = (120, 40),
    parents: tuple[str, ...] = (),
    answers: Answers | None = GOOD,
) -> dict[str, Finding]:
    """Findings by the ends of their keys."""
    around = Surroundings(XTERM if environment is None else environment, encoding, size, parents, answers)
    return {each.name: each for each in findings(around)}


def test_a_good_terminal_has_nothing_to_be_said() -> None:
    all_of_them = found({**XTERM, "COLORTERM": "truecolor"})
    assert list(all_of_them) == KEYS and {each.state for each in all_of_them.values()} == {"fine"}
    assert all_of_them["kind"].value == {
        "TERM": "xterm-256color",
        "program": "WezTerm 20240203",
        "inside": [],
    }
    assert all_of_them["colours"].value == 2**24 and all_of_them["size"].value == [120, 40]


@pytest.mark.parametrize(
    ("environment", "number", "why", "state"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, 2**24, "COLORTERM is truecolor", "fine"),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, 2**24, "COLORTERM is 24bit", "fine"),
        ({"TERM": "xterm-256color"}, 256, "yet the terminal itself takes 16 million", "note"),
        ({"TERM": "xterm-256color", "COLORTERM": "yes"}, 256, "COLORTERM is yes", "note"),
        ({"TERM": "xterm-kitty"}, 256, "TERM is xterm-kitty", "note"),
        ({"TERM": "xterm"}, 16, "TERM is xterm", "note"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, 0, "NO_COLOR is set", "note"),
        ({"TERM": "dumb"}, 0, "TERM is dumb", "note"),
        ({}, 0, "TERM is not set", "note"),
    ],
)
def test_colours_and_why(environment: dict[str, str], number: int, why: str, state: str) -> None:
    finding = found(environment)["colours"]
    assert (finding.value, finding.state) == (number, state) and why in finding.text
    if number in (16, 256):
        assert "COLORTERM=truecolor" in finding.todo


def test_what_the_screen_uses_is_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    systems = {None: 0, "standard": 16, "256": 256, "truecolor": 2**24}
    for environment in (
        {"TERM": "xterm-256color"},
        {"TERM": "xterm", "COLORTERM": "truecolor"},
        {"TERM": "xterm-kitty"},
        {"TERM": "screen"},
        {"TERM": "dumb"},
        {"TERM": "tmux-256color", "COLORTERM": "24bit"},
    ):
        system = Console(force_terminal=True, _environ=environment).color_system
        assert found(environment)["colours"].value == systems[system], environment


def test_without_answers_it_is_told_what_is_a_guess() -> None:
    unasked = found(answers=None)
    assert unasked["answers"].state == "note" and unasked["mouse"].value is None
    assert unasked["synchronised"].state == "note" and unasked["synchronised"].value is None
    part = found(answers=Answers(modes={2026: True}))
    assert part["synchronised"].state == "fine" and "in time" in part["answers"].text


def test_a_terminal_that_knows_no_mode_says_so() -> None:
    plain = found(answers=Answers(complete=True, modes={2026: False, 1006: False}))
    assert plain["synchronised"].value is False and plain["synchronised"].state == "note"
    assert plain["mouse"].value is False
    assert found(answers=Answers(complete=True))["synchronised"].value is False


@pytest.mark.parametrize(
    ("size", "state"),
    [((120, 40), "fine"), ((80, 24), "fine"), ((79, 24), "note"), ((19, 24), "wrong"), ((80, 4), "wrong")],
)
def test_sizes(size: tuple[int, int], state: str) -> None:
    assert found(size=size)["size"].state == state


def test_widths_that_are_wrong_break_the_charts() -> None:
    wide = found(answers=Answers(complete=True, widths={"braille": 3, "block": 3, "wide": 3, "combining": 3}))
    assert wide["unicode"].state == "wrong" and "3 cells" in wide["unicode"].text
    odd = found(answers=Answers(complete=True, widths={"braille": 1, "block": 1, "wide": 2, "combining": 2}))
    assert odd["unicode"].state == "note" and "combining" in odd["unicode"].text
    assert found(encoding="ascii")["unicode"].todo == "export LANG=C.UTF-8"
    assert found(encoding="UTF8")["unicode"].state == "fine"


@pytest.mark.parametrize(
    ("environment", "parents", "inside"),
    [
        ({"TMUX": "/tmp/x,1,0", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4"}, (), ["tmux 3.4"]),
        ({"TMUX": "/tmp/x,1,0", "SSH_CONNECTION": "a b"}, ("bash", "tmux: server"), ["tmux", "ssh"]),
        ({"STY": "1.x"}, (), ["GNU screen"]),
        ({"SSH_TTY": "/dev/pts/1"}, ("bash", "mosh-server"), ["mosh"]),
        ({}, (), []),
    ],
)
def test_what_lies_in_between(
    environment: dict[str, str], parents: tuple[str, ...], inside: list[str]
) -> None:
    all_of_them = found({**XTERM, **environment}, parents=parents, answers=None)
    assert all_of_them["kind"].value["inside"] == inside
    assert ("mosh" in all_of_them) == ("mosh" in inside) and ("screen" in all_of_them) == (
        inside == ["GNU screen"]
    )


def test_the_clipboard_by_what_is_known() -> None:
    assert found()["clipboard"].value is True
    assert found(answers=Answers(complete=True, version="VTE(7600)"))["clipboard"].value is False
    assert found(answers=Answers(complete=True, version="kitty(0.35)"))["clipboard"].value is True
    assert found({**XTERM, "TMUX": "x"}, answers=None)["clipboard"].todo.endswith("set-clipboard on")
    assert found(answers=None)["clipboard"].value is None


def test_without_a_terminal_every_key_is_there_and_nothing_is_wrong() -> None:
    piped = found(size=None, answers=None)
    assert sorted(piped) == sorted(KEYS) and not any(each.state == "wrong" for each in piped.values())


def test_names_from_outside_reach_no_terminal() -> None:
    hostile = "\x1b]0;x\x07" + "y" * 500
    for each in found(
        {"TERM": hostile, "TERM_PROGRAM": hostile, "COLORTERM": hostile}, answers=None
    ).values():
        assert each.text.isprintable() and each.todo.isprintable()


def test_a_look_that_fails_is_a_finding() -> None:
    def look() -> list[Finding]:
        raise RuntimeError("a\nb\x1b")

    (finding,) = looked_at("places.x", look)
    assert finding.state == "note" and "RuntimeError: a b" in finding.text
