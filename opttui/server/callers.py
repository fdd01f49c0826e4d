"""What each window asked and was told, so that a request that comes twice is carried out once. Knows no
socket.

The last event of a command carries its window's name and number, so that a later process knows them too; one that the
scenario gives has the scenario for an origin, and its place among the scenario's events.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from opttui.control.commands import Reply
from opttui.record.events import Event

CALLERS = 1024
ORIGIN, NUMBER = "origin", "number"
"""Of an event's data."""
REPLIES = 1024
"""Per caller; a window has far fewer requests without an answer."""


@dataclass
class Caller:
    """A window, over all its connections."""

    highest: int = 0
    """Highest number seen."""
    replies: OrderedDict[int, Reply | None] = field(default_factory=OrderedDict)
    """By number; None while it is being carried out."""
    line: object | None = None
    """The connection on which it was heard last."""


class Callers:
    """The windows heard of, the longest silent forgotten first."""

    def __init__(self) -> None:
        self._callers: OrderedDict[str, Caller] = OrderedDict()

    def hear(self, client: str, line: object) -> Caller:
        """The caller of that name, now heard on `line`."""
        caller = self._callers.setdefault(client, Caller())
        self._callers.move_to_end(client)
        caller.line = line
        while len(self._callers) > CALLERS:
            self._callers.popitem(last=False)
        return caller

    def is_new(self, caller: Caller, number: int) -> bool:
        """Whether the number was not seen before; from now on it was."""
        if number <= caller.highest:
            return False
        caller.highest = number
        caller.replies[number] = None
        while len(caller.replies) > REPLIES:
            caller.replies.popitem(last=False)
        return True

    def told(self, caller: Caller, number: int) -> Reply:
        """What is said when a number comes again."""
        if number not in caller.replies:
            return Reply(number, "refused", f"The number {number} was used before {caller.highest}.")
        return caller.replies[number] or Reply(number, "received")

    def keep(self, caller: Caller, reply: Reply) -> None:
        """Remember the answer."""
        if reply.number in caller.replies:
            caller.replies[reply.number] = reply


def signed(event: Event, origin: str, number: int) -> Event:
    """The last event of a command, with who asked and under which number."""
    return msgspec.structs.replace(event, data={**event.data, ORIGIN: origin, NUMBER: number})


def remembered(events: Iterable[Event]) -> Callers:
    """The windows to which an earlier process listened: whatever it has recorded is answered, and not done again."""
    callers = Callers()
    for event in events:
        origin, number = event.data.get(ORIGIN), event.data.get(NUMBER)
        if isinstance(origin, str) and isinstance(number, int) and event.actor != origin:
            caller = callers.hear(origin, None)
            if callers.is_new(caller, number):
                callers.keep(caller, Reply(number, "applied", event.text, event.step))
    return callers
