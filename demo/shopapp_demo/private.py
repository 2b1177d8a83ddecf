"""Files that only their owner can read, with any umask."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO


def open_private(path: Path) -> IO[str]:
    """Open an empty file for writing, with the mode 0600 before its first byte."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)  # the file can exist with another mode
    return os.fdopen(descriptor, "w", encoding="utf-8")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    with open_private(path) as file:
        file.write(text)
