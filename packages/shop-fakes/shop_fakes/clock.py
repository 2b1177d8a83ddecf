"""A clock for tests that do not wait."""

from __future__ import annotations

import time


class Clock:
    """Replaces the module `time`: a call of `sleep` moves the clock and does not wait.

    Attributes:
        waits: Seconds of each call of `sleep`.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds since an arbitrary moment, waits included."""
        return time.monotonic() + sum(self.waits)

    def sleep(self, seconds: float) -> None:
        """Record a wait without waiting."""
        self.waits.append(seconds)
