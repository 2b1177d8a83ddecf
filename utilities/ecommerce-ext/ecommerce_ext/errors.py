"""Problems, and the exception that reports them to the user."""

from __future__ import annotations

import sys
from dataclasses import dataclass

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem for the user: what happened, then what to do."""

    reason: str
    instruction: str

    @override
    def __str__(self) -> str:
        return f"{self.reason} {self.instruction}"


class EcommerceError(Exception):
    """A command cannot continue because of one or more problems."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def unusable_path(error: OSError, instruction: str = "") -> Problem:
    """Return the problem of a file or directory that cannot be read or written.

    Args:
        error: The error of the operating system.
        instruction: What to do. By default, give the user access.
    """
    is_file = isinstance(error, FileExistsError)  # mkdir found a file
    reason = "Not a directory" if is_file else error.strerror or str(error)
    return Problem(
        f"Cannot read or write {error.filename or 'a file'}: {reason}.",
        instruction or "Give the user who runs this command access to it.",
    )
