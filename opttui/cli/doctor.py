"""`opttui doctor`: what stands in the way of opttui here, and what to do about it."""

import locale
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator

import click

import opttui
from opttui.cli.jsontext import print_object
from opttui.cli.stdio import is_terminal, takes_colour, width_of
from opttui.doctor.finding import Finding, looked_at

WIDTH = 100
"""Cells of a line in a pipe."""
SIGNS = {"fine": "✓", "note": "!", "wrong": "✗"}
COLOURS = {"fine": "green", "note": "yellow", "wrong": "red"}
HEADINGS = {
    "python": "Python",
    "packages": "Packages",
    "torch": "torch and devices",
    "terminal": "The terminal",
    "places": "Where it writes",
    "logins": "Logging out",
}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(as_json: bool) -> int:
    """Tell whether anything stands in the way here, and what to do.

    Looks at Python and packages, torch and its devices, the terminal, and the
    places where opttui writes. ✓ is fine, ! could be better, ✗ is needed and
    broken. It changes nothing.

    Exit status: 0 with notes at most, 1 when something needed is broken.

    \b
      opttui doctor
      opttui doctor --json | jq '.findings[] | select(.state != "fine")'
    """
    found = []
    group = ""
    for finding in everything():
        found.append(finding)
        if as_json:
            continue
        if finding.group != group:
            print(("\n" if group else "") + HEADINGS.get(finding.group, finding.group))
            group = finding.group
        print(shown(finding, width_of(sys.stdout) or WIDTH, takes_colour(sys.stdout)), flush=True)
    wrong, notes = (sum(each.state == state for each in found) for state in ("wrong", "note"))
    if as_json:
        print_object(
            {
                "opttui": opttui.__version__,
                "fine": not wrong,
                "findings": [
                    {
                        "key": each.key,
                        "state": each.state,
                        "text": each.text,
                        "todo": each.todo,
                        "value": each.value,
                    }
                    for each in found
                ],
            }
        )
    else:
        print("\n" + verdict(wrong, notes))
    return 1 if wrong else 0


def everything() -> Iterator[Finding]:
    """All findings, in the order in which they are told."""
    from opttui.doctor import logins, packages, places, pytorch

    looks: tuple[tuple[str, Callable[[], Iterable[Finding]]], ...] = (
        ("python.version", packages.python),
        ("packages.needed", packages.needed),
        ("packages.extras", packages.extras),
        ("packages.company", packages.company),
        ("torch.version", pytorch.findings),
        ("terminal.kind", terminal),
        ("places.runs", places.runs),
        ("places.sockets", places.sockets),
        ("places.settings", places.settings),
        ("logins.logout", logins.findings),
    )
    for key, look in looks:
        yield from looked_at(key, look)


def terminal() -> Iterator[Finding]:
    """The terminal, asked where it can be."""
    from opttui.doctor.answers import Answers, read
    from opttui.doctor.asking import FAR, LIMIT, ask
    from opttui.doctor.asking import terminal as to_ask
    from opttui.doctor.terminal import Surroundings, findings, size_of

    environment = dict(os.environ)
    answers: Answers | None = None
    why_not = "stdin or stdout is none" if to_ask() is None else ""
    if environment.get("TERM", "dumb") in ("dumb", "linux", "unknown", ""):
        why_not = f"TERM is {environment.get('TERM') or 'not set'}"
    descriptor = to_ask()
    if descriptor is not None and not why_not:
        far = environment.get("SSH_CONNECTION") or environment.get("SSH_TTY")
        sys.stdout.flush()
        answers = read(ask(descriptor, limit=FAR if far else LIMIT))
    encoding = getattr(sys.stdout, "encoding", None) or locale.getencoding()
    around = Surroundings(
        environment, encoding, size_of(is_terminal(sys.stdout)), parents(), answers, why_not
    )
    return findings(around)


def parents() -> list[str]:
    """Names of the processes above this one."""
    import psutil  # type: ignore[import-untyped]

    found = []
    try:
        for process in psutil.Process().parents():
            found.append(str(process.name()))
    except (psutil.Error, OSError):
        pass
    return found


def shown(finding: Finding, width: int, colour: bool) -> str:
    """A finding in lines: its sign, its name, the sentence, and what to do."""
    sign = SIGNS[finding.state]
    sign = click.style(sign, fg=COLOURS[finding.state], bold=True) if colour else sign
    name = finding.name[:17].ljust(18)
    room = max(width - 22, 24)
    lines = textwrap.wrap(finding.text, room, break_long_words=False, break_on_hyphens=False) or [""]
    rows = [f"  {sign} {name}{lines[0]}", *(" " * 22 + line for line in lines[1:])]
    if finding.todo:
        todo = textwrap.wrap(finding.todo, room - 2, break_long_words=False, break_on_hyphens=False)
        rows += [" " * 22 + ("→ " if at == 0 else "  ") + line for at, line in enumerate(todo)]
    return "\n".join(rows)


def verdict(wrong: int, notes: int) -> str:
    """All of it in a sentence."""
    could = f"{notes} {'thing' if notes == 1 else 'things'} could be better (!)"
    if wrong:
        need = f"{wrong} {'thing' if wrong == 1 else 'things'} that opttui needs {'is' if wrong == 1 else 'are'} broken (✗)"
        return f"{need}; {could}." if notes else f"{need}."
    return f"Everything that opttui needs is here; {could}." if notes else "Everything is here."
