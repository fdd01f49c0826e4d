"""The palette's entries, made from the table of actions. Knows no race."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from opttui.tui.actions import ACTIONS, Action

OFFERED = tuple(action for action in ACTIONS if action.id not in ("focus_lane", "palette"))


class RaceActions(Provider):
    """Every action of the table, by its words."""

    async def discover(self) -> Hits:
        """All of them."""
        for action in OFFERED:
            yield DiscoveryHit(title(action), partial(self.run, action), help=action.help)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action in OFFERED:
            score = matcher.match(title(action))
            if score > 0:
                yield Hit(
                    score, matcher.highlight(title(action)), partial(self.run, action), help=action.help
                )

    async def run(self, action: Action) -> None:
        """Do it, as its key would."""
        await self.screen.run_action(action.id)


def title(action: Action) -> str:
    """The words and the key."""
    return f"{action.words} ({action.shown})"
