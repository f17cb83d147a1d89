"""What the tests of the exchange share."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# How long an example takes says something about the machine's other work, and nothing about us.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")
