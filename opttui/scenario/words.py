"""Splitting a line at marks outside quotes and brackets. Knows nothing of what the parts mean."""

import itertools

OPENING, CLOSING = "([{", ")]}"


class UnbalancedError(Exception):
    """A quote or a bracket that is not closed, or one that closes nothing."""


def positions(text: str, marks: str) -> list[int]:
    """Where one of the marks (single characters) stands outside quotes and brackets. Raises UnbalancedError."""
    found: list[int] = []
    open_brackets: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in "'\"":
            at = _end_of_quote(text, at)
        elif char in OPENING:
            open_brackets.append(CLOSING[OPENING.index(char)])
        elif char in CLOSING:
            if not open_brackets or open_brackets.pop() != char:
                raise UnbalancedError(f"a {char} that closes nothing")
        elif not open_brackets and char in marks:
            found.append(at)
        at += 1
    if open_brackets:
        raise UnbalancedError(f"a missing {open_brackets[-1]}")
    return found


def split(text: str, mark: str, most: int = -1) -> list[str]:
    """The parts between a mark, at most `most` times split (−1: everywhere). Raises UnbalancedError."""
    cuts = positions(text, mark)
    cuts = cuts if most < 0 else cuts[:most]
    edges = [-1, *cuts, len(text)]
    return [text[left + 1 : right] for left, right in itertools.pairwise(edges)]


def _end_of_quote(text: str, start: int) -> int:
    """Position of the quote that closes the one at `start`; a backslash keeps the next character inside."""
    at = start + 1
    while at < len(text) and text[at] != text[start]:
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        raise UnbalancedError(f"a missing {text[start]}")
    return at
