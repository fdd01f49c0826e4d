"""A value as JSON on stdout. Knows no run."""

import msgspec


def print_object(value: object) -> None:
    """Indented JSON; NaN and infinity become null, never bare words."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
