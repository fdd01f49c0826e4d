"""Calls around each step of an optimizer, whatever kind it is. Knows no run.

torch wraps the `step` of every optimizer class and calls hooks from there; a class whose step calls its parent's is
wrapped twice, and its hooks are called twice a step: only the outermost counts. An optimizer that was made without
torch's own constructor has no hooks; its instance's `step` is wrapped here instead.
"""

import sys
import weakref
from collections.abc import Callable
from functools import wraps
from types import FrameType, MethodType
from typing import Any

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
Before = Callable[[tuple[Any, ...], dict[str, Any]], Arguments | None]
"""Called with what step() is called with, the optimizer first; what it returns is taken in its place."""

SHELLS = ("accelerate.", "lightning.", "pytorch_lightning.", "lightning_fabric.")
"""Packages that hand a shell round an optimizer to their users: the steps are those of what is inside."""


def within(optimizer: Any) -> Any:
    """The optimizer inside the shells of training frameworks, which may skip steps."""
    while type(optimizer).__module__.startswith(SHELLS) and hasattr(optimizer, "optimizer"):
        optimizer = optimizer.optimizer
    return optimizer


def around_steps(optimizer: Any, before: Before, after: Callable[[], None]) -> Callable[[], None]:
    """Have `before` and `after` called around each step; returns what ends it. TypeError for what has no step."""
    if hooked(optimizer):
        return _by_hooks(optimizer, before, after)
    return _by_wrapping(optimizer, before, after)


def hooked(optimizer: Any) -> bool:
    """Whether torch calls hooks around its steps."""
    wrapped = getattr(type(optimizer).__dict__.get("step", type(optimizer).step), "hooked", False)
    return bool(wrapped) and hasattr(optimizer, "_optimizer_step_pre_hooks")


def _by_hooks(optimizer: Any, before: Before, after: Callable[[], None]) -> Callable[[], None]:
    outer: list[FrameType] = []
    """The frame from which the outermost step's hooks are called, while that step is under way."""

    def pre(self: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments | None:
        frame = sys._getframe(1)
        if outer and _is_under_way(outer[0], frame):
            return None
        outer[:] = [frame]  # a step that has raised leaves its frame behind
        return before(args, kwargs)

    def post(self: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if outer and sys._getframe(1) is outer[0]:
            outer.clear()
            after()

    handles = [optimizer.register_step_pre_hook(pre), optimizer.register_step_post_hook(post)]

    def remove() -> None:
        for handle in handles:
            handle.remove()

    return remove


def _is_under_way(outer: FrameType, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame is outer:
            return True
        frame = frame.f_back
    return False


def _by_wrapping(optimizer: Any, before: Before, after: Callable[[], None]) -> Callable[[], None]:
    original = optimizer.step
    active = [True]

    @wraps(original)
    def step(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not active:
            return original(*args, **kwargs)
        changed = before((self, *args), kwargs)
        if changed is not None:
            args, kwargs = changed[0][1:], changed[1]
        result = original(*args, **kwargs)
        after()
        return result

    # A bound method, since torch's schedules look for its function.
    optimizer.step = MethodType(step, optimizer)
    there = weakref.ref(optimizer)

    def remove() -> None:
        active.clear()
        known = there()
        if known is not None and getattr(known.__dict__.get("step"), "__func__", None) is step:
            del known.step

    return remove
