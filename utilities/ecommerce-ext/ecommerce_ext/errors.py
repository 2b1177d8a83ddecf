"""What a user is told when something is wrong."""

from __future__ import annotations

import sys
from dataclasses import dataclass

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do about it: one line."""

    reason: str
    instruction: str

    @override
    def __str__(self) -> str:
        return f"{self.reason} {self.instruction}"


class EcommerceError(Exception):
    """A command cannot go on, for one or several reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
