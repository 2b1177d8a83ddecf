"""Every macro is in a folder by subject and is described in the YAML of that folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
import yaml
from dbt.clients.jinja import get_rendered
from dbt_common.exceptions import DbtRuntimeError

ROOT = Path(__file__).parents[1]
MACROS = ROOT / "macros"


def test_every_macro_is_described_in_its_folder() -> None:
    folders = [path for path in MACROS.iterdir() if path.is_dir()]
    assert len(folders) > 5
    for folder in folders:
        described = yaml.safe_load((folder / f"_{folder.name}.yml").read_text())["macros"]
        defined = {
            name
            for path in folder.glob("*.sql")
            for name in re.findall(r"{% macro (ecommerce_\w+)\(", path.read_text())
        } | {
            f"materialization_{name}_default"
            for path in folder.glob("*.sql")
            for name in re.findall(r"{% materialization (\w+), default", path.read_text())
        }
        assert {macro["name"] for macro in described} == defined, folder.name


def test_no_macro_is_outside_a_folder() -> None:
    assert [path.name for path in MACROS.iterdir() if not path.is_dir()] == []


def test_models_with_unit_tests_render_without_macros() -> None:
    # dbt 1.10 renders the model of a unit test with these two functions alone, and takes
    # every other name as undefined: a filter or an operator then fails.
    context = {"ref": lambda *_: "", "source": lambda *_: ""}
    described = [yaml.safe_load(path.read_text()) for path in (ROOT / "models").rglob("*.yml")]
    tested = {test["model"] for its in described for test in its.get("unit_tests", [])}
    models = [path for path in (ROOT / "models").rglob("*.sql") if path.stem in tested]
    assert len(models) == len(tested) > 10

    failed = {}
    for path in models:
        try:
            get_rendered(path.read_text(), context, None, capture_macros=True)
        except DbtRuntimeError as error:
            failed[path.stem] = str(error)
    assert failed == {}


def test_types_of_the_catalog_have_the_names_of_the_settings() -> None:
    # Names in the catalogs of Postgres and DuckDB. dbt-duckdb writes the last one for a text.
    names = {
        "bigint": "bigint",
        "BIGINT": "bigint",
        "integer": "int",
        "INTEGER": "int",
        "uuid": "uuid",
        "UUID": "uuid",
        "text": "text",
        "character varying(256)": "text",
        "timestamp with time zone": None,
    }
    returned: list[Any] = []
    environment = jinja2.Environment(
        autoescape=False,  # noqa: S701 - SQL, not HTML
        extensions=["jinja2.ext.do"],
    )
    environment.globals["return"] = returned.append
    source = (MACROS / "incremental/ecommerce_columns.sql").read_text()
    calls = "".join(f"{{{{ _ecommerce_id_type('{name}') }}}}" for name in names)
    environment.from_string(source + calls).render()
    assert returned == list(names.values())
