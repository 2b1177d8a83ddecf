"""The settings in code, in meltano.yml and in .env.example are the same."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from ecommerce_ext.settings import definitions, variable
from tap_ecb_rates.tap import TapEcbRates
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.applications.settings import API_URL
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from singer_sdk import Tap

ROOT = Path(__file__).parents[1]
PROJECT = yaml.safe_load((ROOT / "meltano.yml").read_text())
PLUGINS = {plugin["name"]: plugin for kind in PROJECT["plugins"].values() for plugin in kind}
TAPS: list[type[Tap]] = [TapShopApp, TapEcbRates]


def test_meltano_yml_and_definitions_match_meltanos_schema() -> None:
    schema = json.loads((files("meltano.schemas") / "meltano.schema.json").read_text())
    setting = schema["$defs"]["base_setting"]["properties"]
    setting["env_aliases"] = {"type": "array"}  # Meltano reads it, but its schema lacks it
    validator = jsonschema.Draft202012Validator(schema)

    validator.validate(PROJECT)
    for path in (ROOT / "hub").glob("*/*.yml"):
        definition = yaml.safe_load(path.read_text())
        validator.validate({**PROJECT, "plugins": {path.parent.name: [definition]}})


def test_generated_files_match_the_settings_in_code() -> None:
    written = runpy.run_path(str(ROOT / "hub" / "generate.py"))["rendered"]()

    stale = [path for path, text in written.items() if (ROOT / path).read_text() != text]
    assert not stale, "run make settings"


def test_each_setting_is_in_every_generated_file() -> None:
    example, docs = ((ROOT / name).read_text() for name in (".env.example", "docs/settings.md"))
    declared = {"ecommerce": set(definitions())}
    for tap in TAPS:
        stock: dict[str, Any] = {"properties": {}}
        tap.append_builtin_config(stock)
        declared[tap.name] = set(tap.config_jsonschema["properties"]) - set(stock["properties"])

    for plugin, names in declared.items():
        for kind in ("extractors", "utilities"):
            definition = ROOT / "hub" / kind / f"{plugin}.yml"
            if definition.exists():
                settings = yaml.safe_load(definition.read_text())["settings"]
                assert {setting["name"] for setting in settings} == names
        assert {setting["name"] for setting in PLUGINS[plugin]["settings"]} == names
        for name in names:
            variable_name = f"{plugin.replace('-', '_')}_{name}".upper()
            assert re.search(rf"^(# )?{variable_name}=", example, re.MULTILINE)
            assert f"| `{variable_name}` |" in docs


@pytest.mark.parametrize("tap", TAPS)
def test_readme_of_a_tap_lists_its_settings_and_defaults(tap: type[Tap]) -> None:
    readme = (ROOT / "taps" / tap.name / "README.md").read_text()
    table = readme.partition("| setting | default | meaning |\n")[2].partition("\n\n")[0]
    documented = {
        name: cells[2]
        for cells in (row.split("|") for row in table.splitlines()[1:])
        for name in re.findall(r"`(\w+)`", cells[1])
    }

    declared = {setting["name"]: setting for setting in PLUGINS[tap.name]["settings"]}
    assert set(documented) == set(declared)
    for name, setting in declared.items():
        if str(setting.get("value", "")).isalnum():
            assert documented[name].strip(" `") == str(setting["value"])


@pytest.mark.parametrize("tap", TAPS)
def test_setting_groups_contain_the_required_settings(tap: type[Tap]) -> None:
    groups = PLUGINS[tap.name].get("settings_group_validation", [[]])
    names = {setting["name"] for setting in PLUGINS[tap.name]["settings"]}

    assert all(set(tap.config_jsonschema.get("required", [])) <= set(group) for group in groups)
    assert {name for group in groups for name in group} <= names


def test_meltano_yml_has_the_credential_groups() -> None:
    ways = [
        ["shop_id", *(["api_url"] if API_URL in application.settings else []), *way]
        for application in APPLICATIONS.values()
        for way in application.credential_groups
    ]

    distinct = [way for place, way in enumerate(ways) if way not in ways[:place]]
    assert PLUGINS["tap-shopapp"]["settings_group_validation"] == distinct


def test_loader_follows_settings_of_the_module() -> None:
    follows = {}
    for setting in PLUGINS["target-ecommerce"]["settings"]:
        value, aliases = str(setting["value"]), setting.get("env_aliases", [])
        if value.startswith("$"):
            follows[setting["name"]] = (value[1:], None)
        elif aliases:
            follows[setting["name"]] = (*aliases, value)

    assert follows == {
        "host": ("ECOMMERCE_WAREHOUSE_HOST", None),
        "port": ("ECOMMERCE_WAREHOUSE_PORT", None),
        "user": ("ECOMMERCE_WAREHOUSE_USER", None),
        "password": ("ECOMMERCE_WAREHOUSE_PASSWORD", ""),
        "database": ("ECOMMERCE_WAREHOUSE_DATABASE", None),
        "sslmode": ("ECOMMERCE_WAREHOUSE_SSLMODE", definitions()["warehouse_sslmode"].default),
        "default_target_schema": ("ECOMMERCE_RAW_SCHEMA", definitions()["raw_schema"].default),
    }


def test_environment_overrides_dotenv_and_dotenv_defaults(tmp_path: Path) -> None:
    (tmp_path / "meltano.yml").write_text((ROOT / "meltano.yml").read_text())
    (tmp_path / ".env").write_text(
        "ECOMMERCE_WAREHOUSE_HOST=of-dotenv\nECOMMERCE_WAREHOUSE_USER=of-dotenv\n"
        "ECOMMERCE_WAREHOUSE_PASSWORD=canary\nECOMMERCE_WAREHOUSE_PORT=\n"
    )
    environment = {
        name: value for name, value in os.environ.items() if "ECOMMERCE_" not in name
    }

    done = subprocess.run(
        [Path(sys.executable).parent / "meltano", "config", "print", "target-ecommerce"],
        env={
            **environment,
            "ECOMMERCE_WAREHOUSE_HOST": "of-the-environment",
            # The loader of the host project has its own variables.
            "TARGET_POSTGRES_DATABASE": "of-the-host",
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": "of-the-host",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "canary" not in done.stdout + done.stderr
    assert json.loads(done.stdout) == {
        "host": "of-the-environment",
        "user": "of-dotenv",
        "password": "*****",
        "sslmode": "prefer",
        "default_target_schema": "ecommerce_raw",
        "use_copy": True,
        "validate_records": False,
    }


def test_files_belong_to_the_shop_not_to_its_application(tmp_path: Path) -> None:
    (tmp_path / "meltano.yml").write_text((ROOT / "meltano.yml").read_text())
    (tmp_path / ".env").write_text(
        "TAP_SHOPAPP_APPLICATION=shopapp\nTAP_SHOPAPP_SHOP_ID=mine\nTAP_SHOPAPP_FILES_PATH=a/*\n"
    )
    environment = {name: value for name, value in os.environ.items() if "SHOPAPP" not in name}

    done = subprocess.run(
        [Path(sys.executable).parent / "meltano", "config", "print", "tap-shopapp-files"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    config = json.loads(done.stdout)
    assert (config["application"], config["shop_id"], config["files_path"]) == (
        "files",
        "mine",
        "a/*",
    )


def test_dbt_reads_the_same_settings_with_the_same_defaults() -> None:
    sources = [
        (ROOT / "profiles" / "profiles.yml").read_text(),
        *(path.read_text() for path in ROOT.glob("models/**/*.yml")),
        *(path.read_text() for path in ROOT.glob("macros/**/*.sql")),
    ]
    text = "\n".join(sources)
    read = set(re.findall(r"env_var\('(ECOMMERCE_\w+)', '([^']*)'\)", text))
    listed = re.findall(r"^ +'(ecommerce_\w+)': '([^']*)',$", text, re.MULTILINE)
    read |= {(name.upper(), default) for name, default in listed}

    declared = {variable(name): setting for name, setting in definitions().items()}
    assert read
    assert {name for name, _ in read} <= set(declared)
    # Required settings have a default in the profile, so that dbt parses without a warehouse.
    assert {(name, default) for name, default in read if not declared[name].required} == {
        (name, declared[name].default) for name, _ in read if not declared[name].required
    }


def test_every_part_has_the_same_version() -> None:
    members = [
        path
        for folder in ("taps", "targets", "utilities")
        for path in (ROOT / folder).glob("*/pyproject.toml")
    ]
    texts = [path.read_text() for path in [*members, ROOT / "demo" / "pyproject.toml"]]
    versions = {re.findall(r'^version = "(.+)"$', text, re.MULTILINE)[0] for text in texts}

    assert versions == {yaml.safe_load((ROOT / "dbt_project.yml").read_text())["version"]}
