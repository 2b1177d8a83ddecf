"""The module's dbt package: its name, and the vars that a dbt project sets for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = "shopapp_ecommerce"

READER_MACRO = "ecommerce_grant_reader"
"""The macro that grants the reader role the columns that it may read of one relation."""


def project_vars(folder: Path) -> dict[str, str]:
    """Return the vars that a dbt project sets for the package; none if it cannot be read."""
    try:
        project = yaml.safe_load((folder / "dbt_project.yml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}  # the health check reports the cause
    found = project.get("vars") if isinstance(project, dict) else None
    found = found if isinstance(found, dict) else {}
    own = found.get(PACKAGE)
    merged = {**found, **(own if isinstance(own, dict) else {})}
    return {str(name): str(value).strip() for name, value in merged.items()}
