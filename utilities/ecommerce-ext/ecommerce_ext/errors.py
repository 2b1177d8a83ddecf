"""Errors that a user can act on."""

from __future__ import annotations


class EcommerceError(Exception):
    """Something is wrong with the settings or the warehouse, not with the program.

    Args:
        reason: One sentence of what is wrong.
        instruction: One sentence of what to type.
    """

    def __init__(self, reason: str, instruction: str) -> None:
        super().__init__(f"{reason} {instruction}")
