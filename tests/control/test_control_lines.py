"""Lines over a socket: cut anywhere, joined anyhow, never blocking."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opttui.control.lines import LINE_BYTES, Lines, LineTooLong


@given(st.lists(st.binary(min_size=1, max_size=30).filter(lambda b: b"\n" not in b)), st.integers(1, 7))
def test_lines_arrive_whole_however_they_are_cut(texts, size):
    one, other = socket.socketpair()
    with one, other:
        lines, got = Lines(other), []
        data = b"".join(text + b"\n" for text in texts)
        for at in range(0, len(data), size):
            one.sendall(data[at : at + size])
            got += lines.receive()
        assert got == texts
        assert lines.receive() == []


def test_a_line_without_an_end_is_given_up_at_64_kib():
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(False)
        lines, sent = Lines(other), 0
        with pytest.raises(LineTooLong):
            while sent < 3 * LINE_BYTES:
                sent += one.send(b"x" * 4096)
                lines.receive()
        assert sent <= LINE_BYTES + 4096


def test_what_the_other_end_does_not_take_waits_in_order():
    one, other = socket.socketpair()
    with one, other:
        lines = Lines(one)
        texts = [f"{n} ".encode() + b"x" * 1000 for n in range(2000)]
        for text in texts:
            lines.put(text)
        lines.send()
        assert lines.waiting > 0
        reader, got = Lines(other), []
        while len(got) < len(texts):
            got += reader.receive()
            lines.send()
        assert got == texts
        assert lines.waiting == 0


def test_the_other_ends_going_is_a_connection_error():
    one, other = socket.socketpair()
    lines = Lines(one)
    other.close()
    with pytest.raises(ConnectionError):
        lines.receive()
    lines.put(b"anybody")
    with pytest.raises(ConnectionError):
        lines.send()
    lines.close()
