"""Cards as the driver tells of them: each value is the driver's, and whatever it does not tell is left out."""

import math
import os

import pytest
from fake_nvml import GIB, LOST, NO_LIBRARY, FakeCard, FakeNvml, NVMLError

from opttui.machine import cards as module
from opttui.machine.cards import Cards
from opttui.record.machine import Card, Running


def test_every_value_is_the_drivers() -> None:
    first, second = FakeCard(), FakeCard(b"Tesla T4", 15 * GIB, GIB, 3, 27_512, 70_000, 41)
    cards = Cards(FakeNvml(first, second))
    assert cards.cards == (
        Card("gpu0", "NVIDIA H100 PCIe", 80.0 * GIB, 350.0),
        Card("gpu1", "Tesla T4", 15.0 * GIB, 70.0),
    )
    assert cards.read() == {
        **{"gpu0.use": 87.0, "gpu0.memory": 10.0 * GIB, "gpu0.power": 310.0, "gpu0.temperature": 64.0},
        **{"gpu1.use": 3.0, "gpu1.memory": 1.0 * GIB, "gpu1.power": 27.512, "gpu1.temperature": 41.0},
    }
    first.use, second.power = 12, 30_000
    assert cards.read()["gpu0.use"] == 12.0 and cards.read()["gpu1.power"] == 30.0


def test_what_a_card_does_not_tell_is_missing_alone() -> None:
    cards = Cards(FakeNvml(FakeCard(power=None, limit=None, temperature=NVMLError(999_999))))
    found = cards.read()
    assert math.isnan(found["gpu0.power"]) and math.isnan(found["gpu0.temperature"])
    assert found["gpu0.use"] == 87.0 and cards.cards[0].power is None


def test_a_divided_card_has_its_instances_behind_it() -> None:
    part = FakeCard("NVIDIA A100 MIG 1g.5gb", 5 * GIB, 2 * GIB, None, None, None, None, [(7, GIB)])
    whole = FakeCard("NVIDIA A100", 40 * GIB, 3 * GIB, use=None, parts=[part, None, part])
    cards = Cards(FakeNvml(whole))
    assert [card.key for card in cards.cards] == ["gpu0", "gpu0mig0", "gpu0mig1"]
    found = cards.read()
    assert found["gpu0mig1.memory"] == 2.0 * GIB and found["gpu0.power"] == 310.0
    assert "gpu0mig0.power" not in found and math.isnan(found["gpu0.use"])
    assert [(each.card, each.pid) for each in cards.processes()] == [("gpu0mig0", 7), ("gpu0mig1", 7)]


def test_a_card_without_permission_costs_only_itself() -> None:
    cards = Cards(FakeNvml(NVMLError(4, "Insufficient Permissions"), FakeCard()))
    assert [card.key for card in cards.cards] == ["gpu1"]


@pytest.mark.parametrize(
    "error", [NVMLError(NO_LIBRARY), NVMLError(9), OSError("libnvidia-ml.so.1"), RuntimeError()]
)
def test_without_a_driver_there_is_nothing_and_no_error(error: Exception) -> None:
    cards = Cards(FakeNvml(FakeCard(), init=error))
    assert cards.cards == () and cards.read() == {} and cards.processes() == ()
    assert cards.why and not cards.look_again()
    cards.close()


def test_without_the_library_there_is_nothing_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "installed", lambda: None)
    cards = Cards()
    assert cards.read() == {} and "nvidia-ml-py" in cards.why and not cards.look_again()


def test_the_installed_library_says_why_there_is_no_card() -> None:
    cards = Cards()
    assert bool(cards.cards) != bool(cards.why)
    cards.close()


def test_a_driver_that_goes_leaves_its_channels_empty_and_may_come_back() -> None:
    nvml = FakeNvml(FakeCard(), FakeCard())
    cards = Cards(nvml)
    nvml.gone = NVMLError(LOST, "GPU is lost")
    found = cards.read()
    assert len(found) == 8 and all(map(math.isnan, found.values())) and cards.processes() == ()
    assert cards.why and not cards.look_again()
    nvml.gone = None
    nvml.cards.append(FakeCard("another"))
    assert cards.look_again() and cards.read()["gpu2.use"] == 87.0 and not cards.why
    opened = nvml.opened
    assert not cards.look_again() and nvml.opened == opened


def test_one_card_of_two_that_is_lost_leaves_the_other() -> None:
    nvml = FakeNvml(FakeCard(), FakeCard(used=NVMLError(LOST)))
    cards = Cards(nvml)
    found = cards.read()
    assert found["gpu0.use"] == 87.0 and math.isnan(found["gpu1.use"]) and not cards.why


def test_processes_are_told_once_the_largest_first() -> None:
    own = os.getpid()
    card = FakeCard(
        compute=[(own, 3 * GIB), (2**22 + 1, None)], graphics=[(own, GIB), (2**22 + 2, 2**64 - 1)]
    )
    found = Cards(FakeNvml(card)).processes()
    assert found[0] == Running("gpu0", own, found[0].name, 3.0 * GIB) and "python" in found[0].name
    assert [(each.pid, each.name, each.memory) for each in found[1:]] == [
        (2**22 + 1, "?", None),
        (2**22 + 2, "?", None),
    ]
