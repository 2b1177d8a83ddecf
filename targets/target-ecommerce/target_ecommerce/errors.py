"""Errors that end a run. No message contains the content of a record."""

from __future__ import annotations


class LoadError(Exception):
    """The run cannot continue. The message states what happened, then what to do."""


class ConservationError(LoadError):
    """The number of rows received differs from the number of rows accounted for."""


class Terminated(BaseException):
    """The process received SIGTERM or SIGINT."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


class RejectedValueError(ValueError):
    """A value has no exact form in its column.

    Args:
        reason: Why, without the value.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
