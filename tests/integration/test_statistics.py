"""Every mart of two shops' orders and messages, compared with plain Python."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import marketing
import marketing_raw
import psycopg
import pytest
from marketing import CATEGORIES, PARENTS, Credit, Oracle, Order
from marketing_sales import Sale, figure, sales
from sales_oracle import IN_NET, IN_TOTAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

T = TypeVar("T")
ORDERS, EVENTS = marketing.make()
COUNTED = [order for order in ORDERS if order.is_counted]
SALES = sales(COUNTED)
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


def ratio(part: Fraction | int, whole: Fraction | int | None, places: int) -> Decimal | None:
    """Return a quotient, rounded half away from zero; none for a divisor of zero."""
    if not whole:
        return None
    value = Fraction(part) / whole
    unit = Decimal(1).scaleb(-places)
    return (Decimal(value.numerator) / value.denominator).quantize(unit, ROUND_HALF_UP)


def by(key: Callable[[T], Any], rows: Iterable[T]) -> dict[Any, list[T]]:
    groups: dict[Any, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


HISTORIES = {
    buyer: sorted(orders, key=lambda order: (order.ordered, order.id))
    for buyer, orders in by(lambda order: order.buyer_key, COUNTED).items()
    if buyer
}
PLACES = {
    order.id: place
    for orders in HISTORIES.values()
    for place, order in enumerate(orders, start=1)
}
OF_ORDERS = by(lambda sale: sale.order.id, SALES)
UNITS = "unit_count, sold_unit_count, returned_unit_count"
GOODS = "gross_amount, discount_amount, return_amount, rounding_amount, net_amount"
LEFT = "projected_revenue_amount, realised_revenue_amount"
SUMS = f"""order_count, cancelled_order_count, unconverted_order_count, first_order_count,
    repeat_order_count, buyer_count, {UNITS}, {GOODS}, shipping_amount, tax_amount,
    total_amount, {LEFT}, average_order_amount, items_per_order, return_rate"""


def rows_of(orders: Iterable[Order]) -> list[Sale]:
    return [sale for order in orders for sale in OF_ORDERS[order.id]]


def units(rows: list[Sale]) -> tuple[Fraction, ...]:
    """Return the expected values of UNITS."""
    sold = sum((sale.units for sale in rows if sale.event == "sale"), Fraction(0))
    returned = -sum((sale.units for sale in rows if sale.event == "return"), Fraction(0))
    return sold - returned, sold, returned


def goods(rows: list[Sale]) -> tuple[Fraction, ...]:
    """Return the expected values of GOODS."""
    return (
        figure(rows, "sale"),
        -figure(rows, "discount"),
        -figure(rows, "return"),
        figure(rows, "rounding"),
        figure(rows, *IN_NET),
    )


def left(rows: list[Sale]) -> tuple[Fraction, ...]:
    """Return the expected values of LEFT, for all rows of some orders or products."""
    paid = [sale for sale in rows if sale.order.is_paid]
    return figure(rows, *IN_NET), figure(paid, *IN_NET)


def net(orders: Iterable[Order]) -> Fraction:
    return figure(rows_of(orders), *IN_NET)


def sums(orders: list[Order], rows: list[Sale] | None = None) -> tuple[Any, ...]:
    """Return the expected values of SUMS for these orders, and for rows of their own."""
    rows = rows_of(orders) if rows is None else rows
    rated = [order for order in orders if order.currency != "XTS"]
    _, sold, returned = units(rows)
    return (
        len(orders),
        sum(order.cancelled is not None for order in orders),
        len(orders) - len(rated),
        sum(PLACES.get(order.id) == 1 for order in orders),
        sum(PLACES.get(order.id, 0) > 1 for order in orders),
        len({order.buyer_key for order in orders} - {None}),
        *units(rows),
        *goods(rows),
        figure(rows, "shipping", "shipping_refund"),
        figure(rows, "tax", "tax_refund"),
        figure(rows, *IN_TOTAL),
        *left(rows_of(orders)),
        ratio(figure(rows, "sale", "discount"), len(rated), 4),
        ratio(sold, len(orders), 6),
        ratio(returned, sold, 6),
    )


def test_batch_has_enough_orders_of_every_kind() -> None:
    methods = [credit.method for credit in CREDITS.values()]
    for method in ("explicit", "utm", "click", "open", "unattributed"):
        assert methods.count(method) >= 20, method
    assert sum(len(orders) > 2 for orders in HISTORIES.values()) >= 20
    events = [(sale.event, sale.product is None) for sale in SALES if sale.original]
    for event in [("return", False), ("return", True), ("shipping_refund", True)]:
        assert events.count(event) >= 20, event
    assert sum(sale.day != sale.order.day for sale in SALES) >= 20


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


def test_days_sum_their_orders_and_events(built: Pipeline) -> None:
    found = built.rows(
        f"select id_shop, reported_on, original_currency, original_net_amount, {SUMS},"
        " open_order_count, open_amount from ecommerce.ecommerce_sales_daily"
    )
    orders = by(lambda o: (o.shop, o.day, o.currency), COUNTED)
    rows = by(lambda s: (s.order.shop, s.day, s.order.currency), SALES)
    expected = set()
    for key in {*orders, *rows}:
        opened = [order for order in orders.get(key, []) if order.is_open]
        expected.add(
            (
                *(
                    *key,
                    sum(sale.original for sale in rows.get(key, []) if sale.event in IN_NET),
                ),
                *sums(orders.get(key, []), rows.get(key, [])),
                *(len(opened), sum(order.converted(order.total) or 0 for order in opened)),
            )
        )
    assert set(found) == expected


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
    gross = figure(SALES, "sale")
    ambiguous = ORACLE.ambiguous_campaigns(CREDITS[order.id] for order in COUNTED)
    assert {"batch|5", "batch|6"} <= ambiguous
    expected = set()
    for key in keys:
        orders = groups.get(key, [])
        sent, clicked = reached(key, "sent"), reached(key, "click")
        known = key not in ambiguous
        rates = (
            ratio(len(orders), sent if known else None, 6),
            ratio(len(orders), clicked if known else None, 6),
            ratio(net(orders), sent if known else None, 4),
            ratio(figure(rows_of(orders), "sale"), gross, 6),
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


def of_products(products: Iterable[str | None], rows: list[Sale]) -> list[Sale]:
    """Return the rows of goods of some products."""
    wanted = {*products}
    return [sale for sale in rows if sale.product in wanted and sale.event in IN_NET]


def order_count(rows: list[Sale]) -> int:
    return len({sale.order.id for sale in rows if sale.event == "sale"})


def test_products_sum_their_lines(built: Pipeline) -> None:
    found = built.rows(
        f"select id_shop, id_product, order_count, {UNITS}, {GOODS}, {LEFT}, return_rate,"
        " gross_share from ecommerce.ecommerce_product_stats"
    )
    expected = set()
    for shop, rows in by(lambda s: s.order.shop, SALES).items():
        for product in (*CATEGORIES, None):
            its = of_products([product], rows)
            _, sold, returned = units(its)
            expected.add(
                (
                    *(shop, product and f"{shop}:{product}", order_count(its)),
                    *(*units(its), *goods(its), *left(its), ratio(returned, sold, 6)),
                    ratio(figure(its, "sale"), figure(rows, "sale"), 6),
                )
            )
    assert set(found) == expected


def test_products_by_day_sum_their_lines_and_events(built: Pipeline) -> None:
    found = built.rows(
        f"select id_shop, reported_on, id_product, order_count, {UNITS}, {GOODS}, {LEFT}"
        " from ecommerce.ecommerce_product_sales_daily"
    )
    of_goods = of_products([*CATEGORIES, None], SALES)
    reported = by(lambda s: (s.order.shop, s.day, s.product), of_goods)
    ordered = by(lambda s: (s.order.shop, s.order.day, s.product), of_goods)
    expected = set()
    for shop, day, product in {*reported, *ordered}:
        rows = reported.get((shop, day, product), [])
        of_orders = ordered.get((shop, day, product), [])
        expected.add(
            (
                *(shop, day, product and f"{shop}:{product}", order_count(of_orders)),
                *(*units(rows), *goods(rows), *left(of_orders)),
            )
        )
    assert set(found) == expected


def test_categories_sum_their_products(built: Pipeline) -> None:
    measures = f"order_count, {UNITS}, {GOODS}, {LEFT}"
    found = built.rows(
        f"select id_shop, id_product_category, {measures},"
        f" rolled_up_{measures.replace(', ', ', rolled_up_')},"
        " primary_gross_amount, primary_net_amount from ecommerce.ecommerce_category_stats"
    )
    below: dict[str | None, set[str]] = {
        name: {name, *(c for c in PARENTS if name in (PARENTS[c], PARENTS[PARENTS[c] or c]))}
        for name in PARENTS
    }
    expected = set()
    for shop, rows in by(lambda s: s.order.shop, SALES).items():
        for name in (*PARENTS, None):
            own = [p for p, members in CATEGORIES.items() if name in members]
            under = [
                p for p, members in CATEGORIES.items() if below.get(name, set()) & {*members}
            ]
            # Sales without a primary category have a row with null.
            first = [p for p in CATEGORIES if next(iter(CATEGORIES[p]), None) == name]
            primary = of_products([*first, *([] if name else [None])], rows)
            expected.add(
                (
                    *(shop, name and f"{shop}:{name}"),
                    *measured(of_products(own, rows)),
                    *measured(of_products(under, rows)),
                    *(figure(primary, "sale"), figure(primary, *IN_NET)),
                )
            )
    assert set(found) == expected


def measured(rows: list[Sale]) -> tuple[Any, ...]:
    return order_count(rows), *units(rows), *goods(rows), *left(rows)


def score(own: Any, values: list[Any]) -> int:
    """Return the quintile of a value; on a boundary, the outer quintile."""
    worse, equal = sum(value < own for value in values), values.count(own)
    place = 5 * Fraction(2 * worse + equal, 2 * len(values))
    edges = [0, 1, 2, 3, 4, 5]
    if place in edges:
        return int(place) if place < Fraction(5, 2) else int(place) + 1
    return sum(place > edge for edge in edges)


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
        f" {UNITS}, {GOODS}, {LEFT}, recency_score, frequency_score, monetary_score"
        " from ecommerce.ecommerce_contact_summary"
    )
    orders = by(lambda o: o.buyer_key if isinstance(o.buyer, int) else None, COUNTED)
    contacts = {buyer: HISTORIES[buyer] for buyer in orders if buyer}
    values: list[dict[str, Any]] = [
        {buyer: max(order.day for order in history) for buyer, history in contacts.items()},
        {buyer: len(history) for buyer, history in contacts.items()},
        {buyer: net(history) for buyer, history in contacts.items()},
    ]
    expected = set()
    for buyer, its in orders.items():
        scores = [score(value[buyer], [*value.values()]) if buyer else None for value in values]
        # The row without a contact has the days and shops of guests.
        of_buyers = [order for order in its if order.buyer_key]
        firsts = [order.shop for order in of_buyers if PLACES[order.id] == 1]
        days = [order.day for order in of_buyers]
        rows = rows_of(its)
        expected.add(
            (
                *(buyer, max(firsts), min(days), max(days), len(its)),
                *(*units(rows), *goods(rows), *left(rows), *scores),
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
        cumulative = Fraction(0)
        for number, current in enumerate(m for m in months if m >= first):
            active = [[o for o in h if month(o) == current] for h in histories]
            orders = [order for history in active for order in history]
            amount = net(orders)
            cumulative += amount
            expected.add(
                (
                    *(shop, first, number, len(histories), sum(map(bool, active))),
                    *(len(orders), amount, cumulative),
                )
            )
    assert set(found) == expected


def test_mart_that_is_off_by_one_fails_the_data_tests(built: Pipeline) -> None:
    amounts = {
        "sales_daily": "original_gross_amount",
        "campaign_performance": "tax_amount",
        "campaign_sales_daily": "net_amount",
        "contact_summary": "return_amount",
        "cohorts": "activity_month",  # so that no order matches its row
        "product_sales_daily": "discount_amount",
        "product_stats": "unit_count",
        "category_stats": "rolled_up_net_amount",
        "data_quality": "checked_count",
    }
    breakdowns = {
        "sales_daily": "rounding_amount",
        "campaign_performance": "projected_revenue_amount",
        "campaign_sales_daily": "realised_revenue_amount",
        "contact_summary": "fee_amount",
        "product_sales_daily": "rounding_amount",
        "product_stats": "realised_revenue_amount",
        "category_stats": "primary_net_amount",
    }

    def add(amount: int) -> None:
        for mart, column in (*amounts.items(), *breakdowns.items()):
            built.rows(
                f"update ecommerce.ecommerce_{mart} set {column} = {column} + {amount}"
                " returning 1"
            )

    add(1)
    try:
        with pytest.raises(AssertionError, match="sum_to_the_ledger"):
            built.dbt("test", "--select", "path:tests/dbt", "--store-failures")
    finally:
        add(-1)

    audit = "ecommerce_dbt_test__audit.ecommerce"
    found = built.rows(
        f"select mart from {audit}_order_marts_sum_to_the_ledger"
        f" union select mart from {audit}_product_marts_sum_to_the_ledger"
        f" union select mart from {audit}_sales_sum_to_the_ledger"
        f" union select 'ecommerce_data_quality' from {audit}_quality_counts_the_transactions"
    )
    assert {mart for (mart,) in found} == {f"ecommerce_{mart}" for mart in amounts}
    unequal = built.rows(f"select mart from {audit}_breakdowns_have_equal_sums")
    assert {mart for (mart,) in unequal} == {f"ecommerce_{mart}" for mart in breakdowns}
    without_a_row = built.rows(
        f"select distinct mart from {audit}_order_marts_sum_to_the_ledger where row_count = 0"
    )
    assert without_a_row == [("ecommerce_cohorts",)]


def test_ledger_that_is_off_by_one_fails_the_data_tests(built: Pipeline) -> None:
    refunded = [order.id for order in COUNTED if order.refund and not order.cancelled]
    columns = dict(zip(["amount", "original_amount"], refunded, strict=False))

    def add(amount: int) -> None:
        for column, name in columns.items():
            built.rows(
                f"update ecommerce.ecommerce_sales_ledger set {column} = {column} + {amount}"
                f" where id_transaction = '{name}' and event = 'shipping' returning 1"
            )

    add(1)
    try:
        with pytest.raises(AssertionError, match="ledger_sums_to_the_tables"):
            built.dbt("test", "-s", "ecommerce_ledger_sums_to_the_tables", "--store-failures")
    finally:
        add(-1)

    audit = "ecommerce_dbt_test__audit.ecommerce_ledger_sums_to_the_tables"
    found = built.rows(f"select id_transaction, part from {audit}")
    assert set(found) == {(name, "order") for name in columns.values()}


def month(order: Order) -> date:
    return order.day.replace(day=1)
