"""Optional dependencies that only some types of files need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tap_shopapp.errors import TapError


def extra(module: str) -> Any:  # noqa: ANN401 - a module
    """Import a module of the extra `files`.

    Raises:
        TapError: The module is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        msg = f"Reading this file needs {module.replace('_', '-')}, which is not installed."
        raise TapError(msg, "Install the tap as tap-shopapp[files].") from None
