"""A command whose optimizers and schedules are looked up too, so that a scenario's mistakes are found before its race."""

import msgspec

from opttui.control.commands import Add, AnyCommand, Fork, Schedule
from opttui.control.words import parse_command
from opttui.errors import InputError
from opttui.scenario.check_lane import check_lane
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec

ANY = LaneSpec("SGD", {"momentum": 0.9})
"""Stands for the lane whose schedule is asked for; which optimizer that has is not known here."""


def checked_command(words: str) -> AnyCommand:
    """The command of some words. InputError for what no race could carry out, whatever its lanes are."""
    command = parse_command(words)
    if isinstance(command, Add):
        check_phrase(command.phrase)
    elif isinstance(command, Fork | Schedule) and command.schedule is not None:
        check_schedule_words(command.schedule)
    elif isinstance(command, Fork) and command.optimizer is not None:
        check_phrase(command.optimizer)
    return command


def check_phrase(phrase: str) -> None:
    """InputError for a lane that cannot be."""
    check_lane(parse_lane(phrase), (), lambda _: repr(phrase), 1000)


def check_schedule_words(words: str) -> None:
    """InputError for what is no schedule."""
    if words == "none":
        return
    try:
        lane = parse_lane(f"SGD@{words}")
    except InputError as error:
        raise InputError(f"the schedule {words!r}: {error.message.partition(': ')[2]}", error.hint) from None
    lane = msgspec.structs.replace(ANY, schedule=lane.schedule, warmup=lane.warmup)
    check_lane(lane, (), lambda _: f"the schedule {words!r}", 1000)
