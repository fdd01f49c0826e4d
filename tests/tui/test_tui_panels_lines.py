"""The header and the line of hypers."""

from pathlib import Path

import pytest
from panel_runs import LANES, lane_infos, make_run, race, text_of_row, view_of, walk

from opttui.record.events import Event
from opttui.tui.panels import header, hyper_line
from opttui.tui.panels.cells import width_of


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory):
    return race(tmp_path_factory.mktemp("runs"))


def test_the_header_says_everything_when_there_is_room(reader) -> None:
    text = text_of_row(header(view_of(reader, pace=20.0, readonly=True), 200))
    for part in (
        "running",
        reader.manifest.id,
        "Rosenbrock's valley",
        "cpu float64",
        "step   600 of 1,000",
        "8.1k steps/s",
        "pace 20",
        "read only",
        "━━━━━━━─────",
    ):
        assert part in text


def test_the_most_important_stays_when_it_is_narrow(reader) -> None:
    view = view_of(reader)
    assert "running" in text_of_row(header(view, 20))
    assert reader.manifest.id in text_of_row(header(view, 40))
    text = text_of_row(header(view, 80))
    assert "step   600 of 1,000" in text and "steps/s" in text


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("crashed", "killed by signal 9", "killed by signal 9"),
        ("crashed", "", "goes on with it"),
        ("hung", "", "opttui stop"),
        ("ended", "", "ended; best: Adagrad with 0.1624"),
        ("ended", "stopped at step 12", "stopped at step 12; best: Adagrad"),
        ("paused", "No space left on device", "paused: No space left on device"),
        ("starting", "loading torch …", "loading torch …"),
    ],
)
def test_a_state_is_said_in_words_with_what_one_can_do(reader, state: str, reason: str, words: str) -> None:
    assert words in text_of_row(header(view_of(reader, state=state, reason=reason), 160))
    assert width_of(text_of_row(header(view_of(reader, state=state, reason=reason), 17))) == 17


def test_steps_a_second_are_shown_only_while_it_runs(reader) -> None:
    assert "steps/s" not in text_of_row(header(view_of(reader, state="paused"), 200))
    assert "steps/s" not in text_of_row(header(view_of(reader, steps_per_second=None), 200))


def test_damage_is_said(tmp_path: Path) -> None:
    made = race(tmp_path, 20_000)
    path = made.path / "lane-00.rec"
    data = bytearray(path.read_bytes())
    data[4096] ^= 0xFF
    path.write_bytes(bytes(data))
    reader = type(made)(made.path)
    reader.poll()
    assert reader.damage
    assert "damaged: " in text_of_row(header(view_of(reader), 300))


def test_the_line_of_hypers(reader) -> None:
    view = view_of(reader, focus=1, hyper=1)
    view_hypers = view.hypers_now(1)
    row = hyper_line(view, 100)
    text = text_of_row(row)
    assert text.startswith(" ━━ Adam  ")
    assert list(view_hypers) == ["lr", "momentum", "weight_decay"]
    assert "* " in text and "momentum 0.9 " in text and "weight_decay 0" in text
    assert row[0][1].fg == "lane1" and row[0][1].bold
    chosen = [piece for piece, ink in row if ink.bg == "cursor"]
    assert chosen == [" momentum 0.9 "]


@pytest.mark.parametrize("width", [24, 32, 40, 60])
@pytest.mark.parametrize("chosen", [0, 4, 9])
def test_the_chosen_hyper_is_in_sight_when_narrow(tmp_path: Path, width: int, chosen: int) -> None:
    infos = lane_infos([LANES[0]], 10)
    import msgspec

    infos = (msgspec.structs.replace(infos[0], hypers={f"hyper{i}": i / 10 for i in range(10)}),)
    view = view_of(make_run(tmp_path, infos=infos, lanes=LANES[:1]), hyper=chosen)
    row = hyper_line(view, width)
    assert width_of(text_of_row(row)) == width
    assert [piece.split()[0] for piece, ink in row if ink.bg == "cursor"] == [f"hyper{chosen}"]
    assert "…" in text_of_row(row)


def test_the_line_tells_how_the_lane_ended(reader) -> None:
    text = text_of_row(hyper_line(view_of(reader, focus=5), 120))
    assert "✗ diverged at 60: the loss became infinite" in text


def test_no_such_lane_and_no_hypers(tmp_path: Path, reader) -> None:
    assert text_of_row(hyper_line(view_of(reader, focus=77), 30)).strip() == ""
    import msgspec

    infos = tuple(msgspec.structs.replace(info, hypers={}) for info in lane_infos(LANES, 10))
    empty = make_run(tmp_path, {0: walk(0, 3, 0.1)}, infos=infos)
    assert text_of_row(hyper_line(view_of(empty), 30)).strip() == "━━ SGD"


def test_all_ascii_on_request(reader) -> None:
    for width in (20, 80, 200):
        view = view_of(reader, marker="ascii", focus=5, state="paused")
        assert text_of_row(header(view, width)).isascii()
        assert text_of_row(hyper_line(view, width)).isascii()


def test_events_are_read_once(tmp_path: Path) -> None:
    """The ledger of facts takes in what is new, however often a frame asks."""
    from opttui.tui.panels.facts import ledger

    reader = race(tmp_path, 50)
    before = ledger(reader).lane(1).turns
    assert before == [25]
    assert ledger(reader).lane(1).turns is before
    reader.events.append(Event("set", "", 1, 30, data={"hyper": "lr", "new": 0.2}))
    assert ledger(reader).lane(1).turns == [25, 30]
    assert ledger(reader).lane(1).turned == {"lr": 0.2}
