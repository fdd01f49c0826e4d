"""Where panels lie: any size, any of them hidden, borders anywhere."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opttui.tui.layout import BARE, EXTRAS, KEYS, LEAST_HEIGHT, Shape, borders, places, resized, toggled

SHARES = st.none() | st.floats(0.0, 1.0)
ALL = Shape(hidden=frozenset())


@given(
    size=st.tuples(st.integers(1, 320), st.integers(1, 110)),
    lanes=st.integers(0, 120),
    chosen=st.sampled_from(KEYS),
    full=st.booleans(),
    hidden=st.frozensets(st.sampled_from(KEYS), max_size=6),
    shares=st.tuples(*7 * (SHARES,)),
)
def test_panels_fill_the_room_and_lie_over_nothing(size, lanes, chosen, full, hidden, shares) -> None:
    shape = Shape(hidden, *shares)
    found = places(*size, lanes, chosen, full, shape)
    assert found and not hidden & set(found)
    for place in found.values():
        assert place.width > 0 and place.height > 0 and place.x >= 0 and place.y >= 0
        assert place.x + place.width <= size[0] and place.y + place.height <= size[1]
    for a, b in itertools.combinations(found.values(), 2):
        apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert apart_x or a.y + a.height <= b.y or b.y + b.height <= a.y
    assert sum(p.width * p.height for p in found.values()) >= size[0] * size[1] - 3 * size[1]
    for line in borders(found, *size):
        assert 0 <= line.x < size[0] and 0 <= line.y < size[1] and line.length > 0


@pytest.mark.parametrize("size", [(120, 36), (200, 56)])
@pytest.mark.parametrize(("usual", "key"), [(usual, key) for usual in (BARE, ALL) for key in KEYS])
@pytest.mark.parametrize(("across", "down"), [(4, 0), (-4, 0), (0, 2), (0, -2)])
def test_a_panel_is_resized_by_keys(
    size: tuple[int, int], usual: Shape, key: str, across: int, down: int
) -> None:
    if key in usual.hidden:
        return
    before = places(*size, 6, key, False, usual)
    shape = resized(usual, before, key, across, down)
    after = places(*size, 6, key, False, shape)
    alone = before[key].width == size[0]
    assert after[key].width - before[key].width == (0 if alone else across)
    assert after[key].height - before[key].height == down


@pytest.mark.parametrize("size", [(90, 24), (120, 36), (200, 56)])
def test_no_panel_is_resized_to_nothing(size: tuple[int, int]) -> None:
    for key in KEYS:
        for across, down in ((-40, -9), (40, 9)):
            shape = BARE if key not in EXTRAS else ALL
            for _ in range(30):
                shape = resized(shape, places(*size, 6, key, False, shape), key, across, down)
            found = places(*size, 6, key, False, shape)
            assert all(place.height >= LEAST_HEIGHT - 1 and place.width >= 10 for place in found.values())


def test_panels_are_hidden_and_shown_but_never_the_last() -> None:
    shape = ALL
    for key in (*EXTRAS, *KEYS[:4]):
        shape = toggled(shape, key)
    assert shape.hidden == set(KEYS) - {"table"}
    assert list(places(120, 36, 6, "loss", False, shape)) == ["table"]
    shape = toggled(shape, "path")
    found = places(120, 36, 6, "path", False, shape)
    assert set(found) == {"path", "table"} and found["path"].width == 120
    assert toggled(toggled(shape, "rate"), "rate") == shape


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 56)])
def test_what_is_left_takes_the_room(size: tuple[int, int]) -> None:
    for key in KEYS:
        found = places(
            *size, 6, next(other for other in KEYS if other != key), False, Shape(frozenset({key}))
        )
        assert key not in found and max(p.x + p.width for p in found.values()) == size[0]
        assert max(p.y + p.height for p in found.values()) == size[1]
