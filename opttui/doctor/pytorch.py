"""torch and the devices that it can use, asked in a process of its own: one that crashes or hangs is a finding."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from opttui.control.launch import environment
from opttui.doctor.finding import Finding
from opttui.machine.cards import Cards
from opttui.printable import printable

LIMIT = 90.0
"""Seconds: torch takes 1.3 of CPU to load, and far longer from a cold network disk."""
MARK = "opttui-doctor:"
GIB = 2**30

PROBE = """
import json, time
begin = time.perf_counter()
import torch
found = {"version": str(torch.__version__), "seconds": time.perf_counter() - begin, "threads": torch.get_num_threads()}
found["cuda"], found["hip"] = torch.version.cuda, getattr(torch.version, "hip", None)
found["cpu"] = torch.backends.cpu.get_cpu_capability()
assert float(torch.ones(3, requires_grad=True).mul(2).sum().detach()) == 6.0
torch.ones(2).numpy()
found["devices"], found["why"] = [], ""
if found["cuda"] or found["hip"]:
    try:
        torch.cuda.init()
        for number in range(torch.cuda.device_count()):
            card = torch.cuda.get_device_properties(number)
            with torch.cuda.device(number):
                free = torch.cuda.mem_get_info()[0]
                assert float(torch.ones(3, device="cuda").sum()) == 3.0
            found["devices"].append({"name": card.name, "memory": card.total_memory, "free": free})
    except Exception as error:
        found["why"] = str(error)
found["mps"] = bool(torch.backends.mps.is_available())
print("MARK" + json.dumps(found))
""".replace("MARK", MARK)


def findings(probe: str = PROBE, limit: float = LIMIT) -> Iterator[Finding]:
    """torch, its devices, and cards that it does not use."""
    found, why = asked(probe, limit)
    if found is None:
        todo = (
            "pip install torch" if "No module named 'torch'" in why else "pip install --force-reinstall torch"
        )
        yield Finding("torch.version", "wrong", why, todo)
    else:
        yield loaded(found)
        yield devices(found)
    yield from cards(found)


def asked(probe: str, limit: float) -> tuple[dict[str, Any] | None, str]:
    """What the process told; or why it told nothing, as a sentence."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", probe],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=environment(),
    )
    try:
        out, errors = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return None, f"torch did not load within {limit:.0f} s."
    finally:
        # Its children as well, and on Ctrl-C.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    for line in out.decode(errors="replace").splitlines():
        if line.startswith(MARK):
            with contextlib.suppress(ValueError):
                told = json.loads(line.removeprefix(MARK))
                return (told, "") if isinstance(told, dict) else (None, "torch told nonsense.")
    if process.returncode < 0:
        return None, f"Loading torch ended with {name_of(-process.returncode)}."
    lines = [line.strip() for line in errors.decode(errors="replace").splitlines() if line.strip()]
    return None, f"torch cannot be loaded: {printable(lines[-1] if lines else 'it says nothing', 300)}."


def name_of(number: int) -> str:
    """A signal, with what it usually means."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    meanings = {
        "SIGILL": "SIGILL, as when torch was built for another processor",
        "SIGKILL": "SIGKILL, as when there is too little memory",
        "SIGSEGV": "SIGSEGV, as when libraries do not fit together",
    }
    return meanings.get(name, name)


def loaded(found: dict[str, Any]) -> Finding:
    """Version and build."""
    build = (
        f"built for CUDA {found['cuda']}"
        if found["cuda"]
        else f"built for ROCm {found['hip']}"
        if found["hip"]
        else "built for processors alone"
    )
    threads = f"{found['threads']} {'thread' if found['threads'] == 1 else 'threads'}"
    text = (
        f"torch {found['version']}, {build}, kernels for {found['cpu']}, {threads}; "
        f"loaded in {found['seconds']:.1f} s."
    )
    return Finding(
        "torch.version",
        "fine",
        printable(text, 300),
        value={key: found[key] for key in ("version", "cuda", "hip", "cpu", "threads", "seconds")},
    )


def devices(found: dict[str, Any]) -> Finding:
    """What `--device` may be."""
    names = [
        f"cuda:{number} ({card['name']}, {card['memory'] / GIB:.0f} GiB, {card['free'] / GIB:.0f} free)"
        for number, card in enumerate(found["devices"])
    ]
    names += ["mps"] if found["mps"] else []
    value = {"devices": found["devices"], "mps": found["mps"]}
    if found["why"]:
        text = f"torch is built for cards and cannot use one: {printable(found['why'], 200).rstrip('.')}."
        return Finding(
            "torch.devices",
            "note",
            text,
            "nvidia-smi shows whether the driver runs; races use the processor.",
            value,
        )
    text = f"Devices: {', '.join(['cpu', *names])}." if names else "The device is cpu."
    return Finding("torch.devices", "fine", printable(text, 500), value=value)


def cards(found: dict[str, Any] | None) -> Iterator[Finding]:
    """NVIDIA's cards as their driver tells of them, and whether torch uses them."""
    known = Cards()
    try:
        names, why = [card.name for card in known.cards], known.why
    finally:
        known.close()
    if not names:
        yield Finding(
            "torch.cards",
            "fine",
            f"No NVIDIA card is read ({printable(why, 120)}); the machine panel shows none.",
            value=[],
        )
        return
    text = f"The machine panel reads {', '.join(printable(name, 60) for name in names)}."
    if found is not None and not found["devices"]:
        if found["cuda"]:
            text += " torch does not use it."
            todo = "Look at CUDA_VISIBLE_DEVICES, and whether the driver is new enough for torch's CUDA."
        else:
            text += " This torch is built without CUDA."
            todo = (
                "pip install torch, from the index that https://pytorch.org/get-started names for your CUDA"
            )
        yield Finding("torch.cards", "note", text, todo, names)
        return
    yield Finding("torch.cards", "fine", text, value=names)
