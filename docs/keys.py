"""The list of keys in the README, made from the tables of actions: `python docs/keys.py` writes it anew."""

from pathlib import Path

from opttui.tui.actions import ACTIONS, GROUPS

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = (
    "<!-- keys: made from the tables of actions by docs/keys.py; a test compares -->\n",
    "<!-- /keys -->",
)


def keys() -> str:
    """A table in Markdown."""
    rows = ["| key | what it does |", "| --- | --- |"]
    for group in GROUPS:
        rows.append(f"| **{group}** | |")
        for action in ACTIONS:
            if action.group == group and action.shown:
                shown = " ".join(f"`{key}`" for key in action.shown.split())
                rows.append(f"| {shown} | {action.help} |")
    return "\n".join(rows) + "\n"


def with_keys(text: str) -> str:
    """The README with the list in its place."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + keys() + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    README.write_text(with_keys(README.read_text(encoding="utf-8")), encoding="utf-8")
