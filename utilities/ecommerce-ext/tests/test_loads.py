"""``build`` fails if the loader wrote into another schema, or nothing was loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.checks.loads import misplaced_loads, nothing_loaded
from ecommerce_ext.settings import read_settings
from ecommerce_ext.warehouse.connection import connect

if TYPE_CHECKING:
    from warehouses import Warehouse

READ_AGAIN = "meltano run --full-refresh ecommerce-sync"
SET_THE_SCHEMA = (
    "Set the loader's default_target_schema to ecommerce_raw, for instance: meltano config set"
    " target-postgres default_target_schema ecommerce_raw. Then read everything again:"
    f" {READ_AGAIN}"
)


def shop(schema: str, *, age: str = "1 hour", orders: int = 1) -> list[str]:
    """Return the statements that load a shop into a schema, as the stock loader does."""
    columns = (
        f"'toys' as shop_id, now() at time zone 'UTC' - interval '{age}' as _sdc_batched_at"
    )
    return [
        f"create schema {schema}",
        f"create table {schema}.shops as select {columns}",
        f"create table {schema}.transactions as table {schema}.shops with no data",
        f"insert into {schema}.transactions select {columns} from generate_series(1, {orders})",  # noqa: S608
    ]


def rates(schema: str) -> list[str]:
    """Return the statements that load a rate into a schema."""
    return [
        f"create schema if not exists {schema}",
        (
            f"create table {schema}.exchange_rates as"
            " select 'EUR' as base_currency, now() as _sdc_batched_at"
        ),
    ]


def built(minutes_ago: int) -> list[str]:
    """Return the statements that log a build."""
    return [
        "create schema ecommerce",
        (
            "create table ecommerce.ecommerce_run_log as"
            f" select now() - interval '{minutes_ago} minutes' as read_at"
        ),
    ]


def problems(warehouse: Warehouse) -> list[str]:
    """Return the problems for which a build would fail."""
    settings = read_settings(warehouse.environment)
    with connect(settings) as connection:
        found = (misplaced_loads(connection, settings), nothing_loaded(connection, settings))
        return [str(problem) for problem in found if problem]


def test_build_with_loads_in_one_schema_per_tap_names_them(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("tap_shopapp", orders=2400), *rates("tap_ecb_rates"))

    answer = warehouse.ecommerce("build")

    assert answer.problems == [
        (
            'The loader wrote into the schemas "tap_ecb_rates" and "tap_shopapp", but the build'
            f' reads "ecommerce_raw". {SET_THE_SCHEMA}'
        )
    ]
    assert warehouse.execute("select from pg_namespace where nspname = 'ecommerce'") == []


def test_build_with_all_loads_in_another_schema_names_the_setting(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("acme_raw"), *rates("acme_raw"))

    assert warehouse.ecommerce("build").problems == [
        (
            'The loader wrote into the schema "acme_raw", but the build reads "ecommerce_raw".'
            " Set ECOMMERCE_RAW_SCHEMA=acme_raw; or set the loader's default_target_schema to"
            f" ecommerce_raw, and type: {READ_AGAIN}"
        )
    ]


def test_build_before_any_load_names_the_sync_command(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("build")

    assert answer.problems == [
        (
            'Nothing has been loaded into the schema "ecommerce_raw" of'
            f" {warehouse.server.database}. Type: meltano run ecommerce-sync. If it has run,"
            ' its loader writes elsewhere: set the schema of the loader to "ecommerce_raw",'
            " or correct ECOMMERCE_RAW_SCHEMA."
        )
    ]


def test_rates_in_another_schema_are_reported(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("ecommerce_raw"), *rates("tap_ecb_rates"))

    assert problems(warehouse) == [
        (
            'The loader wrote into the schema "tap_ecb_rates", but the build reads'
            f' "ecommerce_raw". {SET_THE_SCHEMA}'
        )
    ]


def test_newer_load_in_another_schema_is_reported(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("ecommerce_raw", age="2 days"), *built(60 * 24))
    warehouse.execute(*rates("ecommerce_raw"), *shop("tap_shopapp", age="1 minute"))

    assert problems(warehouse) == [
        (
            'The loader wrote into the schema "tap_shopapp", but the build reads'
            f' "ecommerce_raw". {SET_THE_SCHEMA}'
        )
    ]


def test_older_load_in_another_schema_is_ignored(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("ecommerce_raw", age="1 hour"), *built(5))
    warehouse.execute(*rates("ecommerce_raw"), *shop("tap_shopapp", age="2 days"))

    assert problems(warehouse) == []


def test_copy_in_another_schema_is_ignored_if_raw_has_new_loads(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("ecommerce_raw", age="5 minutes"), *built(60))
    warehouse.execute(*rates("ecommerce_raw"), *shop("archive", age="1 minute"))

    assert problems(warehouse) == []


def test_other_shop_in_another_schema_is_ignored(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("ecommerce_raw", age="2 days"), *built(60 * 24))
    warehouse.execute(*shop("books_raw", age="1 minute"))
    warehouse.execute("update books_raw.shops set shop_id = 'books'")

    assert problems(warehouse) == []


def test_raw_schema_of_another_installation_is_ignored(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("ecommerce_raw", age="2 days"), *built(60 * 24))
    warehouse.execute(*shop("prod_raw", age="1 minute"))
    before = problems(warehouse)
    warehouse.execute(
        "create schema prod_staging",
        "create view prod_staging.stg_ecommerce__shops as select * from prod_raw.shops",
    )

    assert len(before) == 1
    assert problems(warehouse) == []


def test_empty_shop_in_the_raw_schema_is_built(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("ecommerce_raw", orders=0))
    # A table of the host, which no loader wrote.
    warehouse.execute(
        "create schema sales",
        "create table sales.transactions as select 'toys' as shop_id, '1' as transaction_id",
    )
    with_a_shop = problems(warehouse)
    warehouse.execute("delete from ecommerce_raw.shops")

    assert with_a_shop == []
    assert problems(warehouse) == []


def test_schema_without_read_permission_is_ignored(warehouse: Warehouse) -> None:
    warehouse.execute(*shop("secret_raw"))
    grants = [
        f"grant create on database {warehouse.server.database} to loader_arrivals",
        "create schema ecommerce_raw authorization loader_arrivals",
    ]
    with warehouse.user("loader_arrivals", *grants) as limited:
        [problem] = problems(limited)

    assert problem.startswith('Nothing has been loaded into the schema "ecommerce_raw"')
