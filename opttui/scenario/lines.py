"""The line of each key of a TOML text. Relies on tomllib having read the text: it checks nothing itself."""

import tomllib
from collections.abc import Iterator
from typing import Any

from opttui.scenario.places import Path


def line_map(text: str) -> dict[Path, int]:
    """Line (from 1) of every table header and every key that begins a line, by path."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for number, statement in _statements(text):
        if statement.startswith("["):
            table = _enter(statement, counts)
            lines.setdefault(table, number)
            lines.setdefault(table[:-1], number)
        else:
            path = table + _keys(statement[: _end_of_key(statement)] + "= 0")
            for end in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:end], number)
    return lines


def line_of(path: Path, lines: dict[Path, int]) -> int | None:
    """Line of a path, or of the nearest thing around it; None where not even that has one."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and key–value pairs with the line on which each begins; a value may take several lines."""
    begin = 1
    held: list[str] = []
    quotes, depth = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not held:
            begin = number
        held.append(line)
        quotes, depth = _scan(line, quotes, depth)
        if not quotes and depth <= 0:
            statement = "\n".join(held).strip()
            held, depth = [], 0
            if statement and not statement.startswith("#"):
                yield begin, statement


def _scan(line: str, quotes: str, depth: int) -> tuple[str, int]:
    """What is open at the end of a line (a string's quotes, a number of brackets), given what was before."""
    at = 0
    while at < len(line):
        char = line[at]
        if quotes:
            at, quotes = _inside_string(line, at, quotes)
            continue
        if char == "#":
            break
        if char in "'\"":
            quotes = char * 3 if line.startswith(char * 3, at) else char
            at += len(quotes)
            continue
        depth += (char in "[{") - (char in "]}")
        at += 1
    # Only the strings in three quotes go on after a line.
    return (quotes if len(quotes) == 3 else ""), depth


def _inside_string(line: str, at: int, quotes: str) -> tuple[int, str]:
    """One move through a string: the next position, and the quotes if it is still open there."""
    if line[at] == "\\" and quotes[0] == '"':
        return at + 2, quotes
    if not line.startswith(quotes, at):
        return at + 1, quotes
    at += len(quotes)
    # A string in three quotes may end in one or two quotes of its own.
    while len(quotes) == 3 and line.startswith(quotes[0], at):
        at += 1
    return at, ""


def _end_of_key(statement: str) -> int:
    """Position of the = after the key."""
    at, quotes = 0, ""
    while statement[at] != "=" or quotes:
        if quotes:
            at, quotes = _inside_string(statement, at, quotes)
        else:
            quotes = statement[at] if statement[at] in "'\"" else ""
            at += 1
    return at


def _enter(header: str, counts: dict[Path, int]) -> Path:
    """The path of a table header, with the index of the newest element after every array of tables."""
    keys = _keys(header)
    path: Path = ()
    for position, key in enumerate(keys):
        path = (*path, key)
        last = position == len(keys) - 1
        if last and header.startswith("[["):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _keys(line: str) -> tuple[str, ...]:
    """The keys of one header or of one `a.b = 0`, by letting tomllib read it alone."""
    keys: list[str] = []
    inner: Any = tomllib.loads(line)
    while isinstance(inner, dict | list) and inner:
        if isinstance(inner, list):
            inner = inner[0]
            continue
        key, inner = next(iter(inner.items()))
        keys.append(key)
    return tuple(keys)
