"""Palettes: every role has a colour in each, they are kept, and without colours there are none."""

import re

import pytest
from panel_runs import race
from rich.color import Color
from screen_runs import opened, painted

from opttui.plots.picture import Ink
from opttui.tui.palettes import DARK, PALETTES
from opttui.tui.panels.inks import LANE_INKS, lane_role
from opttui.tui.settings import Settings, keep, settings, settings_file
from opttui.tui.theme import TONES

ROLES = [*DARK.roles, *(f"level{level}" for level in range(10))]
ROLES += [f"{lane_role(lane)}{more}" for lane in range(LANE_INKS) for more in ("", *TONES)]
ROLES += [f"grey{level}" for level in range(16)]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [part / 255 for part in Color.parse(colour).get_truecolor()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_every_role_has_a_colour(palette) -> None:
    for role in ROLES:
        assert palette.colour(role), role
        assert palette.style(Ink(role, "cursor", bold=True)).bold


@pytest.mark.parametrize("palette", [p for p in PALETTES.values() if not p.ansi], ids=lambda p: p.name)
def test_words_and_lanes_can_be_read_on_the_paper(palette) -> None:
    for role in (
        "text",
        "label",
        "title",
        "mark",
        "good",
        "bad",
        *(lane_role(lane) for lane in range(LANE_INKS)),
    ):
        least = 4.5 if palette.name == "contrast" or role == "text" else 3.0
        assert contrast(palette.colour(role), palette.paper) >= least, role


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_lanes_have_inks_of_their_own(palette) -> None:
    assert len(set(palette.lanes)) == LANE_INKS


async def test_the_key_goes_through_all_palettes_and_the_choice_is_kept(tmp_path) -> None:
    app, screen, _ = opened(race(tmp_path), "paused")
    async with app.run_test(size=(120, 40)) as pilot:
        seen = []
        for _ in PALETTES:
            seen.append(app.palette.name)
            strip = screen.chart("top").render_lines(screen.chart("top").size.region)[0]
            papers = {
                segment.style.bgcolor.name for segment in strip if segment.style and segment.style.bgcolor
            }
            assert app.palette.paper in papers or app.palette.ansi
            await pilot.press("t")
            await pilot.pause()
        assert seen == list(PALETTES) and app.palette is DARK
        await pilot.press("t")
    assert settings().theme == "light"
    again, _, _ = opened(race(tmp_path), "paused")
    async with again.run_test(size=(80, 24)):
        assert again.palette.name == "light"


async def test_another_palette_makes_no_picture_anew(tmp_path) -> None:
    app, screen, _ = opened(race(tmp_path), "paused")
    async with app.run_test(size=(120, 40)) as pilot:
        before = painted(screen)
        await pilot.press("t")
        await pilot.pause()
        assert painted(screen) == before


async def test_without_colours_none_is_written(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, screen, _ = opened(race(tmp_path), "paused")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("t")
        for chart in screen.query("Chart"):
            for strip in chart.render_lines(chart.size.region):  # type: ignore[attr-defined]
                for segment in strip:
                    style = segment.style
                    written = style.render("x") if style else ""
                    assert not re.search(r"\x1b\[[\d;]*(3[0-7]|4[0-7]|9[0-7]|[34]8;)", written)


def test_a_file_that_cannot_be_read_or_written_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("{")
    assert settings() == Settings()
    settings_file().write_text('{"theme": "light", "of_a_later_version": 1}')
    assert settings().theme == "light"
    monkeypatch.setenv("OPTTUI_THEME", "contrast")
    assert settings().theme == "contrast"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/proc/nothing")
    assert "cannot be written" in keep(theme="dark")


def test_a_surface_without_shades_has_no_halves_either() -> None:
    terminal = PALETTES["terminal"]
    assert terminal.text("▀▀ ⡀", Ink("level3", "level1")) == "   ⡀"
    assert terminal.style(Ink("level3", "level1")).bgcolor == terminal.style(Ink()).bgcolor
    assert DARK.text("▀", Ink("level3", "level1")) == "▀"


async def test_the_mouse_is_left_to_the_terminal_and_taken_again(tmp_path) -> None:
    reader = race(tmp_path)
    keep(theme="light")
    app, _, _ = opened(reader, "paused")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        assert app.moused
        await pilot.press("M")
        assert not app.moused and settings() == Settings("light", mouse=False)
        assert any("selects text" in each.message for each in app._notifications)
    app, _, _ = opened(reader, "paused")
    async with app.run_test(size=(80, 24)) as pilot:
        assert not app.moused
        await pilot.press("M")
        assert app.moused and settings() == Settings("light")
