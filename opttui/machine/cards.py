"""Graphics cards: use, memory, power, temperature and the processes on them, from NVIDIA's own library (NVML).

NVML asks the driver. It makes no CUDA context, takes no memory on the card, and needs no torch. Without the library, a
driver or a card there are no channels and no error; what a card does not tell is NaN.
"""

import contextlib
import importlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psutil  # type: ignore[import-untyped]

from opttui.record.machine import Card, Running

CHANNELS = ("use", "memory", "power", "temperature")
"""Percent of the time that a kernel ran, bytes, watts, degrees Celsius; of each card behind its key and a dot."""
UNTOLD = 2**64 - 1
"""What NVML gives for a number of bytes that it does not tell."""
LOST = (1, 9, 15, 16, 999)
"""Errors after which nothing more comes: not initialised, no driver, card lost, reset required, unknown."""


@dataclass
class Device:
    """A card, or an instance of a divided one, and what it is asked by."""

    card: Card
    handle: Any
    part: bool
    """An instance of a divided card: it has memory of its own, all else belongs to the card."""


class Cards:
    """All cards that the driver knows."""

    def __init__(self, library: Any = None) -> None:
        """`library`: a module with NVML's functions; by default nvidia-ml-py's, where it is installed."""
        self._nvml = library if library is not None else installed()
        self.why = "" if self._nvml is not None else "nvidia-ml-py is not installed"
        """Why there is nothing to be read; empty where there is."""
        self.devices: list[Device] = []
        self._open()

    @property
    def cards(self) -> tuple[Card, ...]:
        """What is known of each."""
        return tuple(device.card for device in self.devices)

    def read(self) -> dict[str, float]:
        """The newest readings by channel, NaN for what a card does not tell."""
        values: dict[str, float] = {}
        lost = 0
        for device in self.devices:
            found = self._of(device)
            lost += found is None
            for name in ("memory",) if device.part else CHANNELS:
                values[f"{device.card.key}.{name}"] = (found or {}).get(name, math.nan)
        if self.devices and lost == len(self.devices):
            self.why = self.why or "the driver has gone"
        else:
            self.why = "" if self.devices else self.why
        return values

    def processes(self) -> tuple[Running, ...]:
        """Those on the cards, the largest first."""
        found: dict[tuple[str, int], Running] = {}
        for device in self.devices:
            for process in self._on(device):
                pid, memory = int(process.pid), told(process.usedGpuMemory)
                known = found.get((device.card.key, pid))
                # One that computes and draws is listed twice, with all its memory in each.
                if known is None or (memory or 0.0) > (known.memory or 0.0):
                    found[device.card.key, pid] = Running(device.card.key, pid, name_of(pid), memory)
        return tuple(sorted(found.values(), key=lambda each: (each.card, -(each.memory or 0.0), each.pid)))

    def look_again(self) -> bool:
        """After a driver has gone: whether it has come back, or its cards are others. Cheap where it works."""
        if self._nvml is None or not self.why:
            return False
        before = self.cards
        with contextlib.suppress(Exception):
            self._nvml.nvmlShutdown()
        self._open()
        return bool(self.devices) and self.cards != before

    def close(self) -> None:
        """Let go of the library."""
        if self._nvml is not None and self.devices:
            with contextlib.suppress(Exception):
                self._nvml.nvmlShutdown()
        self.devices = []

    def _open(self) -> None:
        if self._nvml is None:
            return
        try:
            self._nvml.nvmlInit()
            devices = list(self._found())
        except Exception as error:
            self.why = reason(error)
            return
        # Cards that have gone keep their place: they may come back.
        self.devices = devices or self.devices
        self.why = "" if devices else "the driver knows no card"

    def _found(self) -> Iterator[Device]:
        nvml = self._nvml
        for number in range(nvml.nvmlDeviceGetCount()):
            try:
                handle = nvml.nvmlDeviceGetHandleByIndex(number)
            except Exception:  # noqa: S112 (a card without permission, or fallen off the bus)
                continue
            key = f"gpu{number}"
            yield Device(self._card(key, handle), handle, False)
            for part, instance in enumerate(self._parts(handle)):
                yield Device(self._card(f"{key}mig{part}", instance), instance, True)

    def _parts(self, handle: Any) -> list[Any]:
        """Handles of the instances of a divided card (MIG); none of one that is not."""
        nvml = self._nvml
        mode = asked(nvml, "nvmlDeviceGetMigMode", handle)
        most = asked(nvml, "nvmlDeviceGetMaxMigDeviceCount", handle) if mode and mode[0] else 0
        parts = [
            asked(nvml, "nvmlDeviceGetMigDeviceHandleByIndex", handle, number) for number in range(most or 0)
        ]
        return [part for part in parts if part is not None]

    def _card(self, key: str, handle: Any) -> Card:
        nvml = self._nvml
        name = asked(nvml, "nvmlDeviceGetName", handle) or "card"
        text = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
        memory = asked(nvml, "nvmlDeviceGetMemoryInfo", handle)
        power = asked(nvml, "nvmlDeviceGetEnforcedPowerLimit", handle)
        total = told(memory.total) if memory is not None else None
        return Card(key, text, total or None, power / 1000 if power else None)

    def _of(self, device: Device) -> dict[str, float] | None:
        """What a card tells now; None where the driver or the card is gone."""
        nvml, handle, values = self._nvml, device.handle, {}
        asked: dict[str, Callable[[], float | None]] = {
            "memory": lambda: told(nvml.nvmlDeviceGetMemoryInfo(handle).used),
        }
        if not device.part:
            asked |= {
                "use": lambda: float(nvml.nvmlDeviceGetUtilizationRates(handle).gpu),
                "power": lambda: nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
                "temperature": lambda: float(
                    nvml.nvmlDeviceGetTemperature(handle, getattr(nvml, "NVML_TEMPERATURE_GPU", 0))
                ),
            }
        for name, ask in asked.items():
            try:
                value = ask()
            except Exception as error:
                if getattr(error, "value", None) in LOST:
                    self.why = reason(error)
                    return None
                continue
            if value is not None:
                values[name] = value
        return values

    def _on(self, device: Device) -> list[Any]:
        """What computes there and what draws."""
        return [
            process
            for kind in ("Compute", "Graphics")
            for process in asked(self._nvml, f"nvmlDeviceGet{kind}RunningProcesses", device.handle) or ()
        ]


def asked(nvml: Any, function: str, *arguments: Any) -> Any:
    """The answer; None where there is none."""
    try:
        return getattr(nvml, function)(*arguments)
    except Exception:
        return None


def installed() -> Any:
    """nvidia-ml-py; None where it is not."""
    try:
        return importlib.import_module("pynvml")
    except Exception:  # an older package of the same name may fail in ways of its own
        return None


def reason(error: Exception) -> str:
    """Why NVML cannot be asked, as half a sentence."""
    words = {9: "the driver is not loaded", 12: "there is no NVIDIA driver", 15: "a card is lost"}
    return words.get(getattr(error, "value", -1), str(error).strip() or type(error).__name__)


def told(value: Any) -> float | None:
    """A number of bytes; None where the driver does not tell."""
    return None if value is None or value == UNTOLD else float(value)


def name_of(pid: int) -> str:
    """A process's name; `?` where it cannot be seen, as from within a container."""
    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return "?"
