"""Paths of files: patterns, names of tables, and short names for messages."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable


def found(pattern: str, folder: Path) -> list[Path]:
    """Return the files of a path or glob, sorted.

    Raises:
        TapError: No file is found.
    """
    path = folder / pattern
    anchor = Path(path.anchor) if path.is_absolute() else Path()
    try:
        paths = sorted(p for p in anchor.glob(str(path.relative_to(anchor))) if p.is_file())
    except ValueError:
        raise TapError(f"{pattern!r} is not a path or glob.", "Check the path.") from None
    if not paths:
        raise TapError(f"There is no file {pattern}.", "Check the path.")
    return paths


def short_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Return unique names of files, with as few parent folders as necessary."""
    names: dict[Path, str] = {}
    nameless = {path: path.absolute().parts for path in paths}
    depth = 0
    while nameless:
        depth += 1
        counts = Counter(parts[-depth:] for parts in set(nameless.values()))
        for path, parts in list(nameless.items()):
            if counts[parts[-depth:]] == 1:
                names[path] = "/".join(parts[-depth:])
                del nameless[path]
    return names


def is_named_after(path: Path, table: str) -> bool:
    """Return whether the name of a file begins with the name of a table."""
    rest = path.name.lower().removeprefix(table.lower())
    return rest != path.name.lower() and not rest[:1].isalpha()
