"""A ShopApp and a Vendure in one warehouse, by the `meltano run` of docs/applications.md.

Both use the same ids for different records. Their orders have the same times near midnight,
which are different dates in Toronto and in Paris.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from ecommerce_ext.checks.bookmarks import bookmark_problems
from ecommerce_ext.settings import read_settings
from ecommerce_ext.warehouse.connection import connect
from meltano_project import BIN, write_project
from pipelines import ROOT, Pipeline
from shop_fakes import shopapp, vendure
from shop_fakes.logical_shop import make_shop
from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

# Two runs of five plugins each, dbt included.
pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

# Units per euro, as the ECB publishes them. Each rate identifies the shop and the date.
RATES = """\
Date,USD,CAD
2026-03-11,1.60,2.00
2026-03-10,1.25,1.50
2026-01-13,1.00,1.20
"""
PLACED = {
    "103": "2026-01-13T12:00:00Z",
    "106": "2026-03-10T23:30:00Z",  # the 11th in Paris
    "109": "2026-03-11T02:30:00Z",  # the 10th in Toronto
}


def a_shop(name: str, currency: str, time_zone: str, price: str) -> Shop:
    """Return a shop with one product and three orders of two pieces each."""
    about = {"id": "s1", "name": name, "url": "https://shop.example"}
    shop = Shop(about | {"currency": currency, "time_zone": time_zone})
    like = make_shop()
    moment = PLACED["106"]
    shop.put("categories", like.categories["1"] | {"name": f"All of {name}"})
    product = like.products["1"] | {"name": f"Piece of {name}", "category_ids": ["1"]}
    product |= {"price_amount": price, "currency": currency, "updated_at": moment}
    shop.put("products", product)
    shop.put("customers", like.customers["1"])
    nothing = {"discount_amount": "0", "tax_amount": "0"}
    gross = str(2 * Decimal(price))
    for order_id, placed_at in PLACED.items():
        order = like.transactions[order_id]
        [line] = order["items"]
        line |= {"product_id": "1", "quantity": "2", "unit_price_amount": price, **nothing}
        times = dict.fromkeys(("created_at", "updated_at", "processed_at"), placed_at)
        order |= {"gross_amount": gross, "total_amount": gross, **nothing, **times}
        order |= {"shipping_amount": "0", "shipping_tax_amount": "0", "currency": currency}
        shop.put("transactions", order)
    return shop


@dataclass
class Shops:
    """A Meltano project that reads both shops, and its warehouse."""

    folder: Path
    pipeline: Pipeline

    def sync(self) -> None:
        """Run the documented job."""
        self.type("meltano run ecommerce-sync")

    def type(self, line: str) -> None:
        """Run a command; it must succeed and print no secret."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if "SHOPAPP" not in name and name != "PYTHONDONTWRITEBYTECODE"
        } | {"PATH": f"{BIN}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, output[-5000:]
        assert "canary" not in output

    def bookmark_problems(self, *taps: str) -> list[str]:
        """Return doctor's problems with the bookmarks, which it reads from Meltano."""
        before = dict(os.environ)
        os.environ |= {"MELTANO_PROJECT_ROOT": str(self.folder), "MELTANO_ENVIRONMENT": "dev"}
        settings = read_settings(
            self.pipeline.postgres.environment() | {"ECOMMERCE_EXTRACTORS": " ".join(taps)}
        )
        try:
            with connect(settings) as connection:
                return [str(problem) for problem in bookmark_problems(connection, settings)]
        finally:
            os.environ.clear()
            os.environ.update(before)

    def states(self) -> dict[str, dict[str, Any]]:
        """Return Meltano's states by state id."""
        return {
            path.parent.name: json.loads(path.read_text())["completed"]["singer_state"]
            for path in (self.folder / "states").glob("*/state.json")
        }


@pytest.fixture(scope="module")
def shops(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    """Both shops, read and built once under the loader plugin's former name."""
    folder = tmp_path_factory.mktemp("shops")
    write_project(folder, second_shop=True, loader="target-postgres")
    (folder / "rates.csv").write_text(RATES)
    with (
        shopapp.serve_fake(a_shop("boutique", "CAD", "America/Toronto", "15.00")) as boutique,
        vendure.serve_fake(a_shop("europe", "USD", "", "24.00")) as europe,
    ):
        values = {
            **pipeline.postgres.environment(),
            "ECOMMERCE_PROJECT_DIR": ROOT,
            "ECOMMERCE_CURRENCY": "EUR",
            "ECOMMERCE_ID_FORMAT": "qualified",
            "TAP_SHOPAPP_SHOP_ID": "boutique",
            "TAP_SHOPAPP_API_URL": boutique.settings["api_url"],
            "TAP_SHOPAPP_ACCESS_TOKEN": boutique.settings["access_token"],
            "TAP_SHOPAPP__EUROPE_API_URL": europe.settings["api_url"],
            "TAP_SHOPAPP__EUROPE_ACCESS_TOKEN": europe.settings["access_token"],
            "TAP_SHOPAPP__EUROPE_CHANNEL_TOKEN": vendure.CHANNEL,
            "TAP_ECB_RATES_SOURCE": "file",
            "TAP_ECB_RATES_FILE": folder / "rates.csv",
            "MELTANO_STATE_BACKEND_URI": f"file://{folder / 'states'}",
            "DBT_TARGET_PATH": folder / "target",
            "DBT_LOG_PATH": folder / "logs",
        }
        lines = [f"{name}={value}\n" for name, value in values.items()]
        (folder / ".env").write_text("".join(lines))
        shops = Shops(folder, pipeline)
        shops.sync()
        yield shops


def test_order_has_its_shop_id_and_the_rate_of_the_shop_date(shops: Shops) -> None:
    rows = shops.pipeline.rows(
        """
        select
            "idTransaction", "idShop", "originalTotal", "originalCurrency", "Total", "Currency",
            "dtExchangeRate"::text
        from ecommerce."ECommerce_Transaction" order by 1
        """
    )

    assert [tuple(map(str, row)) for row in rows] == [
        ("boutique:103", "boutique", "30.0000000000", "CAD", "25.0000", "EUR", "2026-01-13"),
        ("boutique:106", "boutique", "30.0000000000", "CAD", "20.0000", "EUR", "2026-03-10"),
        ("boutique:109", "boutique", "30.0000000000", "CAD", "20.0000", "EUR", "2026-03-10"),
        ("europe:103", "europe", "48.0000000000", "USD", "48.0000", "EUR", "2026-01-13"),
        ("europe:106", "europe", "48.0000000000", "USD", "30.0000", "EUR", "2026-03-11"),
        ("europe:109", "europe", "48.0000000000", "USD", "30.0000", "EUR", "2026-03-11"),
    ]


def test_lines_products_and_categories_stay_in_their_shop(shops: Shops) -> None:
    lines = shops.pipeline.rows(
        """
        select "idTransaction", "idItem", "idProduct", "ProductName", "Revenue", "Currency"
        from ecommerce."ECommerce_Item" order by 1
        """
    )
    products = shops.pipeline.rows(
        """
        select "idProduct", "ProductName", "idProductCategory", "Price", "Currency"
        from ecommerce."ECommerce_Product" order by 1
        """
    )
    categories = shops.pipeline.rows(
        """
        select "idProductCategory", "idProductCategoryParent", "CategoryName", "idShop"
        from ecommerce."ECommerce_ProductCategory" order by 1
        """
    )

    assert [tuple(map(str, row)) for row in lines] == [
        ("boutique:103", "31", "boutique:1", "Product 5", "25.0000", "EUR"),
        ("boutique:106", "61", "boutique:1", "Product 3", "20.0000", "EUR"),
        ("boutique:109", "91", "boutique:1", "Product 1", "20.0000", "EUR"),
        ("europe:103", "31", "europe:1", "Product 5", "48.0000", "EUR"),
        ("europe:106", "61", "europe:1", "Product 3", "30.0000", "EUR"),
        ("europe:109", "91", "europe:1", "Product 1", "30.0000", "EUR"),
    ]
    assert [tuple(map(str, row)) for row in products] == [
        ("boutique:1", "Piece of boutique", "boutique:1", "10.0000", "EUR"),
        ("europe:1", "Piece of europe", "europe:1", "15.0000", "EUR"),
    ]
    assert categories == [
        ("boutique:1", None, "All of boutique", "boutique"),
        ("europe:1", None, "All of europe", "europe"),
    ]


def test_same_customer_id_in_two_shops_gives_two_contacts(shops: Shops) -> None:
    rows = shops.pipeline.rows(
        """
        select distinct t."idShop", t."contactMatchStatus", c.shop_id, c.customer_id
        from ecommerce."ECommerce_Transaction" as t
        inner join ecommerce.ecommerce_contacts as c on c.id_contact = t."idContact"
        order by 1
        """
    )

    assert rows == [
        ("boutique", "matched", "boutique", "1"),
        ("europe", "matched", "europe", "1"),
    ]


@dataclass
class Renamed:
    """What a rename of the loader left, and the documented copies of the states."""

    versions: dict[str, dict[str, str]]
    loaded_at: datetime
    before: dict[str, dict[str, Any]]
    problems_before: list[str]
    problems: list[str]
    copies: list[str]
    copied: dict[str, dict[str, Any]]


TAPS = ("tap-shopapp", "tap-shopapp--europe")
OLD, NEW = (
    {f"dev:{tap}-to-{loader}" for tap in TAPS}
    for loader in ("target-postgres", "target-ecommerce")
)


@pytest.fixture(scope="module")
def renamed(shops: Shops) -> Renamed:
    """The loader has its current name, and the states are copied to it."""
    versions, before = shops.pipeline.versions(), shops.states()
    [(loaded_at,)] = shops.pipeline.rows("select now() at time zone 'UTC'")
    good = shops.bookmark_problems(*TAPS)
    write_project(shops.folder, second_shop=True)
    found = shops.bookmark_problems(*TAPS)
    copies = documented_copies(*TAPS)
    for line in copies:
        shops.type(line)
    return Renamed(versions, loaded_at, before, good, found, copies, shops.states())


def test_doctor_names_the_copies_of_states_after_loader_rename(renamed: Renamed) -> None:
    found = [problem.partition("Type: ")[2] for problem in renamed.problems]

    assert renamed.problems_before == []
    assert found == renamed.copies
    assert renamed.before.keys() > OLD
    assert renamed.copied == renamed.before | {
        name: renamed.before[name.replace("target-ecommerce", "target-postgres")]
        for name in NEW
    }
    last = "2026-03-11T02:30:00.000000Z"
    for name in OLD | NEW:
        bookmark = renamed.copied[name]["bookmarks"]["transactions"]
        assert bookmark["replication_key_value"] == last


@pytest.mark.slow
def test_copied_states_keep_bookmarks_after_loader_rename(
    shops: Shops, renamed: Renamed
) -> None:
    shops.sync()

    after = shops.states()
    assert {name: after[name] for name in renamed.before} == renamed.before
    # ShopApp: the last order. Vendure: also the orders placed in the 30 days before it.
    assert shops.pipeline.rows(
        f"""
        select shop_id, transaction_id from ecommerce_raw.transactions
        where _sdc_batched_at > '{renamed.loaded_at}' order by 1, 2
        """
    ) == [("boutique", "109"), ("europe", "106"), ("europe", "109")]
    assert shops.pipeline.versions() == renamed.versions


def documented_copies(*taps: str) -> list[str]:
    """Return one command per tap that copies its state to the loader's new name."""
    page = (ROOT / "docs" / "add-to-your-project.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ (meltano state copy .+)", page, re.MULTILINE)
    [shown] = [line for line in lines if "tap-shopapp-to" in line]
    return [shown.replace("tap-shopapp-to", f"{tap}-to") for tap in taps]
