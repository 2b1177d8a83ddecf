"""Settings have types in the definitions, in Meltano, and in every generated file."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

import ecommerce_ext.settings
import pytest
import yaml
from ecommerce_ext.setting_types import Group
from ecommerce_ext.settings import Settings, definitions, read_settings
from singer_sdk import typing as th
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.applications.vendure.client import Vendure
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
PROJECT = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
HUB = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (ROOT / "hub").glob("*/*.yml")
}
THRESHOLDS = (
    'a JSON object such as {"rate_missing": {"warn_above": 0.2}}; in meltano.yml as text, not'
    " as a mapping"
)
KINDS = {
    "warehouse_port": "integer",
    "rate_max_age_days": "integer",
    "threads": "integer",
    "items": "boolean",
    "products": "boolean",
    "categories": "boolean",
    "attribution_opens": "boolean",
    "attribution_windows": "object",
    "quality_thresholds": "object",
}
GENERAL = {
    *("application", "shop_id", "start_date", "lookback_seconds", "backfill_since"),
    *("id_list_requests", "confirm_deletions"),
    *("backfill_before", "page_size", "request_timeout", "user_agent"),
}
OWN = {
    "shopify": {"api_url", "access_token", "client_id", "client_secret", "api_version", "bulk"},
    "woocommerce": {"api_url", "consumer_key", "consumer_secret"},
    "vendure": {
        *("api_url", "access_token", "username", "password", "channel_token", "time_zone"),
    },
    "adobe_commerce": {
        *("api_url", "access_token", "consumer_key", "consumer_secret", "access_token_secret"),
        *("username", "password", "client_id", "client_secret", "ims_org_id"),
    },
    "prestashop": {"api_url", "webservice_key", "id_shop", "time_zone", "voucher_days"},
    "files": {"files_path", "files_mapping", "files_max_rejected_percent"},
}
# Meltano's code that passes settings to a plugin as environment variables.
AS_MELTANO_PASSES = """
import json, sys
from pathlib import Path
from meltano.core.plugin.settings_service import PluginSettingsService
from meltano.core.project import Project

project = Project(Path(sys.argv[1]))
plugin = project.plugins.find_plugin("ecommerce")
print(json.dumps([
    PluginSettingsService(project, plugin, env_override=given).as_env()
    for given in json.load(sys.stdin)
]))
"""


@pytest.fixture
def rendered() -> Callable[[], dict[str, str]]:
    render: Callable[[], dict[str, str]] = runpy.run_path(str(ROOT / "hub" / "generate.py"))[
        "rendered"
    ]
    return render


def passed_by_meltano(folder: Path, *environments: dict[str, str]) -> list[dict[str, str]]:
    """Return for each environment the variables that Meltano passes to the utility."""
    environment = {name: each for name, each in os.environ.items() if "ECOMMERCE" not in name}
    done = subprocess.run(
        [sys.executable, "-c", AS_MELTANO_PASSES, folder],
        input=json.dumps(environments),
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    passed: list[dict[str, str]] = json.loads(done.stdout)
    return [{**each, "MELTANO_PROJECT_ROOT": str(folder)} for each in passed]


@pytest.mark.parametrize("definition", [PROJECT["plugins"]["utilities"][0], HUB["ecommerce"]])
def test_generated_definition_has_the_type_of_each_setting(definition: dict[str, Any]) -> None:
    kinds = {each["name"]: each["kind"] for each in definition["settings"]}
    values = {each["name"]: each.get("value") for each in definition["settings"]}

    assert {name: kind for name, kind in kinds.items() if kind != "string"} == KINDS
    assert values["warehouse_port"] == 5432
    assert values["items"] is True
    assert values["attribution_opens"] is False
    assert values["attribution_windows"] == {"email": 120, "sms": 24}


def test_default_of_a_setting_has_the_annotated_type() -> None:
    hints = get_type_hints(Settings)

    for name, setting in definitions().items():
        annotated = get_origin(hints[name]) or hints[name]
        assert isinstance(setting.value, annotated), name
        assert annotated is not int or not isinstance(setting.value, bool), name


def test_user_values_keep_their_meaning_through_meltano(tmp_path: Path) -> None:
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    [utility] = project["plugins"]["utilities"]
    utility["config"] = {"attribution_windows": {"email": 48}, "rate_max_age_days": "3"}
    (tmp_path / "meltano.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
    (tmp_path / ".env").write_text(
        "ECOMMERCE_PRODUCTS=maybe # sold things\nexport ECOMMERCE_CATEGORIES=\n"
        "ECOMMERCE_ATTRIBUTION_OPENS='On'\n"
    )
    true, false = ("true", "TRUE", "1", "yes", "on", "On"), ("false", "False", "0", "no", "off")
    quality = '{"rate_missing": {"fail_above": 0.1}}'

    passed = passed_by_meltano(
        tmp_path,
        *({"ECOMMERCE_ITEMS": spelling} for spelling in (*true, *false)),
        {"ECOMMERCE_WAREHOUSE_PORT": "6543", "ECOMMERCE_QUALITY_THRESHOLDS": quality},
    )

    *by_spelling, last = [read_settings(environment) for environment in passed]
    assert [settings.items for settings in by_spelling] == [True] * 6 + [False] * 5
    assert last.attribution_opens is True
    assert (last.warehouse_port, last.rate_max_age_days) == (6543, 3)
    assert last.attribution_windows == {"email": 48}
    assert last.environment()["ECOMMERCE_ATTRIBUTION_WINDOWS"] == '{"email": 48}'
    assert last.quality_thresholds == {"rate_missing": {"fail_above": 0.1}}
    # Meltano passes both values as false.
    assert [str(each) for each in last.problems() if "not set" not in each.reason] == [
        "ECOMMERCE_PRODUCTS is 'maybe'. Set it to true or false.",
        "ECOMMERCE_CATEGORIES is empty. Give it a value, or remove the line to get true.",
    ]


def test_boolean_that_refers_to_another_variable_is_resolved(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "OFF=false\nWORD=nope\nECOMMERCE_ITEMS=${OFF}\nECOMMERCE_PRODUCTS=${WORD}\n"
    )
    environment = {"MELTANO_PROJECT_ROOT": str(tmp_path), "ECOMMERCE_ITEMS": "false"}

    settings = read_settings({**environment, "ECOMMERCE_PRODUCTS": "false"})

    assert settings.items is False
    assert settings.refused == {"products": "nope"}


def test_boolean_switched_off_by_the_environment_is_valid(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ECOMMERCE_PRODUCTS=true\nECOMMERCE_ITEMS=no\n")
    environment = {"MELTANO_PROJECT_ROOT": str(tmp_path), "ECOMMERCE_PRODUCTS": "false"}

    settings = read_settings({**environment, "ECOMMERCE_ITEMS": "false"})

    assert (settings.products, settings.items) == (False, False)
    assert settings.refused == {}


@pytest.mark.parametrize(
    ("setting", "text", "words"),
    [
        ("WAREHOUSE_PORT", "5432.0", "a port number"),
        ("WAREHOUSE_PORT", "70000", "a port number"),
        ("THREADS", "0", "a whole number from 1 to 99"),
        ("THREADS", "100", "a whole number from 1 to 99"),
        ("ITEMS", "maybe", "true or false"),
        *(
            ("QUALITY_THRESHOLDS", text, THRESHOLDS)
            for text in (
                "[]",
                "{'a': 1}",
                # What Meltano makes of a mapping in a mapping.
                '{"rate_missing.warn_above": 0.2}',
                '{"rate_missing": 0.2}',
                '{"rate_missing": {"warn_above": null}}',
                '{"rate_missing": {"above": 0.2}}',
            )
        ),
        *(
            (
                "ATTRIBUTION_WINDOWS",
                text,
                'a JSON object of whole hours, such as {"email": 120}',
            )
            for text in ('{"email": true}', '{"email": 1.5}', '{"email": -1}', '{"": 1}', "[]")
        ),
    ],
)
def test_value_of_another_type_is_rejected_and_quoted(
    setting: str, text: str, words: str
) -> None:
    settings = read_settings({f"ECOMMERCE_{setting}": text})

    problems = [str(each) for each in settings.problems(setting.lower())]
    assert problems == [f"ECOMMERCE_{setting} is {text!r}. Set it to {words}."]
    assert settings.environment()[f"ECOMMERCE_{setting}"] == text


def test_rejected_secret_is_in_no_message() -> None:
    settings = read_settings({"ECOMMERCE_ERASURE_KEY": "canary"})

    problems = " ".join(map(str, settings.problems("erasure")))
    assert problems.startswith("ECOMMERCE_ERASURE_KEY is invalid. Set it to at least 32")
    assert "canary" not in problems + repr(settings)


def extractor(application: str) -> str:
    """Return the name of the extractor of an application."""
    return f"tap-shopapp-{application.replace('_', '-')}"


@pytest.mark.parametrize("application", OWN)
def test_definition_of_an_application_has_only_its_settings(application: str) -> None:
    definition = HUB[extractor(application)]
    settings = {each["name"]: each for each in definition["settings"]}
    groups = {name for group in definition["settings_group_validation"] for name in group}

    assert definition["namespace"] == f"tap_shopapp_{application}"
    assert definition["executable"] == "tap-shopapp"
    assert set(settings) == GENERAL | OWN[application]
    assert settings["application"]["value"] == application
    assert [each["value"] for each in settings["application"]["options"]] == [application]
    assert groups <= set(settings)
    aliases = {alias for each in settings.values() for alias in each.get("env_aliases", [])}
    assert bool(aliases) == (application == "files")


def test_extractors_of_shops_have_the_capabilities_of_the_tap() -> None:
    capabilities = [its.value for its in TapShopApp.capabilities]
    plugins = [*PROJECT["plugins"]["extractors"], *HUB.values()]
    extractors = [its for its in plugins if its["name"].startswith("tap-shopapp")]

    # Several shops share a table, and ACTIVATE_VERSION applies to the whole table.
    assert not {"activate-version", "batch"}.intersection(capabilities)
    assert {
        its["name"]: its["capabilities"] for its in extractors if "inherit_from" not in its
    } == dict.fromkeys(["tap-shopapp", *map(extractor, OWN)], capabilities)


@pytest.mark.parametrize(
    ("application", "seconds"),
    [
        ("adobe_commerce", 300),
        ("files", 0),
        ("prestashop", 300),
        ("shopify", 86_400),
        ("vendure", 2_592_000),
        ("woocommerce", 300),
    ],
)
def test_definition_of_an_application_states_its_lookback(
    application: str, seconds: int
) -> None:
    settings = {its["name"]: its for its in HUB[extractor(application)]["settings"]}

    assert settings["lookback_seconds"]["description"] == (
        f"Number of seconds before the bookmark that a run reads again. Default: {seconds}."
    )


def test_added_setting_of_the_module_reaches_every_generated_file(
    rendered: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Group("a new subject", in_dbt=True, decides_rows=True)

    @dataclass(frozen=True, slots=True, kw_only=True)
    class More(Settings):
        gift_days: int = group.setting("How long a gift lasts.", default=12)

    before = rendered()
    monkeypatch.setattr(ecommerce_ext.settings, "Settings", More)

    assert changed_files(before, rendered()) == {
        *("meltano.yml", "hub/utilities/ecommerce.yml", ".env.example"),
        "docs/settings.md",
        *(
            f"macros/settings/{name}.sql"
            for name in ("ecommerce_setting", "ecommerce_settings_hash")
        ),
    }


def test_changed_default_reaches_every_file_that_repeats_it(
    rendered: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    group = definitions()["contacts_id_type"].group

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Other(Settings):
        contacts_id_type: str = group.setting("Type of the contact's id.", default="uuid")
        warehouse_sslmode: str = group.setting("Encryption.", default="require")

    before = rendered()
    monkeypatch.setattr(ecommerce_ext.settings, "Settings", Other)
    after = rendered()

    changed = changed_files(before, after)
    assert {"profiles/profiles.yml", "macros/settings/ecommerce_setting.sql"} <= changed
    read = "env_var('ECOMMERCE_CONTACTS_ID_TYPE', '{}')"
    for path in sorted(ROOT.glob("models/**/*.yml")):
        count = path.read_text(encoding="utf-8").count(read.format("bigint"))
        name = str(path.relative_to(ROOT))
        assert after.get(name, "").count(read.format("uuid")) == count, name
    assert sum(text.count(read.format("uuid")) for text in after.values()) > 3
    # The loader follows the module.
    assert after["hub/loaders/target-ecommerce.yml"].count("value: require") == 1


def test_added_setting_of_an_application_reaches_every_generated_file(
    rendered: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    added = th.Property("region", th.StringType, title="Region", description="The region.")
    schema = TapShopApp.config_jsonschema
    properties = {**schema["properties"], **added.to_dict()}
    before = rendered()

    monkeypatch.setattr(Vendure, "settings", (*Vendure.settings, added))
    monkeypatch.setattr(TapShopApp, "config_jsonschema", {**schema, "properties": properties})

    assert changed_files(before, rendered()) >= {
        *("meltano.yml", ".env.example", "docs/settings.md", "docs/applications.md"),
        *("hub/extractors/tap-shopapp.yml", "hub/extractors/tap-shopapp-vendure.yml"),
        "taps/tap-shopapp/README.md",
    }


def test_added_application_gets_a_definition_and_its_rows(
    rendered: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other(Vendure):
        name = "other"
        label = "Other"
        credential_groups = (("username", "access_token"),)

    before = rendered()
    monkeypatch.setitem(APPLICATIONS, "other", Other)
    after = rendered()

    assert set(after) - set(before) == {"hub/extractors/tap-shopapp-other.yml"}
    assert changed_files(before, after) == {
        *("meltano.yml", "docs/settings.md", "docs/applications.md"),
        *("hub/extractors/tap-shopapp.yml", "hub/extractors/tap-shopapp-other.yml"),
    }
    project = yaml.safe_load(after["meltano.yml"])["plugins"]["extractors"]
    [shop] = [each for each in project if each["name"] == "tap-shopapp"]
    expected = ["shop_id", "api_url", "username", "access_token"]
    assert shop["settings_group_validation"][-1] == expected


def changed_files(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Return the paths of new and changed files."""
    return {path for path, text in after.items() if before.get(path) != text}
