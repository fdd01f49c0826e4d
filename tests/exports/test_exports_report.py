"""The report: whole without a network, closed to all that was written into a run."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from export_runs import HOSTILE, ODD, made, read

from opttui.exports.report import report
from opttui.record.events import Event
from opttui.record.manifest import LaneInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import read_manifest, write_manifest
from opttui.record.writer import RunWriter

VOID = {"meta", "br", "link", "img", "input"}


class Page(HTMLParser):
    """A page as a browser sees it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def inside(self, tag: str) -> list[str]:
        """What stands in elements of a kind."""
        return [text for at, text in self.texts if at == tag]


def page_of(reader: RunReader) -> str:
    """All lanes' report."""
    return report(reader, [lane.id for lane in reader.lanes])


def hostile(runs: Path) -> RunReader:
    """A run that has hostile words wherever words can be."""
    path = made(runs, HOSTILE, steps=30).path
    manifest = read_manifest(path)
    evil = "</title></script><script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>"
    problem = msgspec.structs.replace(manifest.problem, title=evil, metrics=("loss", evil))
    scenario = msgspec.structs.replace(manifest.scenario, title=evil)
    lanes = tuple(
        LaneInfo(
            id=info.id, name=info.name, phrase=evil, start=evil, parent=0 if info.id else None, changes=evil
        )
        for info in manifest.lanes
    )
    told = msgspec.structs.replace(
        manifest, problem=problem, scenario=scenario, lanes=lanes, versions={evil: evil}, device=evil
    )
    write_manifest(path, told)
    writer = RunWriter(path, len(lanes))
    writer.event(Event("alarm", evil, lane=1, step=3, actor=evil, data={"alarm": evil}))
    writer.event(
        Event("outcome", evil, lane=2, step=3, data={"outcome": "failed", "traceback": evil + "\n" + evil})
    )
    writer.validation(0, 29, {evil: 1.0})
    writer.close()
    return read(path)


def test_a_page_loads_nothing_and_its_policy_allows_nothing_else(runs: Path) -> None:
    text = page_of(made(runs, steps=200))
    page = Page(text)
    assert page.open == []
    names = [name for tag, attrs in page.tags for name in attrs if (tag, name) != ("meta", "http-equiv")]
    assert not {"src", "href", "xlink:href", "style", "action", "srcset"} & set(names)
    assert not [name for name in names if name.startswith("on")]
    addresses = set(re.findall(r"[a-z]+://[^\s\"'<>)]*", text))
    assert addresses == {"http://www.w3.org/2000/svg"}  # the name of a namespace, which nothing loads
    assert "@import" not in text and "url(#" in text and not re.search(r"url\((?!#)", text)
    (policy,) = [attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv")]
    assert policy is not None and policy.startswith("default-src 'none';")
    assert "unsafe" not in policy and "http" not in policy
    (style,), (script,) = page.inside("style"), [t for t in page.inside("script") if "use strict" in t]
    for kind, body in (("style-src", style), ("script-src", script)):
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert list(dict.fromkeys(tag for tag, _ in page.tags)).index("meta") < 4


def test_what_others_wrote_is_text_wherever_it_stands(runs: Path) -> None:
    reader = hostile(runs)
    page = Page(page_of(reader))
    assert page.open == []
    counts = [tag for tag, _ in page.tags]
    assert counts.count("script") == 2 and counts.count("title") == 1 + counts.count("desc")
    assert "img" not in counts and "iframe" not in counts and "a" not in counts
    assert not [attrs for _, attrs in page.tags for name in attrs if name.startswith("on") or name == "src"]
    raw = page_of(reader)
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]", raw.replace("\n", "")
    )
    shown = set(page.inside("span"))
    for info in reader.manifest.lanes:
        assert not info.name or info.name.replace("  ", " ").strip() in {text.strip() for text in shown}, (
            info.name
        )
    (data,) = [text for text in page.inside("script") if text.startswith("{")]
    assert "<" not in data
    charts = json.loads(data)
    assert charts["c0"]["lanes"][0]["name"] == "<script>alert(1)</script>"


def test_it_says_what_there_is_to_say(runs: Path) -> None:
    page = Page(page_of(hostile(runs)))
    headings = [text.strip() for text in page.inside("h2")]
    assert headings == [
        *("Results", "Lineage", "Settings", "Alarms", "Events", "Scenario", "Versions and machine"),
    ]
    plain = Page(page_of(made(runs)))
    assert [text.strip() for text in plain.inside("h2")] == ["Results", "Settings", "Events", "Scenario"]
    rows = [text for tag, text in plain.texts if tag in ("td", "span")]
    assert "lr from 0.1 to 0.2" in rows or "lr turned" in rows
    assert {"window", "SGD", "5"} <= set(rows)


def test_the_same_run_is_the_same_page(runs: Path) -> None:
    path = made(runs).path
    assert page_of(read(path)) == page_of(read(path))


def test_values_that_are_none_are_words_in_its_data(runs: Path) -> None:
    page = Page(page_of(made(runs, losses=[*ODD, *[1.0] * 30])))
    (data,) = [text for text in page.inside("script") if text.startswith("{")]

    def refuse(word: str) -> None:
        raise AssertionError(word)

    charts = json.loads(data, parse_constant=refuse)
    assert all(len(lane["x"]) == len(lane["y"]) for chart in charts.values() for lane in chart["lanes"])


def test_a_run_without_rows_has_a_page(runs: Path) -> None:
    page = Page(page_of(made(runs, losses=[], ended=False)))
    assert "no data yet" in page.inside("text")
    assert page.open == []


def test_many_lanes_and_rows_are_a_page_of_a_size_that_can_be_sent(runs: Path) -> None:
    reader = made(runs, [f"lane {n}" for n in range(30)], steps=2000)
    assert len(page_of(reader)) < 8_000_000


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium")
def test_a_browser_runs_nothing_that_was_written_into_a_run(runs: Path, tmp_path: Path) -> None:
    text = page_of(hostile(runs))
    probe = tmp_path / "page.html"
    probe.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [
            *(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={tmp_path / 'chrome'}",
            ),
            *(
                "--enable-logging=stderr",
                "--v=0",
                "--virtual-time-budget=3000",
                "--dump-dom",
                f"file://{probe}",
            ),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 'class="works"' in done.stdout, done.stderr
    assert "Content Security Policy" not in done.stderr and "Uncaught" not in done.stderr
