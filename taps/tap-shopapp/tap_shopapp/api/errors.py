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
        instruction: What to do if no attempt succeeds; null for the usual sentence.
    """

    def __init__(
        self,
        reason: str,
        wait: float | None = None,
        *,
        is_of_page: bool = False,
        instruction: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.wait = wait
        self.is_of_page = is_of_page
        self.instruction = instruction


class PageError(TapError):
    """A page that the server cannot produce, although it was requested several times."""


class StatusError(TapError):
    """An HTTP status that ends the run, unless the caller can handle it.

    Args:
        status: The status of the answer.
        reason: One sentence of what happened.
        instruction: One sentence of what to do.
        code: The error code in the body; empty if it has none.
    """

    def __init__(self, status: int, reason: str, instruction: str, code: str = "") -> None:
        super().__init__(reason, instruction)
        self.status = status
        self.code = code


class UnauthorizedError(Exception):
    """The server rejected the credentials; the message names status and path.

    Args:
        detail: Status, code and path.
        explanation: Reason and instruction, if the application knows the cause.
        content: The beginning of the body. Its text never reaches a log.
    """

    def __init__(
        self,
        detail: str,
        explanation: tuple[str, str] | None = None,
        content: bytes = b"",
    ) -> None:
        super().__init__(detail)
        self.explanation = explanation
        self.content = content


class RefusedError(TapError):
    """The server rejected the credentials, also after they were renewed.

    Args:
        rejection: What the server answered.
        reason: One sentence of what happened.
        instruction: One sentence of what to do.
    """

    def __init__(self, rejection: UnauthorizedError, reason: str, instruction: str) -> None:
        super().__init__(reason, instruction)
        self.content = rejection.content
