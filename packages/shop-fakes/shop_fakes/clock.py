"""Time that passes by being waited for."""

from __future__ import annotations

import time


class Clock:
    """Time that passes by being waited for, besides passing by itself.

    Attributes:
        waits: How long was waited, each time.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Return the seconds since some moment."""
        return time.monotonic() + sum(self.waits)

    def sleep(self, seconds: float) -> None:
        """Note a wait, and do not wait."""
        self.waits.append(seconds)
