"""Every amount of many odd orders, against Python's decimal written from the rules alone.

hypothesis draws the orders and the rates, gaps and all; they are loaded as one batch and built
once. What is right is worked out here from the design's words, without a look at the SQL.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import raw
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

EXACT = Context(prec=120)
CENT = Decimal("0.01")
REFUNDED = Decimal("0.37")  # of a line, what one of it cost
FIRST = date(2025, 3, 1)
DAYS = 60
ZONE = ZoneInfo("America/Toronto")
PUBLISHED = ("CAD", "USD", "JPY", "GBP")
# Of the treaties: units per euro, and from when on (Council Regulations 2866/98 and 2022/1208).
FIXED = {"EUR": Decimal(1), "DEM": Decimal("1.95583"), "HRK": Decimal("7.53450")}
CUSTOM = [  # currency, base, units per unit of base, from, to
    ("KWD", "EUR", Decimal("0.3391"), date(2025, 3, 1), date(2025, 3, 20)),
    ("KWD", "CAD", Decimal("0.2263"), date(2025, 3, 25), date(2025, 4, 10)),
    ("GBP", "EUR", Decimal("0.8"), date(2025, 4, 1), date(2025, 4, 3)),
]
AMOUNTS = (
    "gross_amount",
    "discount_amount",
    "shipping_amount",
    "shipping_tax_amount",
    "tax_amount",
    "adjustment_amount",
    "total_amount",
    "refunded_amount",
)

# Ties and their neighbours, nothing, less than nothing, a fortune, and a hair.
amounts = st.one_of(
    st.decimals(min_value=-1000, max_value=100_000, places=2),
    st.decimals(min_value=0, max_value=1000, places=6),
    st.integers(min_value=0, max_value=9999).map(lambda n: Decimal(n) + Decimal("0.005")),
    st.sampled_from([Decimal(0), Decimal("0.004999999999"), Decimal("1234567890123.45")]),
)
moments = st.integers(min_value=0, max_value=DAYS * 24 * 4 - 1).map(
    lambda quarters: (
        datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=timezone.utc)
        + timedelta(minutes=15 * quarters)
    )
)
lines = st.lists(
    st.tuples(
        st.integers(min_value=1, max_value=5).map(Decimal),
        st.decimals(min_value=0, max_value=5000, places=3),
        st.decimals(min_value=0, max_value=3, places=2),
        st.decimals(min_value=0, max_value=900, places=3),
    ),
    min_size=1,
    max_size=5,
)
orders = st.fixed_dictionaries(
    {
        "currency": st.sampled_from([*PUBLISHED, *FIXED, "KWD", "XTS", "ZZZ"]),
        "created": moments,
        "lines": lines,
        "order_discount": st.decimals(min_value=0, max_value=9, places=2),
        "shipping": amounts,
        "shipping_tax": st.decimals(min_value=0, max_value=50, places=4),
        "adjustment": amounts,
        "refunds": st.lists(st.decimals(min_value=0, max_value=999, places=3), max_size=4),
        "shop_money": st.booleans(),
    }
)


def draw(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Return what hypothesis draws, the same every time."""
    drawn: list[Any] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    collect()
    return drawn


@dataclass(frozen=True)
class Side:
    """What a currency was worth on a day, and where that is known from."""

    rate: Decimal
    base: str
    published_on: date | None
    status: str


Rates = dict[str, dict[date, Decimal]]


def side(rates: Rates, currency: str, day: date) -> Side | None:
    """Custom before fixed before the bank's, carried forward by seven days at most."""
    for code, base, rate, since, until in CUSTOM:
        if code == currency and since <= day <= until:
            return Side(rate, base, since, "custom")
    if currency in FIXED:
        return Side(FIXED[currency], "EUR", None, "fixed")
    for age in range(8):
        published = day - timedelta(days=age)
        found = rates.get(currency, {}).get(published)
        if found:
            return Side(found, "EUR", published, "carried" if age else "exact")
    return None


def expected(rates: Rates, order: dict[str, Any]) -> dict[str, Any]:
    """Return rate, date and status of an order, and its amounts in dollars."""
    day = order["created"].astimezone(ZONE).date()
    currency, stated = order["currency"], order["amounts"]
    if currency == "ZZZ":
        return {"status": "unknown_currency", **dict.fromkeys(AMOUNTS)}
    if currency == "CAD":
        return {"status": "identity"} | {n: cents(a) for n, a in stated.items()}
    if order["shop_money"]:
        return {"status": "shop"} | {n: cents(a * 2) for n, a in stated.items()}
    own = side(rates, currency, day)
    dollar = Side(Decimal(1), "CAD", None, "fixed")
    if own and own.base == "EUR":
        dollar = side(rates, "CAD", day)  # type: ignore[assignment]
    if own is None or dollar is None:
        return {"status": "missing_rate", **dict.fromkeys(AMOUNTS)}
    known = [s.published_on for s in (own, dollar) if s.published_on]
    weaker = ("custom", "carried", "exact", "fixed")
    return {
        "status": next(status for status in weaker if status in {own.status, dollar.status}),
        "date": min(known, default=day),
        "from": own.rate,
        "to": dollar.rate,
        **{n: converted(a, own.rate, dollar.rate) for n, a in stated.items()},
    }


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP, EXACT)


def converted(amount: Decimal, rate_from: Decimal, rate_to: Decimal) -> Decimal:
    product = EXACT.multiply(amount, rate_to)
    return cents(EXACT.divide(product, rate_from))


def shares(stated: list[Decimal], right: dict[str, Any]) -> list[Decimal]:
    """Cut every line to the cent; the cents that are missing go to those that lost most."""
    rate_from, rate_to = right["from"], right["to"]
    exact = [EXACT.divide(EXACT.multiply(amount, rate_to), rate_from) for amount in stated]
    cut = [amount.quantize(CENT, ROUND_FLOOR, EXACT) for amount in exact]
    whole = converted(sum(stated, Decimal(0)), rate_from, rate_to)
    missing = int((whole - sum(cut, Decimal(0))) / CENT)
    first = sorted(range(len(cut)), key=lambda place: (cut[place] - exact[place], place))
    return [
        amount + CENT if place in first[:missing] else amount
        for place, amount in enumerate(cut)
    ]


def with_amounts(order: dict[str, Any], number: int) -> dict[str, Any]:
    """Add an order's amounts, which add up, and its id."""
    gross = sum((q * p for q, p, _, _ in order["lines"]), Decimal(0))
    discount = sum((d for _, _, d, _ in order["lines"]), order["order_discount"])
    tax = sum((t for _, _, _, t in order["lines"]), order["shipping_tax"])
    stated = {
        "gross_amount": gross,
        "discount_amount": discount,
        "shipping_amount": order["shipping"],
        "shipping_tax_amount": order["shipping_tax"],
        "tax_amount": tax,
        "adjustment_amount": order["adjustment"],
        "total_amount": gross - discount + order["shipping"] + tax + order["adjustment"],
        "refunded_amount": sum(order["refunds"], Decimal(0)),
    }
    return {**order, "id": str(number), "amounts": stated}


def as_sent(order: dict[str, Any]) -> dict[str, Any]:
    """Return an order as the ShopApp API would send it."""
    created = order["created"].strftime("%Y-%m-%dT%H:%M:%SZ")
    stated = {name: f"{amount:f}" for name, amount in order["amounts"].items()}
    doubled = {name: f"{amount * 2:f}" for name, amount in order["amounts"].items()}
    return {
        "id": order["id"],
        "updated_at": created,
        "created_at": created,
        "currency": order["currency"],
        **stated,
        "shop_money": {"currency": "CAD", **doubled} if order["shop_money"] else None,
        "items": [
            {
                "id": str(place),
                "product_id": "p",
                "quantity": f"{quantity:f}",
                "unit_price_amount": f"{price:f}",
                "discount_amount": f"{discount:f}",
                "tax_amount": f"{tax:f}",
                "refunded_amount": f"{price * REFUNDED:f}",
            }
            for place, (quantity, price, discount, tax) in enumerate(order["lines"])
        ],
        "refunds": [
            {"id": str(place), "amount": f"{amount:f}", "created_at": later(order, place)}
            for place, amount in enumerate(order["refunds"])
        ],
    }


def cut(rate: Decimal) -> Decimal:
    """Return a rate with the six decimals that banks publish at most."""
    return rate.quantize(Decimal("0.000001"))


def later(order: dict[str, Any], place: int) -> str:
    """Return when a refund was made: days later, when rates are others, one by one."""
    refunded = order["created"] + timedelta(days=4 * place + 3)
    return f"{refunded:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(scope="module")
def batch() -> tuple[Rates, dict[str, dict[str, Any]]]:
    """What hypothesis drew: rates with gaps of any length, and orders by id."""
    days = st.lists(
        st.integers(min_value=0, max_value=DAYS), min_size=8, max_size=14, unique=True
    )
    rate = st.decimals(min_value=Decimal("0.000101"), max_value=20000, places=6)
    rates: Rates = {}
    drawn = draw(st.tuples(days, rate), 40)[20:]
    for number, (currency, (offsets, first)) in enumerate(zip(PUBLISHED, drawn, strict=False)):
        # What hypothesis draws is alike: no two currencies are to have one rate.
        level = first + Decimal(number**3) / 7
        rates[currency] = {
            FIRST + timedelta(days=offset): cut(level + Decimal(offset) / 1000)
            for offset in offsets
        }
    drawn_orders = [with_amounts(order, n) for n, order in enumerate(draw(orders, 1500))]
    return rates, {order["id"]: order for order in drawn_orders}


@pytest.fixture(scope="module")
def built(pipeline: Pipeline, batch: tuple[Rates, dict[str, dict[str, Any]]]) -> Pipeline:
    rates, by_id = batch
    page = Page()
    for order in by_id.values():
        normalize.add("transactions", normalize.NormalizedRecord(as_sent(order)), page)
    loads: dict[str, list[dict[str, Any]]] = {
        "shops": [{"currency": "CAD", "time_zone": "America/Toronto"}],
        "transactions": page.records,
        **page.embedded,
    }
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        connection.execute(
            "create table public.custom_rates (currency text, base_currency text,"
            " rate numeric, valid_from date, valid_to date)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into public.custom_rates values (%s, %s, %s, %s, %s)", CUSTOM
            )
        now = datetime.now(timezone.utc)
        for stream, loaded in loads.items():
            raw.load(connection, stream, [{**r, "shop_id": "s"} for r in loaded], now)
        published = [
            {"base_currency": "EUR", "currency": code, "rate_on": day, "rate": f"{rate:f}"}
            for code, by_day in rates.items()
            for day, rate in by_day.items()
        ]
        raw.load(connection, "exchange_rates", published, now)
    pipeline.settings["ECOMMERCE_CUSTOM_RATES_RELATION"] = "public.custom_rates"
    pipeline.build()
    return pipeline


def test_every_order_has_the_amounts_rate_and_status_of_the_rules(
    built: Pipeline, batch: tuple[Rates, dict[str, dict[str, Any]]]
) -> None:
    rates, by_id = batch
    rows = built.rows(
        """
        select "idTransaction", "exchangeRateStatus", "dtExchangeRate", "exchangeRateFrom",
            "exchangeRateTo", "Revenue", "Discount", "Shipping", "ShippingTax", "Tax",
            "Adjustment", "Total", "Refund"
        from ecommerce."ECommerce_Transaction"
        """
    )
    wrong = []
    statuses: Counter[str] = Counter()
    for order_id, status, rated_on, rate_from, rate_to, *found in rows:
        order = by_id[order_id]
        right = expected(rates, order)
        statuses[status] += 1
        is_rated = "from" not in right or (
            (rated_on, rate_from, rate_to) == (right["date"], right["from"], right["to"])
        )
        if status != right["status"] or not is_rated or found != [right[n] for n in AMOUNTS]:
            wrong.append((len(str(order)), order, right, status, rated_on, found))

    assert not wrong, f"{len(wrong)} wrong, the smallest: {min(wrong, key=lambda w: w[0])}"
    assert len(rows) == len(by_id)
    # The batch has enough of everything.
    assert min(statuses.values()) >= 10
    assert {*statuses} == {
        *("identity", "shop", "custom", "fixed", "exact", "carried"),
        *("missing_rate", "unknown_currency"),
    } - {"fixed"}  # the dollar side is never fixed


def test_lines_share_their_orders_amounts_to_the_cent(
    built: Pipeline, batch: tuple[Rates, dict[str, dict[str, Any]]]
) -> None:
    rates, by_id = batch
    by_order: dict[str, list[Any]] = {}
    for order_id, _, *amounts_of_line in built.rows(
        'select "idTransaction", "idItem"::int, "Revenue", "Discount", "Tax", "Refund"'
        ' from ecommerce."ECommerce_Item" order by 1, 2'
    ):
        by_order.setdefault(order_id, []).append(tuple(amounts_of_line))
    checked = 0
    for order_id, found in by_order.items():
        order = by_id[order_id]
        right = expected(rates, order)
        if right["gross_amount"] is None:
            assert found == [(None, None, None, None)] * len(order["lines"])
            continue
        checked += 1
        revenue, discount, tax, refund = (list(column) for column in zip(*found, strict=True))
        assert sum(revenue) == right["gross_amount"], order
        assert sum(discount) == right["discount_amount"], order
        assert sum(tax) == right["tax_amount"] - right["shipping_tax_amount"], order
        if "from" in right:
            assert revenue == shares([q * p for q, p, _, _ in order["lines"]], right), order
            paid_back = [p * REFUNDED for _, p, _, _ in order["lines"]]
            assert refund == shares(paid_back, right), order
    assert checked > 500


def test_each_refund_is_at_its_orders_rate_and_the_last_takes_the_rest(
    built: Pipeline, batch: tuple[Rates, dict[str, dict[str, Any]]]
) -> None:
    rates, by_id = batch
    found: dict[str, list[Decimal | None]] = {}
    for order_id, amount in built.rows(
        "select id_transaction, amount from ecommerce.ecommerce_refunds"
        " order by id_transaction, id_refund::int"
    ):
        found.setdefault(order_id, []).append(amount)
    checked = 0
    for order_id, order in by_id.items():
        right = expected(rates, order)
        whole = right["refunded_amount"]
        if not order["refunds"]:
            assert order_id not in found
        elif whole is None:
            assert found[order_id] == [None] * len(order["refunds"])
        else:
            *others, last = found[order_id]
            if "from" in right:
                assert others == [
                    converted(amount, right["from"], right["to"])
                    for amount in order["refunds"][:-1]
                ], order
            assert last == whole - sum((amount or 0 for amount in others), Decimal(0)), order
            checked += len(others) > 0
    assert checked > 200
