"""Records that cannot be written, described without their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_ecommerce.schema import StreamSchema

_MAX_KEY_LENGTH = 64


class Rejection:
    """A record that cannot be written.

    Args:
        column: Name of the first column with a value that no column can have.
        reason: Why, without the value.
        key: The record's key, as text.
    """

    def __init__(self, column: str, reason: str, key: Sequence[str | None]) -> None:
        self.column = column
        self.reason = reason
        self.key = tuple(key)

    def describe(self, schema: StreamSchema) -> str:
        """Return column, reason and key for the log."""
        names = [column.name for column in schema.columns if column.name in schema.keys]
        key = ", ".join(
            f"{name}={_key_text(value)}"
            for name, value in zip(names, self.key, strict=False)
            if name != self.column
        )
        return f"column {self.column!r}, {self.reason}; key: {key or 'none'}"


def _key_text(value: str | None) -> str:
    """Return a key for the log, unless it looks like an e-mail address or is long."""
    if value is None:
        return "null"
    return "(not shown)" if "@" in value or len(value) > _MAX_KEY_LENGTH else value
