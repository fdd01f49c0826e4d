"""What each window asked and was told, so that a request that comes twice is carried out once. Knows no
socket."""

from collections import OrderedDict
from dataclasses import dataclass, field

from opttui.control.commands import Reply

CALLERS = 1024
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
