"""Which way of measuring suits a lane: by its device and its number of parameters."""

from collections.abc import Callable

import torch
from torch import nn

from opttui.race.device_rows import CudaTimer, DeviceRows, HostTimer
from opttui.race.history import History
from opttui.race.network_rows import NetworkRows
from opttui.race.plane import Plane
from opttui.race.point_rows import PointRows
from opttui.race.rows import Rows


def rows_for(
    model: nn.Module,
    plane: Plane | None,
    device: torch.device,
    clock: Callable[[], float],
    others_wait: bool = False,
) -> Rows:
    """The rows of a lane; `plane` is None where the two parameters are the point drawn.

    `others_wait`: a race stands still meanwhile, so nothing is prepared that can come bit by bit.
    """
    parameters = list(model.parameters())
    history = None
    if plane is not None:
        history = History(sum(p.numel() for p in parameters), device, touch=not others_wait)
    if device.type == "cuda":
        return DeviceRows(parameters, plane, CudaTimer(), history)
    if device.type != "cpu":
        return DeviceRows(parameters, plane, HostTimer(clock), history)
    if plane is None or history is None:
        return PointRows(parameters, clock)
    return NetworkRows(parameters, plane, clock, history)
