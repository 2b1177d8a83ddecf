"""The seeds list every published status, and agree with the taps."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from shop_fakes import adobe_commerce_rows, shopify_rows, vendure_rows, woocommerce_rows
from shop_fakes.shopify_schema import VERSIONS, load, require_schemas
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.applications.adobe_commerce.orders import (
    normalize_order as normalize_adobe_commerce,
)
from tap_shopapp.applications.prestashop.statuses import (
    NAMED,
    STATUSES,
    financial_status,
    read_state,
)
from tap_shopapp.applications.shopify.orders import normalize_order as normalize_shopify
from tap_shopapp.applications.vendure.orders import normalize_order as normalize_vendure
from tap_shopapp.applications.woocommerce.orders import normalize_order as normalize_woocommerce
from tap_shopapp.pages import Page
from tap_shopapp.records.money import minor_units
from tap_shopapp.records.normalize import NormalizedRecord, add
from tap_shopapp.records.readers import FINANCIAL_STATUS_VOCABULARY
from tap_shopapp.records.values import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLEnumType

ROOT = Path(__file__).parents[1]

# OrderStatus::get_all() in plugins/woocommerce/src/Enums/OrderStatus.php of
# woocommerce/woocommerce at 0911046beb8fba46e28a44728314f9aa8f1c8d7d.
WOOCOMMERCE = (
    *("pending", "failed", "on-hold", "completed", "processing", "refunded", "cancelled"),
    *("trash", "new", "auto-draft", "draft", "checkout-draft", "ready-for-pickup"),
)
# WooCommerce's reports exclude these statuses by default: the option
# woocommerce_excluded_report_order_statuses, auto-draft and trash in
# plugins/woocommerce/src/Admin/API/Reports/DataStore.php at
# f92e383a09a69cb7ca695f55de535ba436e83150, and checkout-draft in
# plugins/woocommerce/src/Blocks/Domain/Services/DraftOrders.php at
# 76182fec08d7b48b80d096a3318c0709ae7cdae0.
EXCLUDED_BY_WOOCOMMERCE = {
    *("pending", "failed", "cancelled"),
    *("auto-draft", "trash", "checkout-draft"),
}
# PrestaShop's sales are those of orders in a state with the flag logable: getTotalSales() in
# controllers/admin/AdminStatsController.php of PrestaShop/PrestaShop at
# 00041d5c59f9a23054b4df23919c44458e45b84f. A new shop of release 9.1.4 has these states:
# setting that names the state, flags paid and logable, status in the words of the tap.
PRESTASHOP = {
    "Awaiting check payment": ("", "0", "0", "awaiting_payment"),
    "Payment accepted": ("", "1", "1", "paid"),
    "Canceled": ("PS_OS_CANCELED", "0", "0", "canceled"),
    "Refunded": ("PS_OS_REFUND", "0", "0", "refunded"),
    "Payment error": ("PS_OS_ERROR", "0", "0", "payment_error"),
    "On backorder (paid)": ("", "1", "0", "paid_not_logable"),
    "a state of the merchant": ("", "0", "1", "logable_not_paid"),
}
# OrderState in packages/core/src/service/helpers/order-state-machine/order-state.ts of
# vendure-ecommerce/vendure at 7b2daa6217bc9150543beaa162f6d11ecfe94285.
VENDURE = (
    *("Created", "Draft", "AddingItems", "Cancelled", "ArrangingPayment"),
    *("PaymentAuthorized", "PaymentSettled", "PartiallyShipped", "Shipped"),
    *("PartiallyDelivered", "Delivered", "Modifying", "ArrangingAdditionalPayment"),
)
# STATE_* in app/code/Magento/Sales/Model/Order.php of magento/magento2.
ADOBE_COMMERCE = (
    *("new", "pending_payment", "payment_review", "holded", "canceled"),
    *("processing", "complete", "closed"),
)
# The report of orders leaves these states out, and subtracts what was cancelled:
# app/code/Magento/Sales/Model/ResourceModel/Report/Order/Createdat.php of magento/magento2 at
# 142340d0bc55d26e742bc519a0dd1ea6cb7c20a5.
EXCLUDED_BY_ADOBE_COMMERCE = {"new", "pending_payment", "canceled"}
# Payments that Vendure's default order process requires in a state, of a total of 10.00:
# packages/core/src/config/order/default-order-process.ts at
# 798fb903c4d509daa835b1bf34993605ad36f772. In every other state, 10.00 is settled.
PAYMENTS: Mapping[str, tuple[tuple[str, int], ...]] = {
    **dict.fromkeys(("Created", "Draft", "AddingItems", "ArrangingPayment", "Cancelled"), ()),
    "PaymentAuthorized": (("Authorized", 1000),),
    "ArrangingAdditionalPayment": (("Settled", 600),),
}


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed."""
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def statuses(application: str) -> dict[str, dict[str, str]]:
    """Return the rows of an application by status."""
    rows = [row for row in seed("ecommerce_statuses") if row["application"] == application]
    found = {row["status_raw"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def read(normalized: NormalizedRecord) -> tuple[str, str]:
    """Return both financial statuses of an order, as the tap writes them."""
    page = Page()
    add("transactions", normalized, page)
    [order] = page.records
    return order["financial_status_raw"], order["financial_status"]


def vendure_order(state: str) -> dict[str, Any]:
    """Return an order with the payments that its state requires."""
    [payment] = vendure_rows.an_order()["payments"]
    total = 0 if state == "Cancelled" else 1000
    return vendure_rows.an_order(
        state=state,
        total=total,
        totalWithTax=total,
        payments=[
            {**payment, "id": str(place), "state": its_state, "amount": amount}
            for place, (its_state, amount) in enumerate(
                PAYMENTS.get(state, (("Settled", 1000),))
            )
        ],
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_seed_lists_each_status_of_shopifys_schema(version: str) -> None:
    require_schemas()
    published: GraphQLEnumType = load(version).schema.type_map["OrderDisplayFinancialStatus"]  # type: ignore[assignment]

    assert set(statuses("shopify")) == set(published.values)


def test_seed_lists_each_status_of_woocommerce() -> None:
    assert set(statuses("woocommerce")) == set(WOOCOMMERCE)


def test_statuses_that_woocommerce_reports_exclude_are_void() -> None:
    rows = statuses("woocommerce")

    assert {rows[status]["counts_as"] for status in EXCLUDED_BY_WOOCOMMERCE} == {"void"}
    assert {rows[status]["is_open"] for status in EXCLUDED_BY_WOOCOMMERCE} == {"false"}


def test_seed_lists_each_state_of_adobe_commerce() -> None:
    assert set(statuses("adobe_commerce")) == set(ADOBE_COMMERCE)


def test_states_that_adobe_commerces_report_excludes_are_void() -> None:
    rows = statuses("adobe_commerce")

    void = {state for state, row in rows.items() if row["counts_as"] == "void"}
    assert void == EXCLUDED_BY_ADOBE_COMMERCE


@pytest.mark.parametrize("state", ADOBE_COMMERCE)
def test_financial_status_of_adobe_commerce_agrees_with_the_seed(state: str) -> None:
    paid = 12 if state in {"processing", "complete", "closed"} else None
    order = adobe_commerce_rows.order(
        1, state=state, total_paid=paid, total_refunded=12 if state == "closed" else None
    )

    expected = statuses("adobe_commerce")[state]["financial_status"]
    assert read(normalize_adobe_commerce({})(order)) == (state, expected)


def test_seed_lists_each_state_of_vendure() -> None:
    assert set(statuses("vendure")) == set(VENDURE)


def test_seed_lists_each_status_of_prestashop() -> None:
    assert set(statuses("prestashop")) == set(STATUSES)


@pytest.mark.parametrize("name", PRESTASHOP)
def test_status_of_prestashop_follows_flags_and_settings(name: str) -> None:
    setting, paid, logable, expected = PRESTASHOP[name]
    named = {"17": NAMED[setting]} if setting else {}
    raw = {"id": 17, "paid": paid, "logable": logable, "name": name}

    word = read_state(raw, named, "1").word

    row = statuses("prestashop")[expected]
    assert word == expected
    assert row["counts_as"] == ("sale" if logable == "1" else "void")
    received = "10" if paid == "1" else "0"
    status = financial_status(word, whole="10", paid=received, refunded="0")
    assert status == row["financial_status"]


def test_seed_lists_each_status_of_the_contract_as_default() -> None:
    rows = statuses("any")

    assert set(rows) == FINANCIAL_STATUS_VOCABULARY | {"unknown"}
    assert {status: row["financial_status"] for status, row in rows.items()} == {
        status: status for status in rows
    }


@pytest.mark.parametrize("status", sorted(statuses("shopify")))
def test_financial_status_of_shopify_agrees_with_the_seed(status: str) -> None:
    order = shopify_rows.order(1, "10.00", displayFinancialStatus=status)

    expected = statuses("shopify")[status]["financial_status"]
    assert read(normalize_shopify(order)) == (status, expected)


@pytest.mark.parametrize("status", WOOCOMMERCE)
def test_financial_status_of_woocommerce_agrees_with_the_seed(status: str) -> None:
    order = woocommerce_rows.order(1, status=status)

    expected = statuses("woocommerce")[status]["financial_status"]
    assert read(normalize_woocommerce({})(order)) == (status, expected)


@pytest.mark.parametrize("state", VENDURE)
def test_financial_status_of_vendure_agrees_with_the_seed(state: str) -> None:
    expected = statuses("vendure")[state]["financial_status"]
    assert read(normalize_vendure(vendure_order(state), minor_units(2))) == (state, expected)


def test_seeds_have_rows_of_existing_applications_only() -> None:
    rules = [row["application"] for row in seed("ecommerce_report_rules")]
    assert sorted(rules) == sorted(["any", *APPLICATIONS])

    found = {row["application"] for row in seed("ecommerce_statuses")}
    assert found <= {"any", *APPLICATIONS}


def test_taps_and_dbt_compare_statuses_the_same_way() -> None:
    """The unit test of ecommerce_status_key has the cases."""
    path = ROOT / "tests/primitives/models/keys/_keys.yml"
    tests = {its["name"]: its for its in yaml.safe_load(path.read_text())["unit_tests"]}
    its = tests["status_key_ignores_case_spaces_hyphens_and_underscores"]
    values = {row["name"]: row["value"] for row in its["given"][0]["rows"]}
    keys = {
        row["name"]: row["status_key"] for row in its["expect"]["rows"] if row["status_key"]
    }

    assert len(keys) >= 8
    assert {name: word(values[name], frozenset((key,))) for name, key in keys.items()} == keys
