"""The line of each key, over every form that TOML allows for a key or a value."""

import pytest

from opttui.scenario.lines import line_map, line_of

TEXT = '''\
# a comment with = and [brackets]
"quoted = key" = 1
a.b.c = 2   # c = 3
list = [
  1, # ] not the end
  "]", 3,
]
text = """
x = 1
[table]
\\"""
""""
raw = \'\'\'it's
y = 2\'\'\'
after = 'a # b'

[table]
key = { inner = 1 }

[table.sub]
key = 1

[[lane]]
one = 1
  [lane.schedule]   # of lane 0
  name = 1

[[ lane ]]
two = "\\"[["

[[lane.deep]]
z = 1
[[lane.deep]]
z = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("quoted = key",), 2),
        (("a",), 3),
        (("a", "b", "c"), 3),
        (("list",), 4),
        (("text",), 8),
        (("raw",), 13),
        (("after",), 15),
        (("table",), 17),
        (("table", "key"), 18),
        (("table", "sub"), 20),
        (("table", "sub", "key"), 21),
        (("lane",), 23),
        (("lane", 0), 23),
        (("lane", 0, "one"), 24),
        (("lane", 0, "schedule"), 25),
        (("lane", 0, "schedule", "name"), 26),
        (("lane", 1), 28),
        (("lane", 1, "two"), 29),
        (("lane", 1, "deep", 0, "z"), 32),
        (("lane", 1, "deep", 1), 33),
        (("lane", 1, "deep", 1, "z"), 34),
    ],
)
def test_every_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert line_map(TEXT)[path] == line


def test_text_inside_strings_and_lists_is_no_key() -> None:
    lines = line_map(TEXT)
    assert ("x",) not in lines and ("y",) not in lines and ("c",) not in lines
    assert len(lines) == 25


def test_what_has_no_line_takes_that_of_what_is_around_it() -> None:
    lines = line_map(TEXT)
    assert line_of(("table", "key", "inner", "x"), lines) == 18
    assert line_of(("lane", 1, "missing"), lines) == 28
    assert line_of(("missing",), lines) is None
    assert line_of((), lines) is None
