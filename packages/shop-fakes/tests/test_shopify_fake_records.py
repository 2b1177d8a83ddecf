"""The fake of Shopify's API answers the records of a shop as Shopify does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shop_fakes.logical_shop import make_shop
from shop_fakes.shopify import TOKEN, ShopifyServer
from shop_fakes.shopify_schema import require_schemas
from werkzeug import Request
from werkzeug.test import EnvironBuilder

BAG = "{ presentmentMoney { amount currencyCode } shopMoney { amount currencyCode } }"


@pytest.fixture
def server() -> ShopifyServer:
    require_schemas()
    return ShopifyServer(make_shop())


def ask(server: ShopifyServer, query: str) -> Any:
    builder = EnvironBuilder(
        "/admin/api/2026-10/graphql.json",
        method="POST",
        json={"query": query},
        headers=[("X-Shopify-Access-Token", TOKEN)],
    )
    answer = json.loads(server.answer(Request(builder.get_environ())).get_data())
    assert "errors" not in answer
    return answer["data"]


def order(server: ShopifyServer, number: int, fields: str) -> Any:
    query = f'{{ node(id: "gid://shopify/Order/{number}") {{ ... on Order {{ {fields} }} }} }}'
    return ask(server, query)["node"]


def amounts(bag: dict[str, Any]) -> list[str]:
    return [f"{bag[side]['amount']} {bag[side]['currencyCode']}" for side in sorted(bag)]


def test_amounts_are_in_buyer_and_shop_currency(server: ShopifyServer) -> None:
    """Order 101: 2 × 1003 and 2 × 1004 yen, each line 100 off and 90 tax; shipping 500 + 50."""
    fields = f"""currencyCode presentmentCurrencyCode totalPriceSet {BAG} totalTaxSet {BAG}
      totalReceivedSet {BAG} currentTotalPriceSet {BAG} totalRefundedSet {BAG}"""

    found = order(server, 101, fields)

    assert (found["currencyCode"], found["presentmentCurrencyCode"]) == ("CAD", "JPY")
    # 4014 − 200 + 500 + 230 yen; one yen is 0.0095 dollars.
    assert amounts(found["totalPriceSet"]) == ["4544.0 JPY", "43.17 CAD"]
    assert amounts(found["totalTaxSet"]) == ["230.0 JPY", "2.19 CAD"]
    assert found["currentTotalPriceSet"] == found["totalReceivedSet"] == found["totalPriceSet"]
    assert amounts(found["totalRefundedSet"]) == ["0.0 JPY", "0.0 CAD"]


def test_line_has_taxes_and_discounts_in_parts(server: ShopifyServer) -> None:
    fields = f"""lineItems(first: 1) {{ nodes {{
      quantity originalUnitPriceSet {BAG} taxLines {{ priceSet {BAG} }}
      discountAllocations {{ allocatedAmountSet {BAG} }} }} }}"""

    [line] = order(server, 103, fields)["lineItems"]["nodes"]

    # 2 × 10.05 dollars, 1.00 off, and 0.90 tax.
    assert line["quantity"] == 2
    assert amounts(line["originalUnitPriceSet"])[0] == "10.05 CAD"
    assert [amounts(part["priceSet"])[0] for part in line["taxLines"]] == ["0.45 CAD"] * 2
    discounts = [amounts(part["allocatedAmountSet"])[0] for part in line["discountAllocations"]]
    assert discounts == ["0.5 CAD"] * 2


def test_prices_with_tax_include_it_in_all_amounts(
    server: ShopifyServer,
) -> None:
    """One piece at 100.00 before 20 % tax, 10.00 off before tax; shipping 5.00 + 1.00 tax."""
    line = {
        "unit_price_amount": "100.00",
        "quantity": "1",
        "discount_amount": "10.00",
        "tax_amount": "18.00",
    }
    shop = server.shop
    plain = shop.transactions["103"]
    amended = {
        "prices_include_tax": True,
        "items": [plain["items"][0] | line],
        "shipping_amount": "5.00",
        "shipping_tax_amount": "1.00",
    }
    shop.put("transactions", plain | amended)
    fields = f"""taxesIncluded
      shippingLines(first: 1) {{ nodes {{ discountedPriceSet {BAG} }} }}
      lineItems(first: 1) {{ nodes {{ originalUnitPriceSet {BAG}
      discountAllocations {{ allocatedAmountSet {BAG} }} }} }}"""

    found = order(server, 103, fields)

    [line] = found["lineItems"]["nodes"]
    assert found["taxesIncluded"]
    assert amounts(line["originalUnitPriceSet"])[0] == "120.0 CAD"
    discounts = [amounts(part["allocatedAmountSet"])[0] for part in line["discountAllocations"]]
    assert discounts == ["6.0 CAD", "6.0 CAD"]
    [shipping] = found["shippingLines"]["nodes"]
    assert amounts(shipping["discountedPriceSet"])[0] == "6.0 CAD"


def test_current_quantities_exclude_returns(
    server: ShopifyServer,
) -> None:
    """Order 105 has three lines of two pieces, and a refund."""
    shop = server.shop
    plain = shop.transactions["105"]
    first, second, third = plain["items"]
    lines = [
        first | {"refunded_quantity": "1", "refunded_amount": "9.51"},
        second | {"status": "cancelled"},
        third,
    ]
    shop.put("transactions", plain | {"items": lines})
    fields = """lineItems(first: 9) { nodes { quantity currentQuantity } }
      refunds { id note refundLineItems(first: 9) { nodes {
        quantity lineItem { id }
        subtotalSet { presentmentMoney { amount } } totalTaxSet { presentmentMoney { amount } }
      } } }"""

    found = order(server, 105, fields)

    quantities = [
        (node["quantity"], node["currentQuantity"]) for node in found["lineItems"]["nodes"]
    ]
    assert quantities == [(2, 1), (2, 0), (2, 2)]
    [refund] = found["refunds"]
    assert (refund["id"], refund["note"]) == ("gid://shopify/Refund/905", "Worn")
    assert refund["refundLineItems"]["nodes"] == [
        {
            "quantity": 1,
            "lineItem": {"id": "gid://shopify/LineItem/51"},
            "subtotalSet": {"presentmentMoney": {"amount": "9.51"}},
            "totalTaxSet": {"presentmentMoney": {"amount": "0.45"}},  # half of 90 cents
        }
    ]


def test_guest_has_an_email_and_no_account(server: ShopifyServer) -> None:
    assert order(server, 104, "email customer { id }") == {
        "email": "guest4@example.com",
        "customer": None,
    }


def test_journey_ends_with_the_visit_of_the_order(server: ShopifyServer) -> None:
    visit = "{ landingPage utmParameters { source medium } }"
    fields = f"customerJourneySummary {{ ready firstVisit {visit} lastVisit {visit} }}"

    journey = order(server, 102, fields)["customerJourneySummary"]

    assert journey["lastVisit"] == {
        "landingPage": "https://shop.example/?utm_source=mail&idSendLog=2",
        "utmParameters": {"source": "mail", "medium": None},
    }
    assert journey["firstVisit"]["utmParameters"] is None


def test_cancelled_order_keeps_only_its_original_total(
    server: ShopifyServer,
) -> None:
    fields = f"""displayFinancialStatus displayFulfillmentStatus cancelledAt
      totalPriceSet {BAG} currentTotalPriceSet {BAG} totalReceivedSet {BAG}"""

    found = order(server, 107, fields)

    assert found["cancelledAt"] == "2026-03-01T19:00:00Z"
    assert found["displayFinancialStatus"] == "VOIDED"
    assert found["displayFulfillmentStatus"] == "UNFULFILLED"
    assert amounts(found["totalPriceSet"])[0] == "4548.0 JPY"
    assert amounts(found["currentTotalPriceSet"])[0] == "0.0 JPY"
    assert amounts(found["totalReceivedSet"])[0] == "0.0 JPY"


def test_categories_are_a_taxonomy_and_collections(server: ShopifyServer) -> None:
    """Product 1 is in the categories 1 and 2; category 2 is a child of 1."""
    query = """{
      products(first: 1, sortKey: ID) { nodes {
        category { id parentId ancestorIds }
        collections(first: 9) { nodes { id title } }
      } }
      collections(first: 9, sortKey: ID) { nodes { id } }
      shop { allProductCategoriesList { id } }
    }"""

    found = ask(server, query)

    [product] = found["products"]["nodes"]
    one = "gid://shopify/TaxonomyCategory/1"
    assert product["category"] == {
        "id": "gid://shopify/TaxonomyCategory/2",
        "parentId": one,
        "ancestorIds": [one],
    }
    collection = {"id": "gid://shopify/Collection/9001", "title": "Category 1"}
    assert product["collections"]["nodes"] == [collection]
    assert [node["id"] for node in found["collections"]["nodes"]] == [collection["id"]]
    used = {node["id"][-1] for node in found["shop"]["allProductCategoriesList"]}
    assert used == {"1", "2", "3", "4"}
    assert server.shop.products["1"]["category_ids"] == ["2", "9001"]
    assert server.shop.categories["1"]["updated_at"] is None


def test_record_can_override_fields_of_shopify(server: ShopifyServer) -> None:
    plain = server.shop.transactions["101"]
    server.shop.put("transactions", plain | {"shopify": {"displayFinancialStatus": "EXPIRED"}})

    assert order(server, 101, "displayFinancialStatus") == {"displayFinancialStatus": "EXPIRED"}
