"""Errors with what happened, and what to do."""

from __future__ import annotations

import os


def extractor() -> str:
    """Return the name of the extractor, which Meltano sets, such as tap-shopapp-shopify."""
    return os.environ.get("MELTANO_EXTRACTOR_NAME", "tap-shopapp")


class TapError(Exception):
    """An error that ends the run.

    Args:
        reason: One sentence of what happened.
        instruction: One sentence of what to do.
    """

    def __init__(self, reason: str, instruction: str) -> None:
        instruction = instruction.replace(
            "meltano config set tap-shopapp ", f"meltano config set {extractor()} "
        )
        super().__init__(f"{reason} {instruction}")
        self.reason = reason
        self.instruction = instruction


class RecordError(Exception):
    """An invalid record, which is written to `rejected_records`.

    Args:
        code: Stable reason code, for instance `no_key`.
        message: One sentence that names the field, but not its value.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
