"""A process that rehearses schedules for a window: a lane on each line of stdin, its plan on a line of stdout.

Windows never load torch; this does, once, and lives as long as its stdin. Races no lane and writes no file.
"""

import sys
from contextlib import redirect_stdout

import msgspec

from opttui.control.rehearsing import Answer, Question
from opttui.errors import OpttuiError


def main() -> None:
    """Answer until stdin ends."""
    from opttui.optimizers.rehearsal import rehearse  # noqa: PLC0415 (torch, 1.3 s: after the process stands)

    out = sys.stdout
    with redirect_stdout(sys.stderr):
        for line in sys.stdin.buffer:
            question = msgspec.json.decode(line, type=Question)
            try:
                answer = Answer(question.number, rehearse(question.lane, question.lr, question.steps))
            except OpttuiError as error:
                answer = Answer(question.number, None, str(error))
            out.write(msgspec.json.encode(answer).decode() + "\n")
            out.flush()


if __name__ == "__main__":
    main()
