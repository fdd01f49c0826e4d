"""Inks to styles: an ink is a role, and a palette says how a role looks. Knows no panel and no widget."""

from dataclasses import dataclass, field, replace

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from opttui.plots.picture import Ink

DIM, GHOST = 0.55, 0.26
"""Share of a lane's colour in its older path, and in what was measured behind its smooth curve."""


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
    _styles: dict[Ink, Style] = field(default_factory=dict)

    def style(self, ink: Ink) -> Style:
        """The style of an ink. Every segment carries paper and ink: blank ones do not inherit the background."""
        found = self._styles.get(ink)
        if found is None:
            paper = self.paper if self.flat(ink.bg) else self.colour(ink.bg) or self.paper
            colour = self.colour(ink.fg)
            # Of sixteen colours what is faint is also the cursor's paper.
            colour = self.roles["text"] if not colour or (self.ansi and colour == paper) else colour
            dim = self.ansi and ink.fg.endswith("dim")
            found = self._styles[ink] = Style(color=colour, bgcolor=paper, bold=ink.bold, dim=dim)
        return found

    def flat(self, role: str) -> bool:
        """Whether it is a shade of a surface that has none here: sixteen colours leave it contour lines alone."""
        return self.ansi and role.startswith("level")

    def text(self, text: str, ink: Ink) -> str:
        """What is written in an ink: two halves of shades that have no colour are a blank."""
        return text.replace("▀", " ") if self.flat(ink.fg) else text

    def colour(self, role: str) -> str:
        """The colour of a role; empty where it has none."""
        if role.startswith("lane"):
            number = role.removeprefix("lane").removesuffix("dim").removesuffix("ghost")
            return self._lane(self.lanes[int(number) % len(self.lanes)], role)
        if role.startswith("level"):
            return self.levels[int(role.removeprefix("level"))]
        return self.roles.get(role, "")

    def _lane(self, colour: str, role: str) -> str:
        if role.endswith("ghost"):
            return self.ghost or blend(colour, self.paper, GHOST)
        if role.endswith("dim") and not self.ansi:
            return blend(colour, self.paper, DIM)
        return colour

    def theme(self) -> Theme:
        """The same for Textual's own widgets."""
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
