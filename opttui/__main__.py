"""`python -m opttui` and the command `opttui`: Ctrl-C is no fault, not even while Python still loads."""

import sys


def main() -> int:
    """The process's command line carried out; the exit status."""
    try:
        from opttui.cli.main import main as carry_out  # noqa: PLC0415 (click takes 60 ms to load)
    except KeyboardInterrupt:
        return 130
    return carry_out()


if __name__ == "__main__":
    sys.exit(main())
