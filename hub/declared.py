"""The settings that code declares, by plugin, in the form of ``meltano.yml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecommerce_ext.settings import definitions
from tap_ecb_rates.tap import TapEcbRates
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.applications.settings import API_URL
from tap_shopapp.tap import TapShopApp
from target_ecommerce.settings import CONFIG as TARGET_CONFIG

if TYPE_CHECKING:
    from singer_sdk import Tap
    from tap_shopapp.applications.base import Application

MODULE = "ecommerce"
SHOP = TapShopApp.name
RATES = TapEcbRates.name
TAPS = (TapShopApp, TapEcbRates)


def settings_by_plugin() -> dict[str, list[dict[str, Any]]]:
    """Return the settings of each plugin, in the order in which code declares them."""
    module = [
        {
            "name": name,
            "kind": setting.kind,
            "sensitive": setting.sensitive or None,
            "value": None if setting.value == "" else setting.value,
            "description": setting.description,
        }
        for name, setting in definitions().items()
    ]
    return {
        MODULE: [_set(its) for its in module],
        **{tap.name: _tap_settings(tap) for tap in TAPS},
    }


def required_settings() -> dict[str, set[str]]:
    """Return the names of the settings that must be set, by plugin."""
    module = {name for name, setting in definitions().items() if setting.required}
    return {
        MODULE: module,
        **{tap.name: set(tap.config_jsonschema.get("required", [])) for tap in TAPS},
    }


def settings_of(application: type[Application]) -> list[dict[str, Any]]:
    """Return the tap's settings without those of other applications."""
    return [
        its
        for its in settings_by_plugin()[SHOP]
        if application in (applications_of(its["name"]) or [application])
    ]


def applications_of(setting: str) -> list[type[Application]]:
    """Return the applications that have a setting of their own; none for a general setting."""
    return [
        each for each in APPLICATIONS.values() if setting in {its.name for its in each.settings}
    ]


def needed_by(application: type[Application]) -> list[str]:
    """Return the settings that an application needs whatever its credentials are."""
    required = required_settings()[SHOP]
    names = [its["name"] for its in settings_of(application) if its["name"] in required]
    return [*names, *([API_URL.name] if API_URL in application.settings else [])]


def credential_groups(application: type[Application]) -> list[list[str]]:
    """Return the sets of credentials of an application; a user sets exactly one."""
    return [list(group) for group in application.credential_groups]


def group_validation(*applications: type[Application]) -> list[list[str]]:
    """Return each set of settings with which an application works, without duplicates."""
    groups: list[list[str]] = []
    for application in applications:
        for credentials in credential_groups(application):
            group = [*needed_by(application), *credentials]
            groups += [group] if group not in groups else []
    return groups


def variable(plugin: str, name: str) -> str:
    """Return the environment variable of a plugin's setting."""
    return f"{plugin.replace('-', '_')}_{name}".upper()


def target_settings() -> list[dict[str, Any]]:
    """Return the settings of the target, which also has defaults for some of the SDK's."""
    return [_declared(name, its) for name, its in TARGET_CONFIG["properties"].items()]


def _tap_settings(tap: type[Tap]) -> list[dict[str, Any]]:
    added: dict[str, Any] = {"properties": {}}
    tap.append_builtin_config(added)  # the SDK's own settings, which it adds to the class
    return [
        _declared(name, its)
        for name, its in tap.config_jsonschema["properties"].items()
        if name not in added["properties"]
    ]


def _declared(name: str, its: dict[str, Any]) -> dict[str, Any]:
    return _set(
        {
            "name": name,
            "kind": _kind(its),
            "sensitive": its.get("secret") or None,
            "label": its["title"],
            "value": its.get("default") or None,
            "description": its["description"],
        }
    )


def _set(setting: dict[str, Any]) -> dict[str, Any]:
    return {key: its for key, its in setting.items() if its is not None}


def _kind(declared: dict[str, Any]) -> str:
    if declared.get("format", "").startswith("date"):
        return "date_iso8601"
    types = declared["type"] if isinstance(declared["type"], list) else [declared["type"]]
    return str(next(name for name in types if name != "null"))
