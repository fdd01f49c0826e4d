"""What every test runs under."""

from hypothesis import HealthCheck, settings

# Machines that run the suite are shared: a slow moment is no failure, so nothing here depends on seconds.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
