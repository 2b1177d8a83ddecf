"""The settings in ``meltano.yml``, and the plugin definitions for other projects."""

from __future__ import annotations

import re
import textwrap
from importlib.metadata import metadata
from typing import TYPE_CHECKING, Any

import yaml
from declared import (
    MODULE,
    RATES,
    SHOP,
    group_validation,
    settings_by_plugin,
    settings_of,
    variable,
)
from ecommerce_ext.settings import definitions
from ecommerce_ext.settings import variable as module_variable
from project import load
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.tap import LOOKBACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_shopapp.applications.base import Application

WIDTH = 92
LOADER = "target-ecommerce"
FILES = "tap-shopapp-files"
VARIANT = "shopapp-ecommerce"
# The folder of each definition, and the Python package that describes the plugin.
_DEFINITIONS = {
    SHOP: ("extractors", SHOP),
    RATES: ("extractors", RATES),
    LOADER: ("loaders", "meltanolabs-target-postgres"),
    MODULE: ("utilities", "ecommerce-ext"),
}
# Where each package is in the repository.
_MEMBERS = {
    SHOP: "taps/tap-shopapp",
    RATES: "taps/tap-ecb-rates",
    MODULE: "utilities/ecommerce-ext",
}
_PLAIN = re.compile(r"[A-Za-z./<][^#]*")


def project_file(project: str) -> str:
    """Return ``meltano.yml`` with the settings and credential groups that code declares."""
    for plugin, settings in settings_by_plugin().items():
        block = "".join(_yaml_setting(its) for its in settings)
        project = _replace_list(project, plugin, "settings", block)
    groups = group_validation(*APPLICATIONS.values())
    block = "".join(f"    - [{', '.join(group)}]\n" for group in groups)
    project = _replace_list(project, SHOP, "settings_group_validation", block)
    return _loader_defaults(project)


def definition_files(project: str) -> dict[str, str]:
    """Return the plugin definitions, by path.

    Args:
        project: The text of ``meltano.yml``.
    """
    plugins = yaml.safe_load(project)["plugins"]
    by_name = {plugin["name"]: plugin for kind in plugins.values() for plugin in kind}
    files = {
        f"hub/{folder}/{name}.yml": _definition(
            by_name[name], metadata(package)["Summary"], _published(name)
        )
        for name, (folder, package) in _DEFINITIONS.items()
    }
    for name, application in own_definitions().items():
        plugin = _of_application(name, application, by_name[SHOP])
        source = application.label
        summary = (
            f"Singer tap that extracts orders, lines, products and categories from {source}."
        )
        files[f"hub/extractors/{name}.yml"] = _definition(plugin, summary, _published(name))
    return files


def own_definitions() -> dict[str, type[Application]]:
    """Return the applications that have their own definition, by plugin name.

    `tap-shopapp` itself reads the default application.
    """
    declared = {its["name"]: its for its in settings_by_plugin()[SHOP]}
    default = declared["application"]["value"]
    return {
        f"{SHOP}-{name.replace('_', '-')}": its
        for name, its in APPLICATIONS.items()
        if name != default
    }


def _of_application(
    name: str, application: type[Application], parent: dict[str, Any]
) -> dict[str, Any]:
    """Return an extractor that reads one application and has only its settings.

    The extractor of files also reads the shop's variables, such as `TAP_SHOPAPP_SHOP_ID`: it
    imports files of the shop that another extractor reads. Other extractors share nothing, so
    that no credentials reach the server of another shop.
    """
    lookback = {"description": f"{LOOKBACK} Default: {application.lookback_seconds}."}
    described = [
        {**its, **lookback} if its["name"] == "lookback_seconds" else its
        for its in settings_of(application)
    ]
    settings = []
    for declared in described:
        if declared["name"] == "application":
            only = {"label": application.label, "value": application.name}
            fixed = {"kind": "options", "options": [only], "hidden": True}
            settings.append({**declared, **fixed, "value": application.name})
        elif name == FILES:
            alias = variable(SHOP, declared["name"])
            settings.append({**declared, "env_aliases": [alias]})
        else:
            settings.append(declared)
    return {
        "name": name,
        "namespace": name.replace("-", "_"),
        "label": application.label,
        "pip_url": parent["pip_url"],
        "executable": parent["executable"],
        "capabilities": parent["capabilities"],
        "settings_group_validation": group_validation(application),
        "settings": settings,
    }


def _published(name: str) -> dict[str, str]:
    """Return what the address of the repository adds to a definition.

    The loader is a package of others, with settings of this module.
    """
    project = load()
    if name == LOADER:
        return {
            "repo": "https://github.com/MeltanoLabs/target-postgres",
            "docs": project.page_url("docs/add-to-your-project.md"),
        }
    member = _MEMBERS.get(name, _MEMBERS[SHOP])
    page = f"{member}/README.md" if name in _MEMBERS else "docs/applications.md"
    return {
        "variant": VARIANT,
        "repo": project.repository,
        "docs": project.page_url(page),
        "pip_url": project.pip_url(member, "files" if name == FILES else ""),
    }


def _definition(plugin: dict[str, Any], description: str, published: dict[str, str]) -> str:
    """Return the text of a definition; its description follows its label."""
    entries: dict[str, Any] = {}
    for key, value in plugin.items():
        entries[key] = value
        if key == "label":
            entries |= {"description": description, **published}
    entries["pip_url"] = published.get("pip_url", plugin["pip_url"])
    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=WIDTH)
    return f"# Written by make settings.\n{text}"


def _replace_list(project: str, plugin: str, key: str, block: str) -> str:
    project, count = re.subn(
        rf"(?<=\n  - name: {plugin}\n)((?:    .+\n)*?    {key}:\n)(?:    (?:- |  ).*\n)+",
        _first_group_and(block),
        project,
    )
    if count != 1:
        message = f"meltano.yml has no {key} of {plugin} to replace."
        raise RuntimeError(message)
    return project


def _first_group_and(text: str) -> Callable[[re.Match[str]], str]:
    return lambda match: match[1] + text


def _loader_defaults(project: str) -> str:
    """Return ``meltano.yml`` with the defaults of the module in the settings of the loader."""
    for name, setting in definitions().items():
        if setting.default:
            project = re.sub(
                rf"(env_aliases: \[{module_variable(name)}\]\n      value: ).*",
                _first_group_and(setting.default),
                project,
            )
    return project


def _yaml_setting(setting: dict[str, Any]) -> str:
    lines: list[str] = []
    for key, value in setting.items():
        text = _scalar(value) if isinstance(value, str) else _flow(value)
        line = f"      {key}: {text}"
        if key == "description" and (len(line) > WIDTH or text != value):
            folded = textwrap.wrap(value, WIDTH - 8, break_on_hyphens=False)
            line = "\n        ".join([f"      {key}: >-", *folded])
        lines.append(line)
    return "    - " + "\n".join(lines).lstrip() + "\n"


def _flow(value: object) -> str:
    """Return a number, a boolean, a list or a mapping as YAML in one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000)
    return text.removesuffix("...\n").strip()


def _scalar(text: str) -> str:
    """Return a text as YAML, in quotes where YAML would read it as something else."""
    is_plain = _PLAIN.fullmatch(text) and ": " not in text
    if is_plain and yaml.safe_load(text) == text:
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'
