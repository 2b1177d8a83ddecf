"""Errors of requests."""

from __future__ import annotations

from tap_shopapp.errors import TapError


class TransientError(Exception):
    """An attempt that may succeed if it is repeated.

    Args:
        reason: What happened, in a few words; it quotes nothing from the server's answer.
        wait: Seconds to wait before the next attempt, if the server asks for a pause.
        is_of_page: Whether the content of the page may be the cause, so that a smaller page may
            succeed.
    """

    def __init__(
        self, reason: str, wait: float | None = None, *, is_of_page: bool = False
    ) -> None:
        super().__init__(reason)
        self.wait = wait
        self.is_of_page = is_of_page


class PageError(TapError):
    """A page that the server cannot produce, although it was requested several times."""


class StatusError(TapError):
    """An HTTP status that ends the run, unless the caller can handle it.

    Args:
        status: The status of the answer.
        reason: One sentence of what happened.
        instruction: One sentence of what to do.
    """

    def __init__(self, status: int, reason: str, instruction: str) -> None:
        super().__init__(reason, instruction)
        self.status = status


class UnauthorizedError(Exception):
    """The server rejected the credentials; the message names status and path."""
