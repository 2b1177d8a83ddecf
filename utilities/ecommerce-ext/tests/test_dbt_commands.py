"""``activate``, ``build``, ``docs`` and ``dbt`` with the real dbt package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from warehouses import Warehouse

FOUR_TABLES = [
    "ECommerce_Item",
    "ECommerce_Product",
    "ECommerce_ProductCategory",
    "ECommerce_Transaction",
]
# Exclude tests that also read relations outside the selection.
CAUTIOUS_SELECTION = ("--indirect-selection", "cautious")


def test_activate_creates_missing_tables_only(
    warehouse: Warehouse,
) -> None:
    first = warehouse.ecommerce("activate")
    fresh = _relations(warehouse)
    second = warehouse.ecommerce("activate")
    repeated = _relations(warehouse)
    warehouse.execute('drop table ecommerce."ECommerce_Item" cascade')
    before = _relations(warehouse)
    third = warehouse.ecommerce("activate")
    after = _relations(warehouse)

    assert first.code == second.code == third.code == 0, first
    assert first.output.splitlines()[-1] == f"Created {len(fresh)} tables and views."
    assert set(FOUR_TABLES) <= {name for _, name in fresh}
    assert second.output.splitlines()[-1] == "Everything exists already; nothing was changed."
    assert repeated == fresh
    assert ("ecommerce", "ECommerce_Item") in after
    # The helper views are created again with the same definition.
    assert {key: after[key] for key in before} == before


def test_check_with_other_contacts_fails_after_the_first_order(
    warehouse: Warehouse,
) -> None:
    warehouse.execute(
        "create schema crm",
        """create table crm.people as select 7::bigint as "idContact", 'a@b.test' as email""",
        """create table crm.others as table crm.people""",
    )
    built = warehouse.ecommerce(
        *("build", "--select", "+ecommerce_contacts", *CAUTIOUS_SELECTION),
        ECOMMERCE_CONTACTS_RELATION="crm.people",
    )

    assert built.code == 0, built
    assert warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.people").code == 0
    # Without orders, the next build replaces the contacts.
    assert warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.others").code == 0
    warehouse.execute(
        """create table ecommerce."ECommerce_Transaction" as
            select 'CAD' as "Currency", 'toys' as "idShop", '1' as "idTransaction" """
    )
    refused = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.others")
    assert refused.problems[0].startswith("The tables hold contacts from crm.people")


def test_build_passes_options_to_dbt_and_prints_its_progress(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce(
        "build", "--full-refresh", "--select", "ecommerce_currencies", *CAUTIOUS_SELECTION
    )

    assert answer.code == 0, answer
    assert "OK loaded seed file ecommerce_staging.ecommerce_currencies" in answer.output
    # A selection can be built before the first load, but not the whole package.
    assert answer.errors.startswith('Nothing has been loaded into the schema "ecommerce_raw"')
    assert [name for _, name in _relations(warehouse)] == ["ecommerce_currencies"]


def test_build_with_unknown_option_fails_with_one_sentence(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce_raw", "create table ecommerce_raw.shops (shop_id text)"
    )
    answer = warehouse.ecommerce("build", "--fast")

    sentence = answer.problems[-1]
    assert sentence.startswith("dbt build failed: No such option")
    assert "--fast" in sentence


def test_build_with_failed_model_exits_with_1(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce(
        "build", "--select", "+int_ecommerce__rates_daily", ECOMMERCE_CURRENCY=""
    )

    assert answer.code == 1
    assert "No reporting currency is set." in answer.output
    assert answer.errors.splitlines()[-1].startswith("dbt build failed")


def test_dbt_debug_log_does_not_contain_the_password(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    answer = warehouse.ecommerce(
        "dbt", "--log-level", "debug", "--no-partial-parse", "seed", DBT_LOG_CACHE_EVENTS="true"
    )

    assert answer.code == 0, answer
    written = (tmp_path / "logs" / "dbt.log").read_text()
    assert "ecommerce_currencies" in written
    assert warehouse.server.password not in written


def test_docs_prints_the_path_of_its_page(warehouse: Warehouse, tmp_path: Path) -> None:
    answer = warehouse.ecommerce("docs")

    page = tmp_path / "target" / "static_index.html"
    assert answer.output.splitlines()[-1] == f"Open {page}"
    shown = page.read_text(encoding="utf-8")
    assert "ECommerce_Transaction" in shown
    # The page shows the meta of each column, which marks personal data.
    assert 'ng-show="column.meta"' in shown.replace('\\"', '"')
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text(encoding="utf-8"))
    table = manifest["nodes"]["model.shopapp_ecommerce.ECommerce_Transaction"]
    personal = {n for n, column in table["columns"].items() if column["meta"].get("pii")}
    assert personal == {*("customer_id", "idContact", "guestKey", "idSendLog", "idVisit")}


def _relations(warehouse: Warehouse) -> dict[tuple[str, str], Any]:
    """Return the storage or the definition of each relation, by schema and name."""
    rows = warehouse.execute(
        """
        select
            nspname, relname, nullif(relfilenode, 0), pg_get_viewdef(pg_class.oid)
        from pg_class
        inner join pg_namespace on relnamespace = pg_namespace.oid
        where nspname like 'ecommerce%' and relkind in ('r', 'v')
        """
    )
    return {(schema, name): state for schema, name, *state in rows}
