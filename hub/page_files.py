"""The settings in ``.env.example``, in the documentation and in the READMEs."""

from __future__ import annotations

import json
import re
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any

from declared import (
    MODULE,
    RATES,
    SHOP,
    TAPS,
    applications_of,
    credential_groups,
    needed_by,
    required_settings,
    settings_by_plugin,
    target_settings,
    variable,
)
from ecommerce_ext.settings import definitions
from ecommerce_ext.settings import variable as module_variable
from plugin_files import own_definitions
from tap_shopapp.applications import APPLICATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

WIDTH = 98
SECTIONS = {
    MODULE: ("The module: read by ecommerce, dbt and the loader", ""),
    SHOP: (
        "The shop",
        "the shop: application, address, credentials, first day, lookback, backfill",
    ),
    RATES: ("Exchange rates", "the source of the exchange rates"),
}
ENV_HEADER = """\
# Every setting by its environment variable. Copy this file to .env, readable only by you, and
# fill in what you need: install -m 600 .env.example .env
# The lines without # are required, the others show their defaults. The environment wins.
"""
DOCS_HEADER = """\
# Settings

Each setting is an environment variable, in the environment or in `.env`. In a Meltano project
it is also a setting of the plugin (`meltano config set tap-shopapp shop_id maple`). Settings of
the module can also be vars of the dbt project (`ecommerce_currency: EUR`), except secrets and
`ECOMMERCE_PROJECT_DIR`; a var wins. `make settings` writes this page.

| type | values |
|---|---|
| string | any text, or the words that the description lists |
| integer | digits |
| boolean | `true`, `yes`, `on`, `1`, `false`, `no`, `off` or `0`, in any case |
| object | a JSON object; in `meltano.yml` also a mapping without further mappings in it |
| date_iso8601 | a day such as `2026-01-31`, or a time such as `2026-01-31T00:00:00Z` |

Meltano stops at an integer or an object that it cannot read, also at an empty one. It reads any
other word for a boolean as `false`. `ecommerce:check` reports such a word for a setting
`ECOMMERCE_…` in `.env`, but not in the environment or in `meltano.yml`, where it cannot see the
word.
"""
OTHER_EXTRACTORS = (
    "The extractors of one application ({}) have only the settings of the application. The name"
    " of the extractor is in the variable: `TAP_SHOPAPP_SHOPIFY_SHOP_ID`. `tap-shopapp-files`"
    " also reads the variables below."
)
BEGIN, END = (
    "<!-- settings: make settings writes this table -->\n",
    "<!-- end of settings -->\n",
)


def page_files(root: Path) -> dict[str, str]:
    """Return each page that lists settings, by path.

    Args:
        root: The directory of the repository.
    """
    tables = {
        "docs/applications.md": _applications(),
        **{f"taps/{tap.name}/README.md": _tap_table(tap.name) for tap in TAPS},
        "targets/target-ecommerce/README.md": _target_table(),
    }
    files = {path: _between_markers(root / path, table) for path, table in tables.items()}
    return {".env.example": _env_example(), "docs/settings.md": _docs(), **files}


def _env_example() -> str:
    lines = [ENV_HEADER.rstrip()]
    settings = settings_by_plugin()
    for plugin, (title, _) in SECTIONS.items():
        lines += ["", f"# --- {title} ---"]
        for setting in settings[plugin]:
            lines += textwrap.wrap(
                setting["description"],
                WIDTH,
                initial_indent="# ",
                subsequent_indent="# ",
                break_on_hyphens=False,
            )
            hidden = "" if setting["name"] in required_settings()[plugin] else "# "
            lines.append(f"{hidden}{variable(plugin, setting['name'])}={_default(setting)}")
    return "\n".join(lines) + "\n"


def _docs() -> str:
    lines = [DOCS_HEADER.rstrip(), "", "## Overview", "", *_summary()]
    for plugin, (title, _) in SECTIONS.items():
        names = {
            its["name"]: variable(plugin, its["name"]) for its in settings_by_plugin()[plugin]
        }
        lines += ["", f"## {title}", ""]
        if plugin == SHOP:
            others = ", ".join(f"`{name}`" for name in own_definitions())
            lines += [OTHER_EXTRACTORS.format(others), ""]
        lines += _table(plugin, names, is_long=True)
    return "\n".join(lines) + "\n"


def _tap_table(tap: str) -> str:
    names = {its["name"]: its["name"] for its in settings_by_plugin()[tap]}
    return "\n".join(_table(tap, names, is_long=False)) + "\n"


def _target_table() -> str:
    lines = [_row(["setting", "default", "meaning"]), "|---|---|---|"]
    for its in target_settings():
        default = _default(its)
        shown = "secret" if its.get("sensitive") else default and f"`{default}`"
        lines.append(_row([f"`{its['name']}`", shown, its["description"]]))
    return "\n".join(lines) + "\n"


def _table(plugin: str, names: dict[str, str], *, is_long: bool) -> Iterator[str]:
    """Yield the lines of a table of settings.

    Args:
        plugin: The plugin that has the settings.
        names: What to call each setting.
        is_long: Whether to tell types and applications.
    """
    has_applications = is_long and plugin == SHOP
    columns = ["variable" if is_long else "setting", "default"]
    columns += ["type"] * is_long + ["applications"] * has_applications + ["meaning"]
    yield _row(columns)
    yield f"|{'---|' * len(columns)}"
    for setting in settings_by_plugin()[plugin]:
        name, default = setting["name"], _default(setting)
        default = (
            "required" if name in required_settings()[plugin] else default and f"`{default}`"
        )
        if setting.get("sensitive"):
            default = f"{default} secret".strip()
        labels = ", ".join(its.label for its in applications_of(name)) or "all"
        cells = [f"`{names[name]}`", default]
        cells += [setting["kind"]] * is_long + [labels] * has_applications
        yield _row([*cells, setting["description"].replace("|", "\\|")])


def _summary() -> Iterator[str]:
    """Yield the lines of a table with a row for each group of settings."""
    yield _row(["settings", "content"])
    yield "|---|---|"
    by_group: dict[str, list[str]] = {}
    for name, setting in definitions().items():
        by_group.setdefault(setting.group.title, []).append(name)
    for title, names in by_group.items():
        yield _row([", ".join(f"`{its}`" for its in _shortened(names)), title])
    for plugin, (_, about) in SECTIONS.items():
        if about:
            yield _row([f"`{variable(plugin, '*')}`", about])


def _shortened(names: Iterable[str]) -> Iterator[str]:
    """Yield variables; those that follow each other with the same first word as one."""
    for word, group in groupby(names, lambda name: name.partition("_")[0]):
        same = list(group)
        yield module_variable(same[0] if len(same) == 1 else f"{word}_*")


def _applications() -> str:
    """Return a table of what each application needs to be set."""
    columns = [
        "`application`",
        "extractor",
        "always needed",
        "credentials, one set of",
        "optional",
    ]
    lines = [_row(columns), f"|{'---|' * len(columns)}"]
    extractors = {its.name: name for name, its in own_definitions().items()}
    for name, application in APPLICATIONS.items():
        groups = credential_groups(application)
        needed = needed_by(application)
        taken = {*needed, *(its for group in groups for its in group)}
        rest = [its.name for its in application.settings if its.name not in taken]
        lines.append(
            _row(
                [
                    f"`{name}`",
                    f"`{extractors.get(name, SHOP)}`",
                    _codes(needed),
                    " or ".join(_codes(group, " and ") for group in groups),
                    _codes(rest),
                ]
            )
        )
    return "\n".join(lines) + "\n"


def _between_markers(path: Path, table: str) -> str:
    text, count = re.subn(
        f"{re.escape(BEGIN)}.*?{re.escape(END)}",
        lambda _: f"{BEGIN}\n{table}\n{END}",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if count != 1:
        message = f"{path} has no table of settings to replace."
        raise RuntimeError(message)
    return text


def _default(setting: dict[str, Any]) -> str:
    value = setting.get("value", False if setting["kind"] == "boolean" else "")
    return value if isinstance(value, str) else json.dumps(value)


def _codes(names: Iterable[str], separator: str = ", ") -> str:
    return separator.join(f"`{name}`" for name in names)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
