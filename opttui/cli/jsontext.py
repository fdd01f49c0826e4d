"""A value as JSON on stdout. Knows no run."""

import re

import msgspec

_UNFIT = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""C1 controls, bidi marks and zero-width characters: JSON may hold them as they are, a terminal may not."""


def print_object(value: object) -> None:
    """Indented JSON; NaN and infinity become null, never bare words; what a terminal would obey is escaped."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    print(_UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
