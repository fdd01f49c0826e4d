"""The page: a terminal that fills it, and what is said before and after. Loads nothing from elsewhere."""

from html import escape
from string import Template

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>$title</title>
<link rel="preload" href="/static/fonts/RobotoMono-VariableFont_wght.ttf" as="font" type="font/ttf" crossorigin>
<link rel="stylesheet" href="/static/css/xterm.css">
<link rel="icon" href="data:,">
<style>
@font-face {
  font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf") format("truetype");
  font-weight: 100 700;
}
html, body { margin: 0; height: 100%; background: #0d1017; overflow: hidden; }
.said {
  position: absolute; inset: 0; z-index: 10; display: flex; flex-direction: column; gap: 16px;
  align-items: center; justify-content: center; background: #0d1017; color: #d5dae3; font: 16px "Roboto Mono", monospace;
}
.said button { font: inherit; padding: 8px 24px; color: #d5dae3; background: #2a3446; border: 0; cursor: pointer; }
#over { display: none; }
body.-first-byte #begin { display: none; }
body.-closed #over { display: flex; }
</style>
<script src="/static/js/textual.js"></script>
</head>
<body>
<div id="begin" class="said"><div>$title</div><div id="start">opening &hellip;</div></div>
<div id="over" class="said"><div>This window has closed.</div><button id="again" type="button">Open it again</button></div>
<div id="terminal" class="textual-terminal" data-session-websocket-url="ws://$host/ws" data-font-size="$size"></div>
<script nonce="$nonce">
document.getElementById("again").addEventListener("click", () => window.location.reload());
</script>
</body>
</html>
""")


def page(title: str, host: str, size: int, nonce: str) -> str:
    """The page as HTML.

    Args:
        title: What is shown.
        host: As the browser calls this machine, with its port.
        size: Of the letters, in pixels.
        nonce: Marks the page's own script.
    """
    return PAGE.substitute(title=escape(title), host=escape(host), size=size, nonce=escape(nonce))


def refused(sentence: str) -> str:
    """A page that says why there is none."""
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>opttui</title>'
        f"<p>{escape(sentence)}</p></html>\n"
    )
