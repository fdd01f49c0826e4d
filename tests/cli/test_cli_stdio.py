"""What is written where an encoding has only ASCII."""

from opttui.cli.stdio import likeness
from opttui.plots.printed import GLYPHS


def test_frames_and_bars_look_like_themselves_in_ascii() -> None:
    import codecs

    codecs.register_error("likeness", likeness)
    text = "┌──┬┐\n│•·├┼ █▊▎ ✗ ★ é 雪"
    assert text.encode("ascii", "likeness").decode() == "+--++\n|..++ ##  x * ? ?"
    glyphs = [glyph.encode("ascii", "likeness") for glyph in GLYPHS]
    assert len(set(glyphs)) == len(GLYPHS) and b"?" not in glyphs
