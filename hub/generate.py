"""Writes from code whatever repeats a setting: run ``make settings`` after changing one.

The settings of taps and utility in ``meltano.yml``, the plugin definitions beside this file,
``.env.example`` and ``docs/settings.md``. All else in ``meltano.yml`` is written by hand.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from ecommerce_ext.settings import definitions
from tap_ecb_rates.tap import TapEcbRates
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from singer_sdk import Tap

ROOT = Path(__file__).parents[1]
WIDTH = 92
# Of a clone these are directories; once there are published packages, their names.
PIP_URLS = {
    "tap-shopapp": "$TAP_SHOPAPP_PIP_URL",
    "tap-shopapp-files": "$TAP_SHOPAPP_FILES_PIP_URL",
    "tap-ecb-rates": "$TAP_ECB_RATES_PIP_URL",
    "ecommerce": "$ECOMMERCE_PIP_URL",
}
DEFINITIONS = {
    "tap-shopapp": "hub/extractors/tap-shopapp.yml",
    "tap-shopapp-files": "hub/extractors/tap-shopapp-files.yml",
    "tap-ecb-rates": "hub/extractors/tap-ecb-rates.yml",
    "target-ecommerce": "hub/loaders/target-ecommerce.yml",
    "ecommerce": "hub/utilities/ecommerce.yml",
}
SECTIONS = {
    "ecommerce": "The module: read by ecommerce, dbt and the loader",
    "tap-shopapp": "The shop",
    "tap-ecb-rates": "Exchange rates",
}
ENV_HEADER = """\
# Every setting by its environment name. Copy this file to .env, readable only by you, and fill
# in what you need: install -m 600 .env.example .env
# The lines without # are required, the others show their defaults. The environment wins.
"""
DOCS_HEADER = """\
# Settings

Each is an environment variable, in the environment or in `.env`; in a Meltano project also a
setting of the plugin (`meltano config set tap-shopapp shop_id maple`). Settings of the module
can be vars of the dbt project too (`ecommerce_currency: EUR`), except secrets and
`ECOMMERCE_PROJECT_DIR`; a var wins. This page is written by `make settings`.
"""
PLAIN = re.compile(r"[A-Za-z./<][^#]*")


def settings_by_plugin() -> dict[str, list[dict[str, Any]]]:
    """Return the settings that code declares, in the form of ``meltano.yml``."""
    module = [
        {
            "name": name,
            "kind": "string",
            "sensitive": setting.sensitive,
            "value": setting.default or None,
            "description": setting.description,
        }
        for name, setting in definitions().items()
    ]
    return {
        "ecommerce": [_set(its) for its in module],
        **{tap.name: _tap_settings(tap) for tap in (TapShopApp, TapEcbRates)},
    }


def required_settings() -> dict[str, set[str]]:
    """Return the names of the settings that must be set, by plugin."""
    module = {name for name, setting in definitions().items() if setting.required}
    taps = (TapShopApp, TapEcbRates)
    return {
        "ecommerce": module,
        **{tap.name: set(tap.config_jsonschema.get("required", [])) for tap in taps},
    }


def rendered() -> dict[str, str]:
    """Return the text of every file that is written, by its path."""
    project = (ROOT / "meltano.yml").read_text(encoding="utf-8")
    for plugin, settings in settings_by_plugin().items():
        block = "".join(_yaml_setting(its) for its in settings)
        project, count = re.subn(
            rf"(?<=\n  - name: {plugin}\n)((?:    .+\n)*?    settings:\n)"
            r"(?:    (?:- |  ).*\n)+",
            lambda match, block=block: match[1] + block,  # type: ignore[misc] # its type is lost
            project,
        )
        if count != 1:
            message = f"meltano.yml has no settings of {plugin} to replace."
            raise RuntimeError(message)
    plugins = yaml.safe_load(project)["plugins"]
    by_name = {plugin["name"]: plugin for kind in plugins.values() for plugin in kind}
    by_name["tap-shopapp-files"] = _files(by_name["tap-shopapp-files"], by_name["tap-shopapp"])
    files = {path: _definition(by_name[name]) for name, path in DEFINITIONS.items()}
    return {
        "meltano.yml": project,
        ".env.example": _env_example(),
        "docs/settings.md": _docs(),
        **files,
    }


def _tap_settings(tap: type[Tap]) -> list[dict[str, Any]]:
    added: dict[str, Any] = {"properties": {}}
    tap.append_builtin_config(added)  # the SDK's own, which it has added to the class
    return [
        _set(
            {
                "name": name,
                "kind": _kind(its),
                "sensitive": its.get("secret"),
                "label": its["title"],
                "value": its.get("default"),
                "description": its["description"],
            }
        )
        for name, its in tap.config_jsonschema["properties"].items()
        if name not in added["properties"]
    ]


def _set(setting: dict[str, Any]) -> dict[str, Any]:
    return {key: its for key, its in setting.items() if its is not None and its is not False}


def _kind(declared: dict[str, Any]) -> str:
    if declared.get("format", "").startswith("date"):
        return "date_iso8601"
    types = declared["type"] if isinstance(declared["type"], list) else [declared["type"]]
    return str(next(name for name in types if name != "null"))


def _yaml_setting(setting: dict[str, Any]) -> str:
    lines = []
    for key, value in setting.items():
        text = value if isinstance(value, str) else yaml.safe_dump(value).split("\n")[0]
        line = f"      {key}: {text if not isinstance(value, str) else _scalar(text)}"
        if key == "description" and (len(line) > WIDTH or _scalar(text) != text):
            folded = textwrap.wrap(text, WIDTH - 8, break_on_hyphens=False)
            line = "\n        ".join([f"      {key}: >-", *folded])
        lines.append(line)
    return "    - " + "\n".join(lines).lstrip() + "\n"


def _scalar(text: str) -> str:
    """Return a text as YAML, in quotes where it would be read as something else."""
    is_plain = PLAIN.fullmatch(text) and ": " not in text
    if is_plain and yaml.safe_load(text) == text:
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def _files(child: dict[str, Any], parent: dict[str, Any]) -> dict[str, Any]:
    """Return the extractor of files as one that stands alone, for a project without the shop's.

    What both have, both read from the variables of the shop's, as the heir does here.
    """
    settings: list[dict[str, Any]] = []
    for declared in parent["settings"]:
        name = declared["name"]
        if name in child["config"]:
            settings.append({**declared, "value": child["config"][name]})
        else:
            settings.append({**declared, "env_aliases": [_variable(parent["name"], name)]})
    own = {key: its for key, its in child.items() if key not in ("inherit_from", "config")}
    groups = parent["settings_group_validation"]
    return {
        **own,
        "label": "Files of a shop",
        "executable": parent["executable"],
        "capabilities": parent["capabilities"],
        "settings_group_validation": [
            group for group in groups if any(name.startswith("files_") for name in group)
        ],
        "settings": settings,
    }


def _definition(plugin: dict[str, Any]) -> str:
    plugin = {**plugin, "pip_url": PIP_URLS.get(plugin["name"], plugin["pip_url"])}
    text = yaml.safe_dump(plugin, sort_keys=False, allow_unicode=True, width=WIDTH)
    return f"# Written by make settings, from meltano.yml.\n{text}"


def _variable(plugin: str, name: str) -> str:
    return f"{plugin.replace('-', '_')}_{name}".upper()


def _env_example() -> str:
    lines = [ENV_HEADER.rstrip()]
    settings = settings_by_plugin()
    for plugin, title in SECTIONS.items():
        lines += ["", f"# --- {title} ---"]
        for setting in settings[plugin]:
            lines += textwrap.wrap(
                setting["description"],
                WIDTH + 6,
                initial_indent="# ",
                subsequent_indent="# ",
                break_on_hyphens=False,
            )
            hidden = "" if setting["name"] in required_settings()[plugin] else "# "
            variable = _variable(plugin, setting["name"])
            lines.append(f"{hidden}{variable}={setting.get('value', '')}")
    return "\n".join(lines) + "\n"


def _docs() -> str:
    lines = [DOCS_HEADER.rstrip()]
    settings = settings_by_plugin()
    for plugin, title in SECTIONS.items():
        lines += ["", f"## {title}", "", "| variable | default | meaning |", "|---|---|---|"]
        for setting in settings[plugin]:
            default = f"`{setting['value']}`" if "value" in setting else ""
            if setting["name"] in required_settings()[plugin]:
                default = "required"
            if setting.get("sensitive"):
                default = f"{default} secret".strip()
            variable = _variable(plugin, setting["name"])
            meaning = setting["description"].replace("|", "\\|")
            lines.append(f"| `{variable}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every file."""
    for path, text in rendered().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
