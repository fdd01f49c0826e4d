"""Text from outside: no character that a terminal would act upon gets through, every other one does."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opttui.printable import REPLACEMENT, printable, printable_lines

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
ANY_TEXT = st.text(st.characters(codec=None, categories=None))


@given(ANY_TEXT)
def test_nothing_forbidden_gets_through(text: str) -> None:
    line = printable(text)
    assert not FORBIDDEN.search(line)
    assert not FORBIDDEN.search(printable_lines(text).replace("\n", ""))
    line.encode("utf-8")
    assert printable(line) == line


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"])))
def test_everything_else_stays(text: str) -> None:
    assert printable(text) == text
    assert printable_lines(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("\x1b]52;c;aGk=\x07", f"{REPLACEMENT}]52;c;aGk={REPLACEMENT}"),
        ("\x1b[2J", f"{REPLACEMENT}[2J"),
        ("\x9b2J\x9d0;x", f"{REPLACEMENT}2J{REPLACEMENT}0;x"),
        ("gpj\u202eexe", f"gpj{REPLACEMENT}exe"),
        ("zero\u200bwidth\ufeff", f"zero{REPLACEMENT}width{REPLACEMENT}"),
        ("two\nlines\r\n\tand a tab", "two lines and a tab"),
        ("\ud800", REPLACEMENT),
        ("naïve 日本 🙂 é", "naïve 日本 🙂 é"),
        ("[red]not markup[/]", "[red]not markup[/]"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_lines_stay_lines() -> None:
    assert printable_lines("a\r\nb\n\tc\x1b[0m\rd") == f"a\nb\n    c{REPLACEMENT}[0m{REPLACEMENT}d"


@given(ANY_TEXT, st.integers(0, 20))
def test_limits(text: str, limit: int) -> None:
    assert len(printable(text, limit)) <= limit
    if len(text) > limit > 0:
        assert printable(text, limit).endswith("…")
    assert printable(text, len(text)) == printable(text)


def test_every_character_that_changes_direction_or_is_invisible_markup_is_known() -> None:
    """The categories Cc and the bidi controls of Unicode, compared with what is replaced."""
    bidi = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    for code in range(0x11000):
        character = chr(code)
        if unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in bidi:
            assert character not in printable(f"a{character}b"), hex(code)
