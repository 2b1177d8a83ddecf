"""``ecommerce check``: the problem that it reports for each invalid setting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from warehouses import Warehouse


def test_check_of_valid_warehouse_prints_one_line(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check")

    assert answer.code == 0
    assert answer.errors == ""
    server = warehouse.server
    assert answer.output == (
        f"ok: {server.database} at {server.host}:{server.port}, schemas ecommerce_raw"
        " and ecommerce, amounts in CAD\n"
    )


def test_check_imports_neither_dbt_nor_sdk_nor_meltano(warehouse: Warehouse) -> None:
    program = """
import sys
from ecommerce_ext.main import app
app(["check"], standalone_mode=False)
print(sorted({"dbt", "singer_sdk", "meltano"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=warehouse.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[1:] == ["[]"]


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        (
            "ECOMMERCE_CURRENCY",
            "",
            (
                "ECOMMERCE_CURRENCY is not set."
                " Write it to .env, for instance: ECOMMERCE_CURRENCY=EUR"
            ),
        ),
        (
            "ECOMMERCE_CURRENCY",
            "XQZ",
            (
                "ECOMMERCE_CURRENCY is 'XQZ', which is not an ISO 4217 currency."
                " Set the code of a currency in use, for instance: ECOMMERCE_CURRENCY=EUR"
            ),
        ),
        (
            "ECOMMERCE_CURRENCY",
            "DEM",
            (
                "ECOMMERCE_CURRENCY is DEM, which is no longer in use."
                " Set the code of a currency in use, for instance: ECOMMERCE_CURRENCY=EUR"
            ),
        ),
        (
            "ECOMMERCE_ID_FORMAT",
            "long",
            "ECOMMERCE_ID_FORMAT is 'long'. Set it to plain or qualified.",
        ),
        (
            "ECOMMERCE_CONTACTS_ID_TYPE",
            "number",
            "ECOMMERCE_CONTACTS_ID_TYPE is 'number'. Set it to bigint, int, text or uuid.",
        ),
        (
            "ECOMMERCE_CONTACTS_KEY_TYPE",
            "uuid",
            "ECOMMERCE_CONTACTS_KEY_TYPE is 'uuid'. Set it to text or int.",
        ),
        (
            "ECOMMERCE_CONTACTS_RELATION",
            "people",
            (
                "ECOMMERCE_CONTACTS_RELATION is 'people'."
                " Set it to schema.table, or leave it empty for none."
            ),
        ),
        (
            "ECOMMERCE_RATE_MAX_AGE_DAYS",
            "32",
            (
                "ECOMMERCE_RATE_MAX_AGE_DAYS is '32'."
                " Set it to a whole number of days from 0 to 31."
            ),
        ),
        (
            "ECOMMERCE_RAW_SCHEMA",
            "",
            (
                "ECOMMERCE_RAW_SCHEMA is empty."
                " Give it a value, or remove the line to get ecommerce_raw."
            ),
        ),
        (
            "ECOMMERCE_WAREHOUSE_PORT",
            "five",
            "ECOMMERCE_WAREHOUSE_PORT is 'five'. Set it to a port number.",
        ),
        (
            "ECOMMERCE_WAREHOUSE_HOST",
            " ",
            (
                "ECOMMERCE_WAREHOUSE_HOST is not set."
                " Write it to .env, for instance: ECOMMERCE_WAREHOUSE_HOST=localhost"
            ),
        ),
    ],
)
def test_check_with_missing_or_invalid_setting_reports_it(
    warehouse: Warehouse, setting: str, value: str, sentence: str
) -> None:
    assert warehouse.ecommerce("check", **{setting: value}).problems == [sentence]


def test_check_without_dbt_project_names_the_directory(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_PROJECT_DIR=str(tmp_path))

    assert answer.problems == [
        (
            f"There is no dbt project in {tmp_path}. Set ECOMMERCE_PROJECT_DIR to the"
            " directory of its dbt_project.yml."
        )
    ]


def test_check_with_several_problems_reports_all(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_CURRENCY="",
        ECOMMERCE_RATE_DATE="paid",
        ECOMMERCE_CONTACTS_RELATION="crm.people",
    )

    assert answer.problems == [
        "ECOMMERCE_CURRENCY is not set. Write it to .env, for instance: ECOMMERCE_CURRENCY=EUR",
        "ECOMMERCE_RATE_DATE is 'paid'. Set it to ordered or created.",
        "There is no table or view crm.people. Correct ECOMMERCE_CONTACTS_RELATION.",
    ]


def test_check_with_other_loader_schema_reports_it(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA="analytics")

    assert answer.problems == [
        (
            "TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA is analytics, but ECOMMERCE_RAW_SCHEMA is"
            " not: the loader would write where the build does not read."
            " Remove TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA; the loader then uses"
            " ECOMMERCE_RAW_SCHEMA."
        )
    ]


def test_check_with_other_loader_port_reports_it(
    warehouse: Warehouse,
) -> None:
    port = warehouse.environment["ECOMMERCE_WAREHOUSE_PORT"]

    same = warehouse.ecommerce("check", TARGET_ECOMMERCE_PORT=port)
    other = warehouse.ecommerce("check", TARGET_ECOMMERCE_PORT="1")

    assert same.code == 0, same
    assert other.problems == [
        (
            "TARGET_ECOMMERCE_PORT is 1, but ECOMMERCE_WAREHOUSE_PORT is not: the loader would"
            " write where the build does not read."
            " Remove TARGET_ECOMMERCE_PORT; the loader then uses ECOMMERCE_WAREHOUSE_PORT."
        )
    ]


def test_dbt_project_vars_override_the_environment(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    package = tmp_path / "dbt_packages" / "shopapp_ecommerce"
    package.mkdir(parents=True)
    (package / "seeds").symlink_to(Path(__file__).parents[3] / "seeds")
    (tmp_path / "dbt_project.yml").write_text(
        "name: acme\nvars:\n  ecommerce_schema: acme\n  ecommerce_raw_schema: acme_raw\n"
        "  shopapp_ecommerce:\n    ecommerce_currency: EUR\n"
    )
    host_settings = {"ECOMMERCE_PROJECT_DIR": str(tmp_path), "ECOMMERCE_CURRENCY": "CAD"}

    same = warehouse.ecommerce("check", **host_settings, ECOMMERCE_RAW_SCHEMA="acme_raw")
    other = warehouse.ecommerce("check", **host_settings, ECOMMERCE_RAW_SCHEMA="ecommerce_raw")

    assert same.output.endswith("schemas acme_raw and acme, amounts in EUR\n")
    assert other.problems == [
        (
            "The loader writes into ecommerce_raw, but the var ecommerce_raw_schema in"
            " dbt_project.yml is acme_raw. Set ECOMMERCE_RAW_SCHEMA=acme_raw."
        )
    ]
