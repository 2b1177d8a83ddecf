"""The variables that the Meltano project's `.env` sets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_dotenv(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the `.env` next to the meltano.yml, read as Meltano reads them.

    Args:
        environ: The environment of this process. Without Meltano there are no variables.
    """
    try:
        values = dotenv_values(Path(environ["MELTANO_PROJECT_ROOT"]) / ".env")
    except (KeyError, OSError, UnicodeDecodeError):
        return {}
    return {name: value for name, value in values.items() if value is not None}
