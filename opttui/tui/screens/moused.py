"""A screen whose mouse events go to a view's mouse. Knows no panel."""

from abc import abstractmethod
from typing import Any

from textual import events

from opttui.tui.mouse import Mouse
from opttui.tui.notices import answer
from opttui.tui.screens.usual import UsualScreen


class MousedScreen(UsualScreen[str]):
    """Hands cells, buttons and turns of the wheel on; what they mean is the mouse's."""

    mouse: Mouse
    hover = ""
    """What lies under the mouse, in words."""
    _down = (-1, -1)
    """Where a button went down."""

    @abstractmethod
    def above(self) -> int:
        """Rows above the room of the panels."""

    @abstractmethod
    def signature(self) -> tuple[Any, ...]:
        """What a frame is drawn from."""

    @abstractmethod
    def redraw(self) -> None:
        """Draw now."""

    def cell(self, event: events.MouseEvent) -> tuple[int, int]:
        """Where the mouse is, in the room of the panels."""
        return int(event.screen_x), int(event.screen_y) - self.above()

    def key_under(self, x: int, y: int) -> str:
        """The id of the action whose key stands in a cell; empty where none does."""
        return ""

    @abstractmethod
    def action_do(self, id_: str) -> None:
        """Do what the table of actions says of a key."""

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A button goes down; the right one marks, and so does shift."""
        self._down = self.cell(event)
        self.mouse.press(*self.cell(event), marks=event.shift or event.button == 3)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag, and say what lies under the mouse."""
        before = self.signature()
        if event.button:
            self.mouse.drag(*self.cell(event))
        self.hover = self.mouse.words(*self.cell(event))
        if self.signature() != before:
            self.redraw()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A click, or the end of a drag."""
        key = self.key_under(*self.cell(event)) if self.cell(event) == self._down else ""
        said = self.mouse.release(*self.cell(event))
        if key:
            self.action_do(key)
            return
        if said:
            answer(self.app, said, timeout=5)
        self.redraw()

    def wheel(self, event: events.MouseEvent, up: bool, sideways: bool) -> None:
        """Zoom or move at the mouse."""
        self.mouse.wheel(*self.cell(event), up, sideways or event.shift, event.ctrl)
        self.redraw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in."""
        self.wheel(event, up=True, sideways=False)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out."""
        self.wheel(event, up=False, sideways=False)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Move back."""
        self.wheel(event, up=True, sideways=True)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Move on."""
        self.wheel(event, up=False, sideways=True)
