"""NVML without a driver: cards as a test describes them, and errors where it asks for them."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

GIB = 2**30


class NVMLError(Exception):
    """As pynvml's: it has a value."""

    def __init__(self, value: int, text: str = "") -> None:
        super().__init__(text or f"error {value}")
        self.value = value


UNSUPPORTED, NO_LIBRARY, LOST = 3, 12, 15


@dataclass
class FakeCard:
    """A card; None or an exception for what it does not tell."""

    name: Any = "NVIDIA H100 PCIe"
    total: int = 80 * GIB
    used: Any = 10 * GIB
    use: Any = 87
    power: Any = 310_000
    limit: Any = 350_000
    temperature: Any = 64
    compute: list[tuple[int, int | None]] = field(default_factory=list)
    graphics: list[tuple[int, int | None]] = field(default_factory=list)
    parts: list["FakeCard | None"] | None = None
    """Instances of a divided card."""


class FakeNvml:
    """The functions that are used, over `cards`."""

    NVML_TEMPERATURE_GPU = 0

    def __init__(self, *cards: FakeCard | Exception, init: Exception | None = None) -> None:
        self.cards = list(cards)
        self.init = init
        self.gone: Exception | None = None
        """Raised by every question while it is set."""
        self.opened = self.closed = 0

    def nvmlInit(self) -> None:
        if self.init or self.gone:
            raise self.init or self.gone  # type: ignore[misc]
        self.opened += 1

    def nvmlShutdown(self) -> None:
        self.closed += 1

    def nvmlDeviceGetCount(self) -> int:
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, number: int) -> FakeCard:
        card = self.cards[number]
        if isinstance(card, Exception):
            raise card
        return card

    def _told(self, value: Any) -> Any:
        if self.gone is not None:
            raise self.gone
        if value is None:
            raise NVMLError(UNSUPPORTED, "Not Supported")
        if isinstance(value, Exception):
            raise value
        return value

    def nvmlDeviceGetName(self, card: FakeCard) -> Any:
        return self._told(card.name)

    def nvmlDeviceGetMemoryInfo(self, card: FakeCard) -> Any:
        return SimpleNamespace(total=card.total, used=self._told(card.used))

    def nvmlDeviceGetUtilizationRates(self, card: FakeCard) -> Any:
        return SimpleNamespace(gpu=self._told(card.use), memory=0)

    def nvmlDeviceGetPowerUsage(self, card: FakeCard) -> Any:
        return self._told(card.power)

    def nvmlDeviceGetEnforcedPowerLimit(self, card: FakeCard) -> Any:
        return self._told(card.limit)

    def nvmlDeviceGetTemperature(self, card: FakeCard, sensor: int) -> Any:
        assert sensor == 0
        return self._told(card.temperature)

    def nvmlDeviceGetMigMode(self, card: FakeCard) -> Any:
        return [int(card.parts is not None), 0] if card.parts is not None else self._told(None)

    def nvmlDeviceGetMaxMigDeviceCount(self, card: FakeCard) -> int:
        return len(card.parts or ())

    def nvmlDeviceGetMigDeviceHandleByIndex(self, card: FakeCard, number: int) -> Any:
        return self._told((card.parts or [])[number])

    def nvmlDeviceGetComputeRunningProcesses(self, card: FakeCard) -> Any:
        return [SimpleNamespace(pid=pid, usedGpuMemory=memory) for pid, memory in self._told(card.compute)]

    def nvmlDeviceGetGraphicsRunningProcesses(self, card: FakeCard) -> Any:
        return [SimpleNamespace(pid=pid, usedGpuMemory=memory) for pid, memory in self._told(card.graphics)]
