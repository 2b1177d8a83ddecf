"""The next build adds and fills missing columns of every model that it updates.

A table of an earlier version lacks the columns that a new version adds. The test drops all
columns outside the keys from all incremental models. The next build must give the same cells
as a build without history.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from histories import History
from pipelines import make_pipeline
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines import Pipeline
    from shopapp_demo.postgres import Postgres

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

RUN = ("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
WITHOUT_MARTS = ("--exclude", "path:models/ecommerce/marts+")
# Times of loads and of detected changes differ between warehouses.
TIMES = {"dtLoaded", "loaded_at", "changed_at", "deleted_at"}
HASHES = {"rowHash", "row_hash"}
# The log has no key; these columns identify a row.
LOG_KEY = {"model"}
CANDIDATES = "select count(*) from ecommerce_staging.int_ecommerce__transaction_candidates"
CURRENT = {
    # A day whose rate was withdrawn keeps a row without a rate.
    "int_ecommerce__rates_daily": " where status is not null",
    # Removed lines keep their references.
    "ecommerce_item_references": " where (shop_id, transaction_id, item_id) in"
    " (select shop_id, transaction_id, item_id from ecommerce_staging.stg_ecommerce__items)",
}
"""Rows that a build without history has, too."""
OF_A_RUN = {"ecommerce_run_log", "ecommerce_changed_keys", "int_ecommerce__recent_loads"}
"""Tables with rows of each run."""
Column = tuple[str, str, str]
Rows = dict[tuple[str, ...], dict[str, Any]]


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    """A warehouse of two loads and two builds; a contact is deleted before the second."""
    pipeline.settings |= {
        "ECOMMERCE_ID_FORMAT": "qualified",
        "ECOMMERCE_CONTACTS_RELATION": "marketing.contacts",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "customer_number",
        # One thread: views that are replaced concurrently can block each other.
        "ECOMMERCE_THREADS": "1",
        "DBT_WRITE_JSON": "true",
    }
    histories = [History(seed) for seed in range(8)]
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        raw.create(connection)
        connection.execute("create schema marketing")
        connection.execute(
            'create table marketing.contacts ("idContact" bigint primary key,'
            " customer_number text, email text)"
        )
        connection.execute(
            "insert into marketing.contacts"
            " select n, n || '-c1', 'person1@shop' || n || '.example'"
            " from generate_series(0, 7) as n"
        )
        raw.load_rates(connection, {"CAD", "USD", "GBP", "JPY"}, "2025-02-01")
        for days in (2, 1):
            loaded_at = datetime.now(timezone.utc) - timedelta(days=days)
            for history in histories:
                for stream, records in history.take_changed(whole=True).items():
                    raw.load(connection, stream, records, loaded_at)
                for _ in range(5):
                    history.live()
            raw.load(connection, "id_ranges", [list_of_ids(connection)], loaded_at)
            pipeline.dbt(*RUN, *WITHOUT_MARTS)
            connection.execute('delete from marketing.contacts where "idContact" = 7')
    return pipeline


def list_of_ids(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return a list of the ids of one shop's orders that lacks one order."""
    [(_, missing), *others] = connection.execute(
        "select shop_id, transaction_id from ecommerce_raw.transactions"
        " where shop_id = 'shop-0' and deleted_at is null order by transaction_id"
    ).fetchall()
    return {
        "shop_id": "shop-0",
        "stream": "transactions",
        "list_number": 0,
        "place": 0,
        "from_id": 0,
        "ids": [each for _, each in others if each != missing],
        "is_confirmed": True,
        "listed_at": datetime.now(timezone.utc),
    }


@pytest.fixture(scope="module")
def models(built: Pipeline) -> dict[str, tuple[str, list[str]]]:
    """Schema and key of each model that builds update, by name."""
    manifest = json.loads((built.folder / "target" / "manifest.json").read_text())
    found = {
        node["name"]: (
            node["schema"],
            [name.strip('"') for name in _list(node["config"]["unique_key"])],
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and (
            node["config"]["materialized"] == "incremental"
            # Tables that are updated by their key, and are built without the statistics.
            or node["config"]["meta"].get("load_time")
        )
    }
    assert {"ecommerce_contacts", "ecommerce_run_log", "int_ecommerce__rates_daily"} < set(
        found
    )
    return found


@pytest.fixture(scope="module")
def other(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return make_pipeline(server, "other_columns", tmp_path_factory.mktemp("other"))


def copy(built: Pipeline, other: Pipeline) -> None:
    """Copy the built warehouse into the other one."""
    other.settings = built.settings
    name, template = map(sql.Identifier, (other.postgres.database, built.postgres.database))
    with psycopg.connect(
        f"{built.postgres.url.rpartition('/')[0]}/postgres", autocommit=True
    ) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(name))
        connection.execute(sql.SQL("create database {} template {}").format(name, template))


def rows(pipeline: Pipeline, models: dict[str, tuple[str, list[str]]]) -> dict[str, Rows]:
    """Return all cells except times, by table and key."""
    found: dict[str, Rows] = {}
    for model, (schema, key) in models.items():
        if model in OF_A_RUN:
            continue
        where = CURRENT.get(model, "")
        cells = pipeline.rows(f'select to_jsonb(t) from {schema}."{model}" as t{where}')
        found[model] = {
            tuple(str(row[name]) for name in key): {
                name: value for name, value in row.items() if name not in TIMES
            }
            for (row,) in cells
        }
    return found


@pytest.fixture(scope="module")
def expected(
    built: Pipeline, other: Pipeline, models: dict[str, tuple[str, list[str]]]
) -> dict[str, Rows]:
    """Cells of a build without history, from the same raw tables."""
    copy(built, other)
    other.execute("drop schema ecommerce cascade", "drop schema ecommerce_staging cascade")
    other.dbt(*RUN, *WITHOUT_MARTS)
    found = rows(other, models)
    assert all(found.values())
    return found


def columns(pipeline: Pipeline, models: dict[str, tuple[str, list[str]]]) -> list[Column]:
    """Return the columns outside the keys."""
    return [
        (schema, table, column)
        for schema, table, column in pipeline.rows(
            "select table_schema, table_name, column_name from information_schema.columns"
            " order by 1, 2, ordinal_position"
        )
        if table in models and column not in (models[table][1] or LOG_KEY)
    ]


@pytest.mark.parametrize("kept", [set(), HASHES], ids=["all", "all_but_hashes"])
def test_dropped_columns_are_added_and_filled_by_the_next_build(
    built: Pipeline,
    other: Pipeline,
    models: dict[str, tuple[str, list[str]]],
    expected: dict[str, Rows],
    kept: set[str],
) -> None:
    def problems(dropped: Sequence[Column]) -> list[str]:
        """Drop columns, build, and return the differences."""
        copy(built, other)
        with psycopg.connect(other.postgres.url) as connection:
            for schema, table, column in dropped:
                connection.execute(
                    sql.SQL("alter table {} drop column {} cascade").format(
                        sql.Identifier(schema, table), sql.Identifier(column)
                    )
                )
        try:
            other.dbt(*RUN, *WITHOUT_MARTS)
        except AssertionError as failure:
            return [str(failure)[:500]]
        missing = set(columns(built, models)) - set(columns(other, models))
        return sorted(map(str, missing)) + different(expected, rows(other, models))

    tried = [column for column in columns(built, models) if column[2] not in kept]
    assert len(tried) > 80
    found = problems(tried)
    while found and len(tried) > 1:
        halves = tried[: len(tried) // 2], tried[len(tried) // 2 :]
        for half in halves:
            if half_found := problems(half):
                tried, found = half, half_found
                break
        else:
            break
    assert not found, f"Without {tried}: {found}"
    assert other.foreign_keys() == built.foreign_keys()
    # Values that cannot be computed again are null: the address of a deleted contact.
    assert other.rows(
        "select email_key, surviving_id_contact, deleted_at is null"
        " from ecommerce.ecommerce_contacts where id_contact = 7"
    ) == [(None, None, False)]
    # After the build, the old rows of the log are no longer the newest.
    other.dbt("run", "--select", "int_ecommerce__transaction_candidates")
    assert other.rows(CANDIDATES) < other.rows(
        "select count(*) from ecommerce_raw.transactions"
    )


def different(expected: dict[str, Rows], found: dict[str, Rows]) -> list[str]:
    """Return the columns that differ, and the tables whose rows differ."""
    names = set()
    for table, rows_found in found.items():
        keys = set(expected[table])
        if table != "ecommerce_contacts":  # which also has deleted contacts
            keys |= set(rows_found)
        for key in keys:
            one, other = expected[table].get(key), rows_found.get(key)
            if one is None or other is None:
                names.add(f"{table}: rows")
            else:
                names |= {f"{table}.{name}" for name in one if one[name] != other.get(name)}
    return sorted(names)


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []
