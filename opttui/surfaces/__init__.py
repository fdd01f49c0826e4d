"""Formulas of two-dimensional surfaces over plain arithmetic, shared by window and race. Knows no torch."""

from opttui.surfaces.surface import Box, Surface
from opttui.surfaces.valleys import VALLEYS

SURFACES: dict[str, Surface] = {surface.name: surface for surface in VALLEYS}
"""Every surface by name."""

__all__ = ["SURFACES", "Box", "Surface"]
