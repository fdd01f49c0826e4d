"""Text from outside made fit for a terminal. Knows no terminal and no meaning: it replaces characters,
nothing more.

Screen libraries pass escape sequences, C1 controls and bidi overrides in a widget's text through to the
terminal, so whatever is read from a file, a process or a person goes through here when it enters.
"""

import re

REPLACEMENT = "\ufffd"
"""Stands for a character that must not reach a terminal."""

_BLANK = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# C0, DEL and C1 controls; bidi marks and overrides; zero-width characters; lone surrogates, which cannot be
# encoded.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]",
)
_UNFIT_BUT_NEWLINE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]",
)


# Marks that are drawn over the character before them: three are a letter of some language, four hundred a blot over
# the lines around.
_PILED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def printable(text: str, limit: int | None = None) -> str:
    """One line without control, bidi and zero-width characters, of at most `limit` characters.

    Line breaks and tabs become a space, every other unfit character `REPLACEMENT`; a cut ends in `…`.
    """
    text = _cut(text, limit)
    # isprintable() decides 60 characters in 0.1 us and settles nearly every text: whatever is unfit belongs to Unicode's
    # categories Cc, Cf, Cs, Zl and Zp, none of which it lets through.
    if not text.isascii():
        text = _PILED.sub(r"\1", text)
    if text.isprintable():
        return text
    return _UNFIT.sub(REPLACEMENT, _BLANK.sub(" ", text))


def printable_lines(text: str, limit: int | None = None) -> str:
    """The same for text of several lines: `\\n` stays (`\\r\\n` becomes one), tabs become four spaces."""
    text = _cut(text, limit).replace("\r\n", "\n").expandtabs(4)
    if not text.isascii():
        text = _PILED.sub(r"\1", text)
    return _UNFIT_BUT_NEWLINE.sub(REPLACEMENT, text)


def _cut(text: str, limit: int | None) -> str:
    if limit is None or len(text) <= limit:
        return text
    return text[: max(limit - 1, 0)] + "…"[:limit]
