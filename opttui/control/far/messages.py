"""What the two ends of an ssh connection say to each other, and how it is framed. Knows no file and no process.

Each message is a length (four bytes, big-endian) and a msgpack array. Neither end trusts the other: lengths are capped
before anything is allocated, and what does not decode ends the conversation.
"""

import struct
import zlib
from typing import Generic, Literal, TypeVar

import msgspec

from opttui.errors import RunError

VERSION = 1
MAGIC = b"\nopttui relay %d\n" % VERSION
"""What the far end writes first: whatever its shell has printed before is passed over."""
ANY_MAGIC = b"\nopttui relay "
CHUNK = 128 * 1024
"""Bytes of a file in one message, so that answers are not kept waiting behind a long record."""
WHOLE = 16 * 2**20
"""Bytes of a file that is sent whole."""
LONGEST = WHOLE + 2**16
"""Bytes of a message."""
_LENGTH = struct.Struct(">I")


class Message(msgspec.Struct, frozen=True, array_like=True):
    """What is said; its children are all there are."""


class Hello(Message, frozen=True, tag="hello"):
    """From the far end, first: which run it is, or why there is none."""

    run: str = ""
    opttui: str = ""
    error: str = ""
    hint: str = ""


class Whole(Message, frozen=True, tag="whole"):
    """A file that was replaced."""

    file: str
    data: bytes
    """Compressed."""


class Grew(Message, frozen=True, tag="grew"):
    """What was appended to a file."""

    file: str
    offset: int
    """Where it begins: the file's size so far."""
    data: bytes
    """Compressed."""


class Cut(Message, frozen=True, tag="cut"):
    """A file has become shorter."""

    file: str
    size: int


class Standing(Message, frozen=True, tag="standing"):
    """How the run lives: said once a second, and whenever it changes."""

    life: Literal["starting", "live", "crashed", "ended", "elsewhere"]
    behind: int = 0
    """Bytes of the record that are still to be sent."""
    trouble: str = ""
    """Why nobody knows."""
    silence: str = ""
    """What can be said of a process that does not answer."""


class Heard(Message, frozen=True, tag="heard"):
    """Bytes from the race process, on a line that the window has called for."""

    line: int
    data: bytes


class HungUp(Message, frozen=True, tag="hung up"):
    """A line is over."""

    line: int


class Done(Message, frozen=True, tag="done"):
    """What became of something that was asked of the far end itself."""

    number: int
    text: str
    error: str = ""


class Have(Message, frozen=True, tag="have"):
    """From the window, first: the files that it has, with their sizes and the CRC of their last bytes (`TAIL`)."""

    files: dict[str, tuple[int, int]] = {}


class Call(Message, frozen=True, tag="call"):
    """A line to the race process is wanted."""

    line: int


class Say(Message, frozen=True, tag="say"):
    """Bytes for the race process."""

    line: int
    data: bytes


class HangUp(Message, frozen=True, tag="hang up"):
    """A line is not wanted any more."""

    line: int


class Do(Message, frozen=True, tag="do"):
    """Something that is not asked of the race but done to its process."""

    number: int
    what: Literal["end", "stacks", "resume"]


FromFar = Hello | Whole | Grew | Cut | Standing | Heard | HungUp | Done
FromWindow = Have | Call | Say | HangUp | Do

TAIL = 4096
"""Last bytes of a file by which both ends see that they have the same one."""

Kind = TypeVar("Kind")


class GarbledError(RunError):
    """The other end does not speak as it should."""


class Parser(Generic[Kind]):
    """Takes bytes in, gives whole messages of one kind out."""

    def __init__(self, kind: type[Kind]) -> None:
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Kind]:
        """The messages that have become whole. GarbledError for what is none."""
        self._buffer += data
        found = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > LONGEST:
                raise GarbledError("The other end of the connection does not speak as it should.")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            try:
                found.append(self._decoder.decode(bytes(self._buffer[_LENGTH.size : end])))
            except (msgspec.MsgspecError, ValueError, RecursionError):
                raise GarbledError("The other end of the connection does not speak as it should.") from None
            del self._buffer[:end]
        return found


def encode(message: Message) -> bytes:
    """A message as it is sent."""
    data = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(data)) + data


def packed(data: bytes) -> bytes:
    """Compressed as quickly as can be: a record of floats to about two thirds, text to a fifth."""
    return zlib.compress(data, 1)


def unpacked(data: bytes, most: int) -> bytes:
    """The same undone; GarbledError for what is more than `most` bytes, or nothing of the kind."""
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(data, most + 1)
    except zlib.error:
        plain = None
    if plain is None or len(plain) > most or not stream.eof:
        raise GarbledError("The other end of the connection does not speak as it should.")
    return plain
