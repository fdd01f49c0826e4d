"""What every test runs under."""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

# Machines that run the suite are shared: a slow moment is no failure, so nothing here depends on seconds.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples every time: a suite that passed passes again. `make test-slow` draws new ones, and more.
settings.register_profile("same", settings.get_profile("any"), derandomize=True, max_examples=50)
settings.load_profile(os.environ.get("OPTTUI_EXAMPLES", "same"))

# What one chapter's tests have for making runs, races and terminals, another's may use.
sys.path += [str(folder) for folder in sorted(Path(__file__).parent.iterdir()) if folder.is_dir()]
