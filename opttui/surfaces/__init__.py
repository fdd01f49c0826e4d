"""Formulas of two-dimensional surfaces over any array namespace, shared by window and race. Knows no torch."""

from opttui.surfaces.badly_scaled import BADLY_SCALED
from opttui.surfaces.basins import BASINS
from opttui.surfaces.bowls import BOWLS
from opttui.surfaces.kinks import KINKS
from opttui.surfaces.many_minima import MANY_MINIMA
from opttui.surfaces.plateaus import PLATEAUS
from opttui.surfaces.saddles import SADDLES
from opttui.surfaces.surface import CLASSIC, Box, General, Surface
from opttui.surfaces.valleys import VALLEYS

FAMILIES: dict[str, tuple[Surface, ...]] = {
    "valleys": VALLEYS,
    "bowls": BOWLS,
    "basins": BASINS,
    "many minima": MANY_MINIMA,
    "plateaus": PLATEAUS,
    "saddles": SADDLES,
    "badly scaled": BADLY_SCALED,
    "kinks": KINKS,
}
"""The surfaces by what is hard about them; a file each."""

SURFACES: dict[str, Surface] = {surface.name: surface for family in FAMILIES.values() for surface in family}
"""Every surface by name."""

__all__ = ["CLASSIC", "FAMILIES", "SURFACES", "Box", "General", "Surface"]
