"""Keys in the order in which they were typed, however fast they come. All that touches the insides of Textual 8.2 for it.

Textual's app hands a letter to the field that has the keys, where it waits in a queue, and takes all other keys at once
or when they have come back from there: what is typed ahead of a slow line lands in the field before, or nowhere.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, cast

from textual.app import App
from textual.events import Key
from textual.message_pump import MessagePump
from textual.screen import Screen

PATIENCE = 1.0
"""Seconds that a form is waited for at most."""


async def taken(app: App[Any], key: Key) -> bool:
    """Wait until all that was typed before a key is taken in; whether the key is too, and has no further to go."""
    screen = app.screen
    if not screen.is_mounted:
        # A form that is on its way, for which the next keys are.
        await patiently(cast(Any, screen)._mounted_event.wait())  # untyped there
        await handled(screen)
    if key.is_printable or (app.focused is None and not screen.is_modal):
        return False
    await settled(screen)
    taken = await app._check_bindings(key.key, priority=True) or await app._check_bindings(key.key)
    if taken:
        # It may have closed the form, and what follows is for what lies under it.
        await settled(screen)
    return taken


async def settled(screen: Screen[Any]) -> None:
    """Wait until a screen has taken in what its field with the keys has."""
    for widget in (screen.focused or screen).ancestors_with_self:
        if isinstance(widget, MessagePump):
            await handled(widget)
        if widget is screen:
            break
    if isinstance(screen, Settling):
        await patiently(screen.settled())


class Settling:
    """A screen whose fields depend on what is typed."""

    async def settled(self) -> None:
        """Wait until they are there."""


async def handled(pump: MessagePump) -> None:
    """Wait until all messages that a widget has by now are handled."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        await patiently(done.wait())


async def patiently(what: Awaitable[Any]) -> None:
    """Wait for something, and go on without it when it does not come: no key may hang the app."""
    # Not `wait_for`: cancelled, the wait for fields that go would end their tasks.
    await asyncio.wait({asyncio.ensure_future(what)}, timeout=PATIENCE)
