"""`python -m opttui`: the same as the command `opttui`."""

import sys

from opttui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
