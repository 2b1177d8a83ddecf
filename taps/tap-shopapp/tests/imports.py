"""Imports of files, for the tests of the application `files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Messages
    from tap_shopapp.errors import TapError

    Import = Callable[..., tuple[Messages, TapError | None]]


def taken(imported: Import, *arguments: Any, **settings: Any) -> Messages:
    """Return what an import wrote that nothing stopped."""
    messages, error = imported(*arguments, **settings)
    assert error is None
    return messages
