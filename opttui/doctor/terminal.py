"""What the terminal can do: from the environment, and from its own answers. Asks nobody itself."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from opttui.doctor.answers import MOUSE, SYNCHRONISED, WIDTHS, Answers
from opttui.doctor.finding import Finding
from opttui.printable import printable

CLIPBOARDS = (
    "kitty",
    "wezterm",
    "foot",
    "alacritty",
    "ghostty",
    "contour",
    "iterm2",
    "windows terminal",
    "rio",
)
"""Terminals that take text for the clipboard, by the beginning of their own names; some ask first, or must be told."""
NO_CLIPBOARDS = ("vte", "apple_terminal", "konsole")
UNSEEN = ("answers", "size", "colours", "mouse", "synchronised", "clipboard")
"""What cannot be looked at without a terminal."""
LEAST, GOOD = (20, 5), (80, 24)


@dataclass(frozen=True)
class Surroundings:
    """What is known without asking the terminal."""

    environment: Mapping[str, str]
    encoding: str
    """In which text is written."""
    size: tuple[int, int] | None
    """Columns and rows; None where stdout is no terminal."""
    parents: Sequence[str] = ()
    """Names of the processes above this one, the nearest first."""
    answers: Answers | None = None
    """None where the terminal was not asked."""
    why_not: str = ""
    """Why it was not, as half a sentence."""


def findings(around: Surroundings) -> Iterator[Finding]:
    """Everything about the terminal."""
    yield kind(around)
    if around.size is None:
        yield unicode(around)
        for thing in UNSEEN:
            yield Finding(f"terminal.{thing}", "fine", "Not looked at: stdout is no terminal.")
        return
    yield answered(around)
    yield size(around, around.size)
    yield colours(around)
    yield unicode(around)
    yield mouse(around)
    yield synchronised(around)
    yield clipboard(around)
    yield from between(around)


def kind(around: Surroundings) -> Finding:
    """Which terminal it is."""
    term = printable(around.environment.get("TERM", ""), 60)
    value = {"TERM": term, "program": program(around), "inside": layers(around)}
    own = program(around)
    inside = [f"in {layer}" for layer in layers(around) if layer != own]
    words = " ".join((own or "A terminal that does not tell its name", *inside))
    if around.size is None:
        text = "stdout is no terminal: races run headless here, and show prints."
        return Finding("terminal.kind", "note", text, "Run it in a terminal to have that looked at.", value)
    if term in ("", "dumb", "unknown"):
        text = f"TERM is {term or 'not set'}: such a terminal cannot move its cursor, so there is no screen."
        return Finding(
            "terminal.kind", "note" if term == "dumb" else "wrong", text, "export TERM=xterm-256color", value
        )
    return Finding("terminal.kind", "fine", f"{words}, TERM={term}.", value=value)


def answered(around: Surroundings) -> Finding:
    """Whether what follows is known or guessed."""
    if around.answers is not None and around.answers.complete:
        return Finding("terminal.answers", "fine", "The terminal was asked, and has answered.", value=True)
    if around.answers is None:
        text = f"The terminal was not asked: {around.why_not or 'there is none'}; what follows is from the environment."
        return Finding("terminal.answers", "note", text, value=False)
    text = "The terminal did not answer all questions in time; what follows is in part from the environment."
    return Finding("terminal.answers", "note", text, value=False)


def size(around: Surroundings, cells: tuple[int, int]) -> Finding:
    """Columns and rows."""
    width, height = cells
    value = [width, height]
    if width < LEAST[0] or height < LEAST[1]:
        text = f"{width}×{height} cells are too few for the screen."
        return Finding("terminal.size", "wrong", text, f"Make it {GOOD[0]}×{GOOD[1]} or larger.", value)
    if width < GOOD[0] or height < GOOD[1]:
        text = f"{width}×{height} cells: one panel at a time; from 100×24 on there are four."
        return Finding("terminal.size", "note", text, value=value)
    return Finding("terminal.size", "fine", f"{width}×{height} cells.", value=value)


def colours(around: Surroundings) -> Finding:
    """How many, and why."""
    number, why = number_of_colours(around)
    able = around.answers.truecolor if around.answers is not None else None
    words = {0: "None", 16: "16", 256: "256", 2**24: "16 million"}[number]
    text, todo, state = f"{words}: {why}.", "", "fine"
    if number == 0:
        state = "note"
    elif number < 2**24 and able:
        state, text = "note", f"{words}: {why}; yet the terminal itself takes 16 million."
        todo = (
            "export COLORTERM=truecolor in your shell's start file there; ssh does not pass it on by itself."
        )
    elif number < 2**24 and "tmux" in " ".join(layers(around)):
        state = "note"
        todo = "In ~/.tmux.conf: set -as terminal-features ',*:RGB', then export COLORTERM=truecolor."
    elif number < 2**24:
        state = "note"
        todo = "If your terminal has 16 million: export COLORTERM=truecolor"
    return Finding("terminal.colours", state, text, todo, number)  # type: ignore[arg-type]


def number_of_colours(around: Surroundings) -> tuple[int, str]:
    """How many colours the screen will use, and why, as half a sentence."""
    environment = around.environment
    term = environment.get("TERM", "").strip().lower()
    if environment.get("NO_COLOR"):
        return 0, "NO_COLOR is set"
    if term in ("", "dumb", "unknown"):
        return 0, f"TERM is {term or 'not set'}"
    told = environment.get("COLORTERM", "").strip().lower()
    if told in ("truecolor", "24bit"):
        return 2**24, f"COLORTERM is {told}"
    ending = term.rpartition("-")[2]
    if ending in ("256color", "kitty", "direct"):
        return (
            256,
            f"TERM is {printable(term, 60)} and COLORTERM is {'not set' if not told else printable(told, 30)}",
        )
    return 16, f"TERM is {printable(term, 60)}"


def unicode(around: Surroundings) -> Finding:
    """Whether Braille and blocks are written, and as wide as they should be."""
    encoding = around.encoding.lower().replace("_", "-")
    if encoding.replace("-", "") not in ("utf8", "utf8sig"):
        text = f"Text is written as {encoding or 'an unknown encoding'}, which has no Braille; charts are ASCII there."
        return Finding(
            "terminal.unicode", "note", text, "export LANG=C.UTF-8", {"encoding": encoding, "widths": {}}
        )
    widths = dict(around.answers.widths) if around.answers is not None else {}
    value = {"encoding": encoding, "widths": widths}
    odd = [name for name, width in widths.items() if width != WIDTHS[name]]
    if "braille" in odd or "block" in odd:
        text = f"A Braille character takes {widths['braille']} cells here and a block {widths['block']}, not one each."
        return Finding(
            "terminal.unicode", "wrong", text, "Set the terminal to UTF-8, or press m for plain ASCII.", value
        )
    if odd:
        text = (
            f"UTF-8, but {' and '.join(odd)} characters have an odd width; names with them may be a cell off."
        )
        return Finding("terminal.unicode", "note", text, value=value)
    measured = ": Braille and blocks are one cell wide, measured." if widths else "."
    return Finding("terminal.unicode", "fine", f"UTF-8{measured}", value=value)


def mouse(around: Surroundings) -> Finding:
    """Whether it reports the mouse by cells."""
    known = mode(around, MOUSE)
    if known:
        return Finding("terminal.mouse", "fine", "The mouse is reported.", value=True)
    if any("tmux" in layer for layer in layers(around)):
        text = "tmux passes the mouse on, if it may."
        return Finding("terminal.mouse", "fine", text, "In ~/.tmux.conf: set -g mouse on")
    if around.environment.get("TERM") in ("linux", "dumb"):
        return Finding(
            "terminal.mouse",
            "note",
            "There is no mouse here; every one of its doings has a key.",
            value=False,
        )
    if known is False:
        return Finding(
            "terminal.mouse",
            "note",
            "The terminal does not report the mouse; keys do all it does.",
            value=False,
        )
    return Finding("terminal.mouse", "fine", "The terminal does not say; nearly all report it.")


def synchronised(around: Surroundings) -> Finding:
    """Whether frames appear whole."""
    known = mode(around, SYNCHRONISED)
    if known:
        return Finding("terminal.synchronised", "fine", "Frames appear whole (mode 2026).", value=True)
    if known is False or (around.answers is not None and around.answers.complete):
        text = "The terminal knows no synchronised output (mode 2026): large changes may be seen in parts."
        return Finding(
            "terminal.synchronised", "note", text, "tmux from 3.4 on and most newer terminals have it.", False
        )
    return Finding(
        "terminal.synchronised", "note", "It is not known whether frames appear whole (mode 2026)."
    )


def clipboard(around: Surroundings) -> Finding:
    """Whether `c` reaches the clipboard (OSC 52)."""
    name = program(around).lower()
    answers = around.answers
    if answers is not None and 52 in answers.attributes:
        return Finding(
            "terminal.clipboard", "fine", "c copies to the clipboard: the terminal says so.", value=True
        )
    if any(name.startswith(known) for known in NO_CLIPBOARDS):
        text = "This terminal takes no text for the clipboard (OSC 52), so c does nothing that is seen."
        return Finding(
            "terminal.clipboard",
            "note",
            text,
            "M leaves the mouse to the terminal, which then selects.",
            False,
        )
    if any("tmux" in layer for layer in layers(around)):
        text = "c copies through tmux, if it may."
        return Finding("terminal.clipboard", "fine", text, "In ~/.tmux.conf: set -g set-clipboard on")
    if any(name.startswith(known) for known in CLIPBOARDS):
        return Finding(
            "terminal.clipboard",
            "fine",
            "c copies to the clipboard, as far as this terminal lets it.",
            value=True,
        )
    return Finding(
        "terminal.clipboard", "note", "Whether c reaches the clipboard (OSC 52) shows when it is tried."
    )


def between(around: Surroundings) -> Iterator[Finding]:
    """What lies between the screen and the eyes."""
    found = layers(around)
    if "mosh" in found:
        text = "mosh shows what stands on the screen now and then: frames are few, and mode 2026 is lost."
        yield Finding(
            "terminal.mosh", "note", text, "mosh 1.4 or newer on both sides has 16 million colours."
        )
    if any(layer.startswith("GNU screen") for layer in found):
        text = "GNU screen before 5.0 has 256 colours and no synchronised output."
        yield Finding("terminal.screen", "note", text, "tmux has both.")


def mode(around: Surroundings, number: int) -> bool | None:
    """Whether the terminal knows a private mode; None where it did not say."""
    return around.answers.modes.get(number) if around.answers is not None else None


def program(around: Surroundings) -> str:
    """The terminal's name: as it says itself, else as the environment does."""
    if around.answers is not None and around.answers.version:
        return around.answers.version
    environment = around.environment
    name = environment.get("TERM_PROGRAM", "")
    for variable, known in (
        ("KITTY_WINDOW_ID", "kitty"),
        ("WT_SESSION", "Windows Terminal"),
        ("VTE_VERSION", "VTE"),
        ("KONSOLE_VERSION", "Konsole"),
        ("XTERM_VERSION", "xterm"),
    ):
        if not name and environment.get(variable):
            name = known
    if name in ("tmux", "screen"):
        name = ""
    return printable(
        " ".join(filter(None, (name, environment.get("TERM_PROGRAM_VERSION", "") if name else ""))), 60
    )


def layers(around: Surroundings) -> list[str]:
    """What the process runs in, the nearest first."""
    environment, found = around.environment, []
    parents = [name.lower() for name in around.parents]
    if environment.get("TMUX") or environment.get("TERM_PROGRAM") == "tmux":
        version = (
            environment.get("TERM_PROGRAM_VERSION", "") if environment.get("TERM_PROGRAM") == "tmux" else ""
        )
        found.append(printable(f"tmux {version}".strip(), 40))
    if environment.get("STY"):
        found.append("GNU screen")
    if any(name.startswith("mosh-server") for name in parents):
        found.append("mosh")
    elif environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        found.append("ssh")
    return found


def size_of(is_terminal: bool) -> tuple[int, int] | None:
    """Columns and rows of the terminal; None where there is none."""
    return tuple(shutil.get_terminal_size()) if is_terminal else None  # type: ignore[return-value]
