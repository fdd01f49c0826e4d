"""torch's settings that hold for the whole process and change what an optimizer computes. Knows no lane.

Not among them is what only a GPU obeys (cuDNN's flags): its getters would cost each step of a small lane as much again.
"""

from typing import NamedTuple

import torch

SMALLEST = 5e-324
"""A denormal number: times one it is zero where denormals are flushed, which torch can set and not tell."""


class Settings(NamedTuple):
    """What torch is set to."""

    dtype: torch.dtype
    threads: int
    grad: bool
    deterministic: int
    """0: anything goes; 1: warns of, 2: refuses operations that need not repeat themselves."""
    precision: str
    """Of float32 matrix products."""
    anomaly: bool
    """Whether the backward pass looks for where a NaN began."""
    anomaly_stops: bool
    """Whether it then raises."""
    flush: bool
    """Whether denormal numbers are taken as zero."""


def here() -> Settings:
    """What torch is set to now (0.7 µs)."""
    return Settings(
        torch.get_default_dtype(),
        torch.get_num_threads(),
        torch.is_grad_enabled(),
        torch.get_deterministic_debug_mode(),
        torch.get_float32_matmul_precision(),
        torch.is_anomaly_enabled(),
        torch.is_anomaly_check_nan_enabled(),
        SMALLEST * 1.0 == 0.0,
    )


def put(wanted: Settings, now: Settings) -> None:
    """Set what differs; some of it takes torch milliseconds."""
    if wanted == now:
        return
    if wanted.dtype is not now.dtype:
        torch.set_default_dtype(wanted.dtype)
    if wanted.threads != now.threads:
        torch.set_num_threads(wanted.threads)
    if wanted.grad is not now.grad:
        torch.set_grad_enabled(wanted.grad)
    if wanted.deterministic != now.deterministic:
        torch.use_deterministic_algorithms(wanted.deterministic > 0, warn_only=wanted.deterministic == 1)
    if wanted.precision != now.precision:
        torch.set_float32_matmul_precision(wanted.precision)
    if (wanted.anomaly, wanted.anomaly_stops) != (now.anomaly, now.anomaly_stops):
        torch.autograd.set_detect_anomaly(wanted.anomaly, wanted.anomaly_stops)
    if wanted.flush != now.flush:
        torch.set_flush_denormal(wanted.flush)
