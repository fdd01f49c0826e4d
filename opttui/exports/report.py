"""A run as one page of HTML that loads nothing: charts, results, settings, events, machine. Readable without its script.

Everything that others wrote is escaped; the page's own policy forbids any other script, style or address.
"""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from opttui.exports import sections
from opttui.exports.chart import Heading, chart
from opttui.exports.draw import run_words
from opttui.exports.jsonl import cell
from opttui.exports.markup import tag, text_of
from opttui.exports.scene import Scene, colour_in
from opttui.exports.series import Curves, chart_names, curves_of
from opttui.exports.svg import drawing, number
from opttui.exports.walk import walk
from opttui.record.seen import SeenRun
from opttui.tui.palettes import DARK, LIGHT
from opttui.tui.panels import path as panel
from opttui.tui.panels.beside import INK, ghosts
from opttui.tui.panels.kin import dash_of, ink_of
from opttui.tui.view import RaceView

HERE = Path(__file__).parent
ROLES = ("text", "faint", "axis", "grid", "label", "mark", "good", "bad", "cursor", "row", "title", "chosen")
WHOLE, HALF, NARROW = (1120.0, 500.0), (556.0, 380.0), (400.0, 330.0)
"""Sizes of the first chart, of the others, and of all on a narrow page."""
SHADE = "#7f98bd"
"""Of a surface: its opacity does the rest, on light paper and on dark."""
READ = 400
"""Values of a lane that can be read under the pointer."""
MANY = 16
"""Lanes above which what was measured is not drawn behind smooth curves: a page of megabytes helps nobody."""


class Classes:
    """Inks as classes, so that a page can have two sets of colours."""

    def __init__(self) -> None:
        self.inks: dict[str, None] = {}

    def line(self, ink: str) -> str:
        """Of a stroke."""
        return f' class="s {self.name(ink)}"'

    def fill(self, ink: str) -> str:
        """Of an area or a text."""
        return f' class="f {self.name(ink)}"'

    def name(self, ink: str) -> str:
        """The class of an ink."""
        self.inks[ink] = None
        return class_of(ink)


def report(
    reader: SeenRun,
    lanes: Sequence[int],
    axis: str = "steps",
    log: bool | None = None,
    beside: Sequence[SeenRun] = (),
) -> str:
    """The page. `beside`: runs and logs whose curves stand beside its own."""
    paint = Classes()
    figures, data = _figures(reader, lanes, axis, log, beside, paint)
    body = "".join(
        (
            sections.header(reader, lanes),
            "<main>",
            _toggles(reader, lanes, beside, paint),
            tag("div", "".join(figures), "charts"),
            sections.results_table(reader, lanes, paint.name),
            sections.lineage(reader, lanes),
            sections.settings(reader, lanes),
            sections.alarms(reader, lanes),
            sections.events(reader, lanes),
            sections.scenario(reader),
            sections.machine(reader),
            sections.damage(reader),
            "</main>",
            sections.footer(),
        )
    )
    style = colours(paint.inks) + (HERE / "report.css").read_text(encoding="utf-8")
    script = (HERE / "report.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    # A closing tag in a name must not end the element: inside of JSON < can always be written so.
    held = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text_of(run_words(reader))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'{body}\n<script type="application/json" id="data">{held}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def class_of(ink: str) -> str:
    """An ink's class."""
    return "i-" + ink.replace("+", "-")


def colours(inks: Sequence[str] | dict[str, None]) -> str:
    """Both palettes as variables: light, and dark where the reader's system or the reader wants that."""

    def rules(palette: Any, scope: str) -> str:
        own = f"--paper:{palette.paper};" + "".join(f"--{role}:{palette.roles[role]};" for role in ROLES)
        each = "".join(f"{scope} .{class_of(ink)}{{--i:{colour_in(palette)(ink)}}}" for ink in inks)
        return f"{scope}{{{own}}}{each}"

    dark, light = rules(DARK, ":root[data-theme=dark]"), rules(LIGHT, ":root")
    usual = rules(DARK, ":root:not([data-theme=light])")
    return f"{light}\n@media screen and (prefers-color-scheme: dark){{{usual}}}\n@media screen{{{dark}}}\n"


def _figures(
    reader: SeenRun,
    lanes: Sequence[int],
    axis: str,
    log: bool | None,
    beside: Sequence[SeenRun],
    paint: Classes,
) -> tuple[list[str], dict[str, Any]]:
    """The charts, and what can be read in them."""
    figures: list[str] = []
    data: dict[str, Any] = {}
    for index, name in enumerate(_order(chart_names(reader))):
        size = WHOLE if index == 0 else HALF
        if name == "path":
            title = Heading(panel.title(RaceView(reader)))
            scenes = [walk(reader, lanes, title, *each, legend=False) for each in (size, NARROW)]
        else:
            how = log if name == "loss" else None
            curves = curves_of(reader, name, lanes, axis, how, beside=beside)
            if not curves.lanes and index:
                continue
            if len(curves.lanes) > MANY:
                curves = without_measured(curves)
            scenes = [chart(curves, Heading(curves.title), *each, legend=False) for each in (size, NARROW)]
            data[f"c{index}"] = readable(curves)
        parts = [
            _inline(scene, paint, f"c{index}{kind[0]}", kind)
            for scene, kind in zip(scenes, ("wide", "narrow"), strict=True)
        ]
        whole = "whole" if index == 0 else ""
        figures.append(tag("figure", "".join(parts), whole, f' data-chart="c{index}"'))
    return figures, data


def _order(names: list[str]) -> list[str]:
    """The loss first, then what it is on held-out data, then the path and the rest."""
    held_out = [name for name in names if name.startswith("validation/")]
    rest = [name for name in names if name not in held_out and name not in ("loss", "path")]
    return ["loss", *(name for name in names if name == "path"), *held_out, *rest]


def without_measured(curves: Curves) -> Curves:
    """The same with nothing behind the curves."""
    from dataclasses import replace  # noqa: PLC0415

    return replace(curves, lanes=tuple(replace(lane, faint=(), band=None) for lane in curves.lanes))


def readable(curves: Curves) -> dict[str, Any]:
    """Places and values of each lane, thinned to the last of each of some stretches."""
    found = []
    for curve in curves.lanes:
        x, y = curve.line.x, curve.line.low / 2 + curve.line.high / 2
        at: Any = (
            np.unique(np.linspace(0, x.size - 1, min(READ, x.size)).round().astype(int)) if x.size else []
        )
        values = [
            cell(float(f"{value:.6g}")) if math.isfinite(value) else cell(value) for value in y[at].tolist()
        ]
        places = [float(f"{value:.9g}") for value in x[at].tolist()]
        found.append({"id": curve.lane, "name": curve.name, "x": places, "y": values})
    return {"axis": curves.axis, "low": curves.across.low, "high": curves.across.high, "lanes": found}


def _inline(scene: Scene, paint: Classes, name: str, kind: str) -> str:
    """A drawing on the page."""
    frame = " ".join(map(number, scene.frame))
    return (
        f'<svg class="{kind}" viewBox="0 0 {number(scene.width)} {number(scene.height)}" role="img" '
        f'aria-labelledby="{name}-title {name}-words" data-frame="{frame}">\n'
        f"{drawing(scene, paint, name, lambda _: SHADE)}</svg>"
    )


def _toggles(reader: SeenRun, lanes: Sequence[int], beside: Sequence[SeenRun], paint: Classes) -> str:
    """The legend of all charts."""
    known = [
        (
            info.id,
            ink_of(reader, info.id),
            dash_of(reader, info.id),
            info.name or f"lane {info.id}",
            info.phrase,
        )
        for info in reader.manifest.lanes
        if info.id in lanes
    ]
    known += [
        (ghost.id, INK, ghost.dash, f"{ghost.name} (beside)", ghost.info.phrase) for ghost in ghosts(beside)
    ]
    items = []
    for lane, ink, dash, name, phrase in known:
        swatch = sections.swatch(paint.name(ink), dash)
        button = f'<button type="button" data-toggle="{lane}" aria-pressed="true" title="{text_of(phrase)}">'
        items.append(f"<li>{button}{swatch}<span>{text_of(name)}</span></button></li>")
    return f'<ul class="lanes" aria-label="Lanes: click to hide, shift and click for one alone">{"".join(items)}</ul>'


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
