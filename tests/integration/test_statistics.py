"""Every mart of two shops' orders and messages, compared with plain Python."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import marketing
import marketing_raw
import psycopg
import pytest
from marketing import CATEGORIES, PARENTS, Credit, Oracle, Order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

ORDERS, EVENTS = marketing.make()
COUNTED = [order for order in ORDERS if order.is_counted]
ORACLE = Oracle(EVENTS, opens=True)
CREDITS: dict[str, Credit] = {order.id: ORACLE.credit(order) for order in ORDERS}


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    with psycopg.connect(pipeline.postgres.url) as connection:
        marketing_raw.load(connection, ORDERS, EVENTS)
        # A time without a zone is UTC, in every session.
        connection.execute(
            f"alter database {pipeline.postgres.database} set timezone to 'Asia/Kathmandu'"
        )
    pipeline.settings |= {**marketing_raw.SETTINGS, "ECOMMERCE_ATTRIBUTION_OPENS": "true"}
    # Includes the SQL tests that compare the marts with the four tables.
    pipeline.build()
    return pipeline


def total(orders: Iterable[Order], amount: Callable[[Order], Decimal]) -> Decimal:
    """Return a sum in the reporting currency, without orders that have no rate."""
    return sum((order.converted(amount(order)) or Decimal(0) for order in orders), Decimal(0))


def ratio(part: Decimal, whole: Decimal | int | None, places: int) -> Decimal | None:
    """Return a quotient, rounded half away from zero; none for a divisor of zero."""
    unit = Decimal(1).scaleb(-places)
    return (part / whole).quantize(unit, ROUND_HALF_UP) if whole else None


def valid_orders(orders: Iterable[Order]) -> list[Order]:
    return [order for order in orders if order.is_counted and order.cancelled is None]


def by(key: Callable[[Order], Any], orders: Iterable[Order]) -> dict[Any, list[Order]]:
    groups: dict[Any, list[Order]] = defaultdict(list)
    for order in orders:
        groups[key(order)].append(order)
    return groups


HISTORIES = {
    buyer: sorted(orders, key=lambda order: (order.ordered, order.id))
    for buyer, orders in by(lambda order: order.buyer_key, valid_orders(ORDERS)).items()
    if buyer
}
PLACES = {
    order.id: place
    for orders in HISTORIES.values()
    for place, order in enumerate(orders, start=1)
}
SUMS = """order_count, cancelled_order_count, unconverted_order_count, first_order_count,
    repeat_order_count, buyer_count, coalesce(unit_count, 0), coalesce(sold_unit_count, 0),
    coalesce(returned_unit_count, 0), gross_amount, discount_amount, refund_amount, net_amount,
    total_amount, projected_revenue_amount, realised_revenue_amount, average_order_amount,
    items_per_order, return_rate"""


def sums(orders: list[Order]) -> tuple[Any, ...]:
    """Return the expected values of SUMS for these orders."""
    lines = [line for order in orders for line in order.lines]
    rated = [order for order in orders if order.currency != "XTS"]
    sold = sum(max(line.quantity, 0) for line in lines)
    returned = sum(line.returned + max(-line.quantity, 0) for line in lines)
    return (
        len(orders),
        sum(order.cancelled is not None for order in orders),
        len(orders) - len(rated),
        sum(PLACES.get(order.id) == 1 for order in orders),
        sum(PLACES.get(order.id, 0) > 1 for order in orders),
        len({order.buyer_key for order in valid_orders(orders)} - {None}),
        sum(line.quantity for line in lines),
        sold,
        returned,
        total(orders, lambda o: o.gross),
        total(orders, lambda o: o.discount),
        total(orders, lambda o: o.refund),
        total(orders, lambda o: o.net),
        total(orders, lambda o: o.total),
        total(orders, lambda o: o.projected),
        total(orders, lambda o: o.realised),
        ratio(total(orders, lambda o: o.gross - o.discount), len(rated), 4),
        ratio(Decimal(sold), len(orders) if lines else None, 6),
        ratio(Decimal(returned), sold, 6),
    )


def test_batch_has_enough_orders_of_every_kind() -> None:
    methods = [credit.method for credit in CREDITS.values()]
    for method in ("explicit", "utm", "click", "open", "unattributed"):
        assert methods.count(method) >= 20, method
    assert sum(len(orders) > 2 for orders in HISTORIES.values()) >= 20


def test_every_order_is_attributed_by_the_rules(built: Pipeline) -> None:
    rows = built.rows(
        "select id_transaction, attribution_method, id_batch, id_send_log, campaign_key,"
        " touched_at, ordered_on, is_counted, buyer_order_number"
        " from ecommerce.ecommerce_transactions_enriched"
    )
    expected = {
        (
            *(order.id, credit.method, credit.batch, credit.send, credit.key, credit.at),
            *(order.day, order.is_counted, PLACES.get(order.id)),
        )
        for order in ORDERS
        for credit in [CREDITS[order.id]]
    }
    assert len(rows) == len(ORDERS)
    assert set(rows) == expected


def test_days_sum_their_orders(built: Pipeline) -> None:
    found = built.rows(
        f"select id_shop, ordered_on, original_currency, original_net_amount, {SUMS}"
        " from ecommerce.ecommerce_sales_daily"
    )
    groups = by(lambda o: (o.shop, o.day, o.currency), COUNTED)
    assert set(found) == {
        (*key, sum(order.net for order in orders), *sums(orders))
        for key, orders in groups.items()
    }


def test_campaigns_sum_their_attributed_orders(built: Pipeline) -> None:
    found = built.rows(
        f"select id_shop, ordered_on, campaign_key, {SUMS}"
        " from ecommerce.ecommerce_campaign_sales_daily"
    )
    groups = by(lambda o: (o.shop, o.day, CREDITS[o.id].key), COUNTED)
    assert set(found) == {(*key, *sums(orders)) for key, orders in groups.items()}

    rows = built.rows(
        f"select campaign_key, {SUMS}, recipient_count, clicker_count, conversion_rate,"
        " click_conversion_rate, revenue_per_recipient_amount, gross_share"
        " from ecommerce.ecommerce_campaign_performance"
    )
    groups = by(lambda o: CREDITS[o.id].key, COUNTED)
    keys = groups.keys() | {ORACLE.campaign_of(event) for event in ORACLE.events}
    gross = total(COUNTED, lambda o: o.gross)
    ambiguous = ORACLE.ambiguous_campaigns(CREDITS[order.id] for order in COUNTED)
    assert {"batch|5", "batch|6"} <= ambiguous
    expected = set()
    for key in keys:
        orders = groups.get(key, [])
        sent, clicked = reached(key, "sent"), reached(key, "click")
        known = key not in ambiguous
        rates = (
            ratio(Decimal(len(orders)), sent if known else None, 6),
            ratio(Decimal(len(orders)), clicked if known else None, 6),
            ratio(total(orders, lambda o: o.net), sent if known else None, 4),
            ratio(total(orders, lambda o: o.gross), gross, 6),
        )
        expected.add((key, *sums(orders), sent, clicked, *rates))
    assert set(rows) == expected


def reached(campaign: str, kind: str) -> int | None:
    """Return the number of contacts that received or clicked a campaign."""
    contacts = {
        marketing.survivor(event.contact)
        for event in ORACLE.events
        if event.contact and event.kind == kind and ORACLE.campaign_of(event) == campaign
    }
    return len(contacts) or None


def test_products_and_categories_sum_their_lines(built: Pipeline) -> None:
    def measures(products: set[str], orders: list[Order]) -> tuple[Any, ...]:
        count, units, gross, net = set(), 0, Decimal(0), Decimal(0)
        for order in orders:
            for line in order.lines:
                if line.product in products:
                    count.add(order.id)
                    units += line.quantity
                    gross += order.converted(line.gross) or 0
                    net += order.converted(line.gross - line.discount) or 0
        return len(count), units, gross, net

    columns = "order_count, unit_count, gross_amount, net_amount"
    shops = by(lambda o: o.shop, COUNTED)
    assert set(
        built.rows(f"select id_product, {columns} from ecommerce.ecommerce_product_stats")
    ) == {
        (f"{shop}:{product}", *measures({product}, orders))
        for shop, orders in shops.items()
        for product in CATEGORIES
    }
    days = by(lambda o: (o.shop, o.day), COUNTED)
    assert set(
        built.rows(
            f"select id_shop, ordered_on, id_product, {columns}"
            " from ecommerce.ecommerce_product_sales_daily"
        )
    ) == {
        (shop, day, f"{shop}:{product}", *measures({product}, orders))
        for (shop, day), orders in days.items()
        for product in {line.product for order in orders for line in order.lines}
    }
    rolled_up = columns.replace(", ", ", rolled_up_")
    below = {
        name: {name, *(c for c in PARENTS if name in (PARENTS[c], PARENTS[PARENTS[c] or c]))}
        for name in PARENTS
    }
    assert set(
        built.rows(
            f"select id_product_category, {columns}, rolled_up_{rolled_up}"
            " from ecommerce.ecommerce_category_stats"
        )
    ) == {
        (
            f"{shop}:{name}",
            *measures({p for p, members in CATEGORIES.items() if name in members}, orders),
            *measures(
                {p for p, members in CATEGORIES.items() if below[name] & {*members}}, orders
            ),
        )
        for shop, orders in shops.items()
        for name in PARENTS
    }


def score(own: Any, values: list[Any]) -> int:
    """Return the quintile of a value; on a boundary, the outer quintile."""
    worse, equal = sum(value < own for value in values), values.count(own)
    place = 5 * Fraction(2 * worse + equal, 2 * len(values))
    edges = [0, 1, 2, 3, 4, 5]
    if place in edges:
        return int(place) if place < Fraction(5, 2) else int(place) + 1
    return sum(place > edge for edge in edges)


def test_products_have_their_share_and_return_rate(built: Pipeline) -> None:
    found = built.rows(
        "select id_product, sold_unit_count, returned_unit_count, return_rate, gross_share"
        " from ecommerce.ecommerce_product_stats"
    )
    expected = set()
    for shop, orders in by(lambda o: o.shop, COUNTED).items():
        lines = [(order, line) for order in orders for line in order.lines]
        gross = sum(order.converted(line.gross) or 0 for order, line in lines)
        for product in CATEGORIES:
            members = [(order, line) for order, line in lines if line.product == product]
            sold = sum(max(line.quantity, 0) for _, line in members)
            returned = sum(line.returned + max(-line.quantity, 0) for _, line in members)
            share = Decimal(sum(order.converted(line.gross) or 0 for order, line in members))
            expected.add(
                (
                    *(f"{shop}:{product}", sold, returned),
                    *(ratio(Decimal(returned), sold, 6), ratio(share, Decimal(gross), 6)),
                )
            )
    assert set(found) == expected


def test_events_of_a_merged_contact_count_for_the_remaining_one(built: Pipeline) -> None:
    of_one = [event for event in ORACLE.events if event.contact in {1, 31, 32}]
    of_merged = {event.at for event in of_one if event.contact != 1 and event.kind == "click"}

    found = built.rows(
        "select id_contact, count(*) from ecommerce_staging.int_ecommerce__interactions"
        " where id_contact in (1, 31, 32) group by id_contact"
    )
    earning = built.rows(
        "select touched_at from ecommerce.ecommerce_transactions_enriched"
        " where id_contact = 1 and attribution_method = 'click'"
    )

    assert {event.contact for event in of_one} == {1, 31, 32}
    assert found == [(1, len(of_one))]
    assert of_merged & {at for (at,) in earning}


def test_contacts_are_summed_and_ties_get_one_score(built: Pipeline) -> None:
    found = built.rows(
        "select id_contact::text, id_shop, first_ordered_on, last_ordered_on, order_count,"
        " net_amount, recency_score, frequency_score, monetary_score"
        " from ecommerce.ecommerce_contact_summary"
    )
    orders = by(lambda o: o.buyer_key, [o for o in COUNTED if isinstance(o.buyer, int)])
    kept = {buyer: HISTORIES[buyer] for buyer in orders if buyer in HISTORIES}
    values: list[dict[str, Any]] = [
        {buyer: max(order.day for order in history) for buyer, history in kept.items()},
        {buyer: len(history) for buyer, history in kept.items()},
        {buyer: total(orders[buyer], lambda o: o.net) for buyer in kept},
    ]
    expected = set()
    for buyer, buyer_orders in orders.items():
        history = kept.get(buyer)
        scores = [
            score(value[buyer], [*value.values()]) if history else None for value in values
        ]
        days = [order.day for order in history or []]
        expected.add(
            (
                *(buyer, history[0].shop if history else None),
                *(min(days, default=None), max(days, default=None)),
                *(len(buyer_orders), total(buyer_orders, lambda o: o.net), *scores),
            )
        )
    assert set(found) == expected


def test_cohorts_count_returning_buyers_by_month(built: Pipeline) -> None:
    found = built.rows(
        "select id_shop, cohort_month, month_number, cohort_buyer_count, active_buyer_count,"
        " order_count, net_amount, cumulative_net_amount"
        " from ecommerce.ecommerce_cohorts"
    )
    months = sorted({month(order) for orders in HISTORIES.values() for order in orders})
    cohorts: dict[Any, list[list[Order]]] = defaultdict(list)
    for history in HISTORIES.values():
        cohorts[history[0].shop, month(history[0])].append(history)
    expected = set()
    for (shop, first), histories in cohorts.items():
        cumulative = Decimal(0)
        for number, current in enumerate(m for m in months if m >= first):
            active = [[o for o in h if month(o) == current] for h in histories]
            orders = [order for history in active for order in history]
            net = total(orders, lambda o: o.net)
            cumulative += net
            expected.add(
                (
                    *(shop, first, number, len(histories), sum(map(bool, active))),
                    *(len(orders), net, cumulative),
                )
            )
    assert set(found) == expected


def test_mart_that_is_off_by_one_fails_the_data_tests(built: Pipeline) -> None:
    amounts = {
        "sales_daily": "original_gross_amount",
        "campaign_performance": "tax_amount",
        "campaign_sales_daily": "net_amount",
        "contact_summary": "refund_amount",
        "cohorts": "activity_month",  # so that no order matches its row
        "product_sales_daily": "discount_amount",
        "product_stats": "unit_count",
        "category_stats": "rolled_up_net_amount",
        "data_quality": "checked_count",
    }

    def add(amount: int) -> None:
        for mart, column in amounts.items():
            built.rows(
                f"update ecommerce.ecommerce_{mart} set {column} = {column} + {amount}"
                " returning 1"
            )

    add(1)
    try:
        with pytest.raises(AssertionError, match="sum_to_the_tables"):
            built.dbt("test", "--select", "path:tests/dbt", "--store-failures")
    finally:
        add(-1)

    audit = "ecommerce_dbt_test__audit.ecommerce"
    found = built.rows(
        f"select mart from {audit}_order_marts_sum_to_the_tables"
        f" union select mart from {audit}_line_marts_sum_to_the_tables"
        f" union select split_part(problem, ' ', 1) from {audit}_sales_sum_to_the_transactions"
        f" union select 'ecommerce_data_quality' from {audit}_quality_counts_the_transactions"
    )
    assert {mart for (mart,) in found} == {f"ecommerce_{mart}" for mart in amounts}
    without_a_row = built.rows(
        f"select distinct mart from {audit}_order_marts_sum_to_the_tables where row_count = 0"
    )
    assert without_a_row == [("ecommerce_cohorts",)]


def month(order: Order) -> date:
    return order.day.replace(day=1)
