"""Notices: those that answer a key take the place of the one before; where they stand. All that touches Textual's own."""

from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App
from textual.notifications import Notification
from textual.screen import Screen
from textual.widgets._toast import ToastRack

_answers: WeakKeyDictionary[App[Any], Notification] = WeakKeyDictionary()
"""The one that stands, of each app."""


def answer(app: App[Any], sentence: str, severity: str = "information", timeout: float = 3.0) -> None:
    """Say what a key has done, or why it could not; facts of the race stay where they are."""
    if app._disable_notifications:
        return
    notices = app._notifications
    # Textual 8.2 can take all notices away but no single one, and takes a new one in when it comes to it: after the
    # next key, in a flood of them.
    before = _answers.get(app)
    if before is not None and before in notices:
        del notices[before]
    _answers[app] = notice = Notification(sentence, severity=severity, timeout=timeout, markup=False)  # type: ignore[arg-type]
    notices.add(notice)
    app._refresh_notifications()


def lift(screen: Screen[Any], rows: int) -> None:
    """Have notices stand above so many rows: those of hypers, of time and of keys."""
    for rack in screen.query(ToastRack):
        rack.styles.margin = (0, 0, rows, 0)
