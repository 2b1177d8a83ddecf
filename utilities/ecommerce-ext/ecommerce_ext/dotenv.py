"""The variables that the Meltano project's `.env` sets, as the user wrote them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASSIGNMENT = re.compile(
    r"""^\s*(?:export\s+)?(\w+)[ \t]*=[ \t]*['"]?(.*?)['"]?[ \t]*(?:[ \t]#.*)?$""", re.MULTILINE
)


def read_dotenv(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the `.env` next to the meltano.yml of a run by Meltano.

    Args:
        environ: The environment of this process.
    """
    try:
        text = (Path(environ["MELTANO_PROJECT_ROOT"]) / ".env").read_text("utf-8")
    except (KeyError, OSError, UnicodeDecodeError):
        return {}
    return dict(_ASSIGNMENT.findall(text))
