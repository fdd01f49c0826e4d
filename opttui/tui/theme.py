"""Inks to styles: an ink is a role, and a palette says how a role looks. Knows no panel and no widget.

Colours are plain data; rich and textual are loaded with the first style, since the splash has need of neither.
"""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from opttui.plots.picture import Ink

if TYPE_CHECKING:
    from rich.style import Style
    from textual.theme import Theme

TONES = {"soft": 0.8, "dim": 0.62, "old": 0.46, "ghost": 0.22, "band": 0.36}
"""Share of a lane's colour in its path, the older the less; in what was measured behind its smooth curve; in a band."""
QUIET = ("ghost", "band")
"""Tones of what lies behind everything else."""
GREYS = 16
"""Greys of an image, black first."""
SHADES = (("text", 0.5), ("paper", 0.68), ("text", 0.74), ("paper", 0.5))
"""Of the shades of a lane's colour for its forks: towards what it is mixed, and its own share."""
LANE = re.compile(r"lane(\d+)(?:\+(\d))?([a-z]*)")


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours of every role: `#rrggbb`, or names of the terminal's own sixteen where `ansi` is set."""

    name: str
    words: str
    """What it is for, in a few words."""
    dark: bool
    paper: str
    roles: dict[str, str]
    lanes: tuple[str, ...]
    """Twelve inks."""
    levels: tuple[str, ...]
    """Ten shades of a surface, the lowest first."""
    ansi: bool = False
    ghost: str = ""
    """One colour for all that lies behind smooth curves, where colours cannot be mixed."""
    _styles: "dict[Ink, Style]" = field(default_factory=dict)

    def style(self, ink: Ink) -> "Style":
        """The style of an ink. Every segment carries paper and ink: blank ones do not inherit the background."""
        found = self._styles.get(ink)
        if found is None:
            from rich.style import Style  # noqa: PLC0415

            paper = self.paper if self.flat(ink.bg) else self.colour(ink.bg) or self.paper
            colour = self.colour(ink.fg)
            # Of sixteen colours what is faint is also the cursor's paper.
            colour = self.roles["text"] if not colour or (self.ansi and colour == paper) else colour
            dim = self.ansi and (ink.fg.endswith(("dim", "old")) or "+" in ink.fg)
            found = self._styles[ink] = Style(color=colour, bgcolor=paper, bold=ink.bold, dim=dim)
        return found

    def flat(self, role: str) -> bool:
        """Whether it is a shade of a surface that has none here: sixteen colours leave it contour lines alone."""
        return self.ansi and role.startswith("level")

    def text(self, text: str, ink: Ink) -> str:
        """What is written in an ink: two halves of shades that have no colour are a blank."""
        return text.replace("▀", " ").replace("▄", " ") if self.flat(ink.fg) else text

    def colour(self, role: str) -> str:
        """The colour of a role; empty where it has none."""
        lane = LANE.fullmatch(role)
        if lane is not None:
            return self._lane(self._shaded(self.lanes[int(lane[1]) % len(self.lanes)], lane[2]), lane[3])
        if role.startswith("grey"):
            return self._grey(int(role.removeprefix("grey")))
        if role.startswith("level"):
            return self.levels[int(role.removeprefix("level"))]
        return role if role.startswith("#") else self.roles.get(role, "")

    def _shaded(self, colour: str, shade: str | None) -> str:
        if not shade or self.ansi:
            return colour
        end, share = SHADES[(int(shade) - 1) % len(SHADES)]
        return blend(colour, self.paper if end == "paper" else self.roles["text"], share)

    def _lane(self, colour: str, tone: str) -> str:
        if tone in QUIET and self.ghost:
            return self.ghost
        return blend(colour, self.paper, TONES[tone]) if tone and not self.ansi else colour

    def _grey(self, level: int) -> str:
        """Dark is dark on any paper; of sixteen colours four are greys."""
        if self.ansi:
            return ("black", "bright_black", "white", "bright_white")[level * 4 // GREYS]
        return blend("#ffffff", "#000000", level / (GREYS - 1))

    def theme(self) -> "Theme":
        """The same for Textual's own widgets."""
        from textual.theme import BUILTIN_THEMES, Theme  # noqa: PLC0415

        roles = self.roles
        if self.ansi:
            return replace(BUILTIN_THEMES["ansi-dark"], name=self.name)
        return Theme(
            name=self.name,
            dark=self.dark,
            primary=self.lanes[0],
            secondary=roles["label"],
            accent=roles["mark"],
            foreground=roles["text"],
            background=self.paper,
            surface=roles["row"],
            panel=roles["cursor"],
            boost=roles["row"],
            success=roles["good"],
            warning=roles["mark"],
            error=roles["bad"],
        )


def blend(colour: str, with_: str, share: float) -> str:
    """A mixture of two colours, `share` of the first."""
    pairs = [(int(colour[i : i + 2], 16), int(with_[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def ramp(low: str, high: str, count: int = 10) -> tuple[str, ...]:
    """Colours from one to another in equal steps."""
    return tuple(blend(high, low, step / (count - 1)) for step in range(count))
