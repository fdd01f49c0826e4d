"""What a repeat of the race, bit for bit, would need to be the same."""

import platform
from typing import Any

import numpy as np
import torch

import opttui


def versions() -> dict[str, Any]:
    """Versions, the number of threads inside an operation, and the kind of kernels that this processor
    gets."""
    return {
        "opttui": opttui.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "threads": torch.get_num_threads(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
    }
