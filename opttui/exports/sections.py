"""The sections of a report below its charts. Each takes a run and gives markup; empty where there is nothing to say."""

import math
import time
from collections.abc import Callable, Sequence

import opttui
from opttui.exports.markup import lines_of, table, tag, text_of
from opttui.record.events import Event
from opttui.record.fair import best_of, by_held_out
from opttui.record.manifest import LaneInfo, LaneResult
from opttui.record.results import results
from opttui.record.seen import SeenRun
from opttui.record.settings import settings_of
from opttui.record.told import described
from opttui.scenario.toml_writer import toml_of
from opttui.tui.panels.kin import dash_of, ink_of
from opttui.tui.panels.numbers import NOTHING, count, loss_text, seconds_text
from opttui.tui.panels.standings import LOST

MOST_EVENTS = 400
"""Of a longer list the first and the last half of so many are shown."""
SILENT = ("plan",)
"""Kinds of events that say nothing to a person."""
DASHES = ("", "5 3", "2 3", "7 2 2 2", "3 3")
GOOD = ("finished", "reached")


def header(reader: SeenRun, lanes: Sequence[int]) -> str:
    """What was raced, and how it ended."""
    manifest = reader.manifest
    scenario, problem = manifest.scenario, manifest.problem
    title = scenario.title or (problem.title if problem else "") or scenario.problem.name
    # Of what others train nobody knows how long it will go on, and with which seed.
    told = reader.foreign or manifest.kind != "race"
    facts = [
        ("run", manifest.id),
        ("problem", scenario.problem.name.rsplit("/", 1)[-1]),
        ("parameters", count(problem.parameters) if problem else ""),
        ("batch", str(problem.batch_size) if problem and problem.batch_size else ""),
        ("steps", count(max((lane.rows for lane in reader.lanes), default=0) if told else scenario.steps)),
        ("seed", "" if told else str(scenario.seed)),
        ("on", " ".join(filter(None, (manifest.device, manifest.dtype)))),
        (
            "begun",
            time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(manifest.created)) if manifest.created else "",
        ),
    ]
    chips = "".join(f"<li>{text_of(name)}<b>{text_of(value)}</b></li>" for name, value in facts if value)
    more = (
        tag("p", text_of(problem.title), "quiet")
        if problem and problem.title and problem.title != title
        else ""
    )
    button = '<button type="button" class="theme">light / dark</button>'
    return tag(
        "header",
        f'{button}<h1>{text_of(title)}</h1>{more}<ul class="facts">{chips}</ul>{_lead(reader, lanes)}',
    )


def _lead(reader: SeenRun, lanes: Sequence[int]) -> str:
    """Who did best, in a sentence."""
    held_out = by_held_out(reader)
    best = [
        (value, info.name)
        for info, lane in zip(reader.manifest.lanes, reader.lanes, strict=True)
        if lane.id in lanes and (value := best_of(lane, held_out)) is not None
    ]
    if not best:
        return ""
    value, name = min(best)
    what = "best held-out loss" if held_out else "best loss"
    return f'<p class="lead"><b>{text_of(name)}</b> has the {what}: {loss_text(value)}.</p>'


def swatch(class_: str, dash: int) -> str:
    """A lane's line in small."""
    dashes = f' stroke-dasharray="{DASHES[dash % len(DASHES)]}"' if dash % len(DASHES) else ""
    return (
        '<svg class="swatch" width="18" height="8" viewBox="0 0 18 8" aria-hidden="true">'
        f'<path d="M0 4h18" class="s {class_}" stroke-width="3"{dashes}/></svg>'
    )


def results_table(reader: SeenRun, lanes: Sequence[int], class_of: Callable[[str], str]) -> str:
    """A row a lane, best first."""
    held_out = by_held_out(reader)
    fair = {lane.id: best_of(lane, True) for lane in reader.lanes} if held_out else {}
    found = sorted(
        (result for result in results(reader, alive=False) if result.id in lanes),
        key=lambda one: _rank(one, fair),
    )
    heading = [
        ("#", "n"),
        ("lane", ""),
        *([("held-out", "n")] if held_out else []),
        ("loss", "n"),
        ("best", "n"),
    ]
    heading += [
        ("at step", "n"),
        ("steps", "n"),
        ("evaluations", "n"),
        ("seconds", "n"),
        ("outcome", "w"),
        ("phrase", "w"),
    ]
    rows = []
    for rank, result in enumerate(found, 1):
        mark = swatch(class_of(ink_of(reader, result.id)), dash_of(reader, result.id))
        name = text_of(result.name) or f"lane {result.id}"
        cells = [
            NOTHING if result.outcome in LOST else str(rank),
            f'<span class="name">{mark}<span title="{name}">{name}</span></span>',
            *([loss_text(fair.get(result.id))] if held_out else []),
            loss_text(result.final_loss),
            loss_text(result.best_loss),
            count(result.best_step),
            count(result.steps),
            count(result.evaluations),
            seconds_text(result.seconds),
            _outcome(result),
            tag("code", text_of(described(result))),
        ]
        rows.append(cells)
    return f"<h2>Results</h2>{table(heading, rows)}"


def _rank(result: LaneResult, fair: dict[int, float | None]) -> tuple[bool, float, float, int]:
    first, second = (
        math.inf if value is None or math.isnan(value) else value
        for value in (fair.get(result.id, 0.0) if fair else 0.0, result.best_loss)
    )
    return result.outcome in LOST, first, second, result.id


def _outcome(result: LaneResult) -> str:
    kind = "bad" if result.outcome in LOST else "good" if result.outcome in GOOD else ""
    sign = "✗ " if result.outcome in LOST else ""
    reason = f"<br>{tag('span', text_of(result.reason), 'quiet')}" if result.reason else ""
    return tag("span", f"{sign}{text_of(result.outcome)}", kind) + reason


def lineage(reader: SeenRun, lanes: Sequence[int]) -> str:
    """Whose fork each lane is; empty where there is none."""
    infos = [info for info in reader.manifest.lanes if info.id in lanes]
    known = {info.id for info in infos}
    if not any(info.parent in known for info in infos):
        return ""

    def branch(info: LaneInfo, depth: int) -> str:
        words = text_of(info.name) or f"lane {info.id}"
        if info.parent is not None:
            changed = f" with {info.changes}" if info.changes else ""
            words += tag(
                "span", text_of(f" forked at step {count(info.forked_at)}{changed}, {info.exact}"), "quiet"
            )
        below = [branch(each, depth + 1) for each in infos if each.parent == info.id and each.id > info.id]
        return tag("li", words + (tag("ul", "".join(below)) if below and depth < 64 else ""))

    roots = [info for info in infos if info.parent not in known]
    return f"<h2>Lineage</h2>{tag('ul', ''.join(branch(info, 0) for info in roots), 'tree')}"


def settings(reader: SeenRun, lanes: Sequence[int]) -> str:
    """The lanes' settings side by side."""
    shown = [info for info in reader.manifest.lanes if info.id in lanes]
    rows = [
        [tag("b" if each.differs else "span", text_of(each.name)), *(text_of(value) for value in each.values)]
        for each in settings_of(reader, [info.id for info in shown])
    ]
    if not rows or not shown:
        return ""
    heading = [("", ""), *((info.name, "w") for info in shown)]
    return f"<h2>Settings <small>what differs is bold</small></h2>{table(heading, rows)}"


def alarms(reader: SeenRun, lanes: Sequence[int]) -> str:
    """What rang."""
    found = [event for event in reader.events if event.kind == "alarm" and event.lane in lanes]
    if not found:
        return ""
    names = {info.id: info.name for info in reader.manifest.lanes}
    rows = [
        [
            count(event.step),
            text_of(names.get(event.lane or 0, "")),
            text_of(event.data.get("alarm", "")),
            text_of(event.text),
        ]
        for event in found[:MOST_EVENTS]
    ]
    more = f" <small>the first {MOST_EVENTS} of {len(found):,}</small>" if len(found) > MOST_EVENTS else ""
    return f"<h2>Alarms{more}</h2>{table([('step', 'n'), ('lane', ''), ('kind', ''), ('what', 'w')], rows)}"


def events(reader: SeenRun, lanes: Sequence[int]) -> str:
    """Who did what, asked for at which step and applied at which."""
    found = [
        event
        for event in reader.events
        if event.kind not in (*SILENT, "alarm") and (event.lane is None or event.lane in lanes)
    ]
    if not found:
        return ""
    more = f" <small>{MOST_EVENTS} of {len(found):,}</small>" if len(found) > MOST_EVENTS else ""
    if len(found) > MOST_EVENTS:
        found = [*found[: MOST_EVENTS // 2], *found[-MOST_EVENTS // 2 :]]
    names = {info.id: info.name for info in reader.manifest.lanes}
    begin = next((event.time for event in reader.events if event.time > 0), reader.manifest.created)
    rows = [
        [
            seconds_text(max(event.time - begin, 0.0)) if event.time > 0 else NOTHING,
            _steps(event),
            text_of(event.actor) or NOTHING,
            text_of("all" if event.lane is None else names.get(event.lane, event.lane)),
            text_of(event.kind),
            _text(event),
        ]
        for event in found
    ]
    heading = [("seconds", "n"), ("step", "n"), ("who", ""), ("lane", ""), ("event", ""), ("what", "w")]
    return f"<h2>Events{more}</h2>{table(heading, rows)}"


def _steps(event: Event) -> str:
    """Where it took effect; before that where it was asked for, if that was elsewhere."""
    if event.requested is None or event.requested == event.step:
        return count(event.step)
    return f"{count(event.requested)} → {count(event.step)}"


def _text(event: Event) -> str:
    trace = event.data.get("traceback")
    words = text_of(event.text or event.data.get("outcome", ""))
    if event.kind == "set" and {"hyper", "old", "new"} <= event.data.keys() and not event.text:
        words = text_of(f"{event.data['hyper']} from {event.data['old']} to {event.data['new']}")
    if isinstance(trace, str) and trace:
        words += f"<details><summary>traceback</summary><pre>{lines_of(trace)}</pre></details>"
    return words


def scenario(reader: SeenRun) -> str:
    """What was asked for, as the file that asks for it."""
    if reader.foreign or reader.manifest.kind != "race":
        return ""
    return f"<h2>Scenario</h2><pre>{lines_of(toml_of(reader.manifest.scenario))}</pre>"


def machine(reader: SeenRun) -> str:
    """Versions and hardware."""
    facts = [(str(name), str(value)) for name, value in reader.manifest.versions.items()]
    computer = getattr(getattr(reader, "machine", None), "computer", None)
    if computer is not None:
        facts += [("processor", computer.processor), ("cores", f"{computer.usable} of {computer.cores}")]
        facts += [("memory", f"{computer.memory / 2**30:.1f} GiB")]
        facts += [("card", card.name) for card in computer.cards]
    told = "".join(f"<dt>{text_of(name)}</dt><dd>{text_of(value)}</dd>" for name, value in facts if value)
    return f"<h2>Versions and machine</h2><dl>{told}</dl>" if told else ""


def damage(reader: SeenRun) -> str:
    """What could not be read."""
    if not reader.damage:
        return ""
    return "<h2>Damage</h2>" + "".join(tag("p", text_of(sentence), "bad") for sentence in reader.damage)


def footer() -> str:
    """Who wrote the page."""
    return tag(
        "footer",
        f"Written by opttui {text_of(opttui.__version__)}. This page loads nothing: it reads the same without a network.",
    )
