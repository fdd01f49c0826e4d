"""Text as it may stand in HTML and XML. Knows no page."""

from html import escape

from opttui.printable import printable, printable_lines


def text_of(text: object) -> str:
    """One line: no control character, nothing that is markup, in an attribute either."""
    return escape(printable(str(text)), quote=True)


def lines_of(text: str) -> str:
    """The same of several lines."""
    return escape(printable_lines(text), quote=True)


def tag(name: str, body: str, class_: str = "", more: str = "") -> str:
    """An element around what is markup already."""
    return f"<{name}{f' class={chr(34)}{class_}{chr(34)}' if class_ else ''}{more}>{body}</{name}>"


def table(heading: list[tuple[str, str]], rows: list[list[str]]) -> str:
    """Rows of markup below their heading; each of that has a text and a class, which its column shares."""
    kinds = [kind for _, kind in heading]
    head = "".join(tag("th", text_of(text), kind, ' scope="col"') for text, kind in heading)
    lines = [
        tag("tr", "".join(tag("td", cell, kind) for cell, kind in zip(row, kinds, strict=True)))
        for row in rows
    ]
    return tag(
        "div", f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>", "scroll"
    )
