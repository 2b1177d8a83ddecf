"""The defaults of settings in the dbt package, and the settings in the hash of the run log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecommerce_ext.settings import definitions, variable

if TYPE_CHECKING:
    from pathlib import Path

_DEFAULTS = "macros/settings/ecommerce_setting.sql"
_HASH = "macros/settings/ecommerce_settings_hash.sql"
# dbt renders these files without macros, so that each use of a setting repeats its default.
_WITHOUT_MACROS = ("models/**/*.yml", "profiles/*.yml")


def dbt_files(root: Path) -> dict[str, str]:
    """Return each file of the dbt package that repeats a setting, by path.

    Args:
        root: The directory of the repository.
    """
    settings = definitions()
    defaults = "".join(
        f"        'ecommerce_{name}': '{setting.default}',\n"
        for name, setting in settings.items()
        if setting.group.in_dbt
    )
    hashed = "".join(
        f"        'ecommerce_{name}',\n"
        for name, setting in settings.items()
        if setting.group.decides_rows
    )
    files = {
        _DEFAULTS: _between("set defaults = {\n", defaults, "    } -%}", root / _DEFAULTS),
        _HASH: _between("for name in [\n", hashed, "    ] -%}", root / _HASH),
    }
    for pattern in _WITHOUT_MACROS:
        for path in root.glob(pattern):
            text = path.read_text(encoding="utf-8")
            if "env_var('ECOMMERCE_" in text:
                files[str(path.relative_to(root))] = _with_defaults(text)
    return files


def _between(begin: str, block: str, end: str, path: Path) -> str:
    """Return a file with other lines between two texts, which are there once."""
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found_too, after = rest.partition(end)
    if not found or not found_too:
        message = f"{path} has no list of settings to replace."
        raise RuntimeError(message)
    return before + begin + block + end + after


def _with_defaults(text: str) -> str:
    """Return a text in which every `env_var` of an optional setting has its default.

    A required setting keeps the default that is there: it lets dbt parse without a warehouse.
    """
    defaults = {
        variable(name): its.default for name, its in definitions().items() if not its.required
    }
    return re.sub(
        r"env_var\('(ECOMMERCE_\w+)', '([^']*)'\)",
        lambda match: f"env_var('{match[1]}', '{defaults.get(match[1], match[2])}')",
        text,
    )
