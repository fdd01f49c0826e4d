"""A real pseudo-terminal is asked: it answers, answers in part, or never; it is left as it was, and nothing hangs."""

import os
import select
import sys
import termios
import time
from collections.abc import Callable, Iterator

import pytest
from fake_terminal import FakeTerminal, good, half, never, noise
from hypothesis import given
from hypothesis import strategies as st

from opttui.doctor import asking
from opttui.doctor.answers import MOUSE, PASTE, QUESTIONS, SYNCHRONISED, Answers, is_complete, read
from opttui.doctor.asking import ask
from opttui.printable import printable

Make = Callable[..., FakeTerminal]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[FakeTerminal] = []

    def one(*how: object) -> FakeTerminal:
        made.append(FakeTerminal(*how))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for terminal in made:
        terminal.close()


def asked(terminal: FakeTerminal, limit: float) -> tuple[Answers, float]:
    """The answers, and the seconds that it took; the terminal must be as it was."""
    before, flags = termios.tcgetattr(terminal.near), os.get_blocking(terminal.near)
    begin = time.monotonic()
    answers = read(ask(terminal.near, limit=limit))
    took = time.monotonic() - begin
    assert termios.tcgetattr(terminal.near) == before and os.get_blocking(terminal.near) == flags
    return answers, took


@pytest.mark.parametrize(("piece", "delay"), [(0, 0.0), (1, 0.0), (7, 0.002)])
def test_a_terminal_that_answers_is_not_waited_for(make: Make, piece: int, delay: float) -> None:
    answers, took = asked(make(good, piece, delay), 20.0)
    assert took < 10.0
    assert answers == Answers(
        complete=True,
        version="WezTerm 20240203",
        modes={SYNCHRONISED: True, MOUSE: True, PASTE: True},
        truecolor=True,
        widths={"braille": 1, "block": 1, "wide": 2, "combining": 1},
        attributes=(62, 22, 52),
    )


def test_half_an_answer_is_half_known(make: Make) -> None:
    answers, took = asked(make(half), 0.3)
    assert 0.3 <= took < 5.0
    assert not answers.complete and answers.modes[SYNCHRONISED] and answers.truecolor and answers.widths == {}


@pytest.mark.parametrize("answer", [never, noise])
def test_a_terminal_that_says_nothing_of_use_costs_the_limit(
    make: Make, answer: Callable[[bytes], bytes]
) -> None:
    answers, took = asked(make(answer), 0.2)
    assert 0.2 <= took < 5.0 and answers == Answers()


def test_a_terminal_that_talks_on_and_on_is_left(make: Make) -> None:
    terminal = make(lambda question: b"x" * 100_000)
    begin = time.monotonic()
    heard = ask(terminal.near, limit=2.0)
    assert len(heard) <= asking.MOST + 4096 and time.monotonic() - begin < 10.0


def test_one_that_does_not_read_is_not_waited_for() -> None:
    far, near = os.openpty()
    # Ctrl-S: what is written stays where it is.
    os.write(far, b"\x13")
    begin = time.monotonic()
    assert ask(near, "x" * 200_000, limit=0.3) == b""
    assert time.monotonic() - begin < 5.0
    os.close(far)
    os.close(near)


def test_one_that_is_closed_is_no_error() -> None:
    far, near = os.openpty()
    os.close(far)
    assert ask(near, limit=0.3) == b""
    os.close(near)


def test_answers_that_come_late_are_not_typed_into_the_shell(make: Make) -> None:
    terminal = make(good, 1, 0.01)
    ask(terminal.near, limit=0.1, enough=lambda heard: False)
    # What came before the end was thrown away.
    assert len(select.select([terminal.near], [], [], 0)[0]) == 0


def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", nothing)
        assert asking.terminal() is None
    monkeypatch.setattr(sys, "stdin", None)
    assert asking.terminal() is None


def test_nobody_is_asked_from_the_background(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    near = make(never).near
    with os.fdopen(os.dup(near), "r") as stdin, os.fdopen(os.dup(near), "w") as stdout:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", stdout)
        # A pseudo-terminal that controls nobody has no foreground.
        found = asking.terminal()
        monkeypatch.setattr(os, "tcgetpgrp", lambda descriptor: -1)
        hidden = asking.terminal()
        monkeypatch.undo()
    assert found is not None and hidden is None


def test_the_questions_leave_nothing_on_the_line() -> None:
    assert QUESTIONS.endswith("\r\x1b[K\x1b[c") and "\n" not in QUESTIONS


@pytest.mark.parametrize(
    ("reply", "truecolor"),
    [
        (b"\x1bP1$r0;48:2::1:2:3m\x1b\\", True),
        (b"\x1bP1$r48;2;1;2;3m\x1b\\", True),
        (b"\x1bP1$r0;48:2:1:2:3m\x07", True),
        (b"\x1bP1$r0;48:2:0:1:2:3m\x1b\\", True),
        (b"\x1bP1$r0;48:5:16m\x1b\\", False),
        (b"\x1bP1$r0;48:2::1:2:31m\x1b\\", False),
        (b"\x1bP1$r0m\x1b\\", False),
        (b"\x1bP0$r\x1b\\", None),
        (b"", None),
    ],
)
def test_a_colour_of_24_bits_was_taken(reply: bytes, truecolor: bool | None) -> None:
    assert read(reply).truecolor is truecolor


@given(st.binary(max_size=300), st.lists(st.integers(0, 200), max_size=8))
def test_any_bytes_are_read(data: bytes, cuts: list[int]) -> None:
    whole = good(QUESTIONS.encode())
    for cut in cuts:
        data = data[:cut] + whole[cut : cut + 40] + data[cut:]
    found = read(data)
    assert found.version == printable(found.version) and found.complete == is_complete(data)
    assert set(found.widths) in (set(), {"braille", "block", "wide", "combining"})
