"""The palette's entries, made from tables of actions. Knows no race."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual.command import DiscoveryHit, Hit, Hits, Provider

from opttui.tui.action import Action


class ActionPalette(Provider):
    """Every action of a table, by its words; a screen has one with its own table."""

    ACTIONS: ClassVar[Sequence[Action]] = ()

    async def discover(self) -> Hits:
        """All of them."""
        for action in self.offered():
            yield DiscoveryHit(title(action), partial(self.run, action), help=action.help)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action in self.offered():
            score = matcher.match(title(action))
            if score > 0:
                yield Hit(
                    score, matcher.highlight(title(action)), partial(self.run, action), help=action.help
                )

    def offered(self) -> Iterator[Action]:
        """Those worth finding by name: not the palette itself, and not nine lanes."""
        return (
            action
            for action in self.ACTIONS
            if action.id != "palette" and not action.mode and not action.id.startswith("focus_")
        )

    async def run(self, action: Action) -> None:
        """Do it, as its key would."""
        await self.screen.run_action(f"do('{action.id}')")


def palette_of(actions: Sequence[Action]) -> type[ActionPalette]:
    """The palette of a table."""
    return type("Palette", (ActionPalette,), {"ACTIONS": actions})


def title(action: Action) -> str:
    """The words and the key: its own, where one entry of the help stands for several."""
    key = action.keys[0] if not action.shown or "–" in action.shown else action.shown
    return f"{action.words} ({key})"
