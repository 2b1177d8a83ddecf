"""Imports of files, for the tests of the application `files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Messages
    from tap_shopapp.errors import TapError

    Import = Callable[..., tuple[Messages, TapError | None]]


def loaded(import_files: Import, *arguments: Any, **settings: Any) -> Messages:
    """Return the messages of an import that succeeds."""
    messages, error = import_files(*arguments, **settings)
    assert error is None
    return messages
