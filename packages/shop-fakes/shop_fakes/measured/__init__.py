"""Recorded answers of real shops, one folder per recording."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def read_measured(folder: str, name: str) -> Any:
    """Return the content of a JSON file, such as `woocommerce-live`, `expected`."""
    return json.loads((files(__name__) / folder / f"{name}.json").read_text(encoding="utf-8"))
