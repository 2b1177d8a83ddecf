"""WooCommerce: its traps, and what becomes of its words and amounts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from doubles.serving import serve_answers
from doubles.woocommerce import KEY, SECRET, WordPress
from doubles.woocommerce_records import StoredSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from shopapp_demo.shop import Record
    from tap_shopapp.errors import TapError
    from werkzeug import Request, Response

MONTREAL = ZoneInfo("America/Montreal")
PAID = "2026-03-01T12:30:00"
NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)
ABOUT = {"name": "Caf&#233; &amp; more", "home": "https://shop.example", "currency": "CAD"}


class Site:
    """A site that runs, and the tap that reads it.

    Attributes:
        stored: What it holds.
        wordpress: What it is like.
        happen: Called before each request is answered, with its number from 1.
    """

    def __init__(self, try_run: Attempt) -> None:
        self._try_run = try_run
        self.url = ""
        self.empty()

    def empty(self) -> None:
        """Take everything out of it."""
        self.stored = StoredSite(MONTREAL, ABOUT)
        self.wordpress = WordPress(self.stored, lambda: NOW)
        self.requests: list[Request] = []
        self.happen: Callable[[int], object] = lambda _: None

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        self.requests.append(request)
        self.happen(len(self.requests))
        return self.wordpress.answer(request)

    def attempt(
        self, *, state: dict[str, Any] | None = None, **settings: object
    ) -> tuple[Messages, TapError | None]:
        """Run the tap, and return how it failed, if it did."""
        config = {
            "shop_id": "s",
            "application": "woocommerce",
            "api_url": self.url,
            "consumer_key": KEY,
            "consumer_secret": SECRET,
            **settings,
        }
        return self._try_run(config, state=state)

    def extract(self, **arguments: Any) -> Messages:
        """Run the tap."""
        messages, error = self.attempt(**arguments)
        assert error is None, error
        return messages

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the queries of the requests for a path, but for the look whether it may."""
        return [
            request.args.to_dict()
            for request in self.requests
            if request.path == f"/wp-json/wc/v3{path}" and request.args.get("per_page") != "1"
        ]


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    """An empty site in Montreal."""
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site


def times(**moments: str | None) -> Record:
    """Return times as WordPress says them, given in GMT."""
    said: Record = {}
    for name, time in moments.items():
        moment = datetime.fromisoformat(f"{time}+00:00") if time else None
        local = moment.astimezone(MONTREAL).isoformat()[:19] if moment else None
        said |= {name: local, f"{name}_gmt": time}
    return said


def order(order_id: int, modified: str = "2026-03-01T12:00:00", **fields: Any) -> Record:
    """Return an order of one line, as the documentation shows orders."""
    return {
        "id": order_id,
        "parent_id": 0,
        "number": str(order_id),
        "status": "processing",
        "currency": "CAD",
        "prices_include_tax": False,
        **times(date_created="2026-03-01T11:00:00", date_modified=modified, date_paid=None),
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "shipping_total": "0.00",
        "shipping_tax": "0.00",
        "cart_tax": "0.00",
        "total": "20.00",
        "total_tax": "0.00",
        "customer_id": 0,
        "billing": {"email": "ann@example.com", "country": "CA"},
        "shipping": {"country": ""},
        "payment_method": "bacs",
        "created_via": "checkout",
        "meta_data": [],
        "line_items": [line()],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        **fields,
    }


def line(line_id: int = 1, **fields: Any) -> Record:
    """Return a line of an order."""
    return {
        "id": line_id,
        "name": "Woo Album",
        "product_id": 87,
        "variation_id": 0,
        "quantity": 2,
        "subtotal": "20.00",
        "subtotal_tax": "0.00",
        "total": "20.00",
        "total_tax": "0.00",
        "sku": "",
        "price": 10.000000000000002,
        "meta_data": [],
        **fields,
    }


def product(product_id: int = 7, **fields: Any) -> Record:
    """Return a product."""
    return {
        "id": product_id,
        "name": "Hat",
        "type": "simple",
        "status": "publish",
        "description": "",
        "sku": "",
        "price": "20.50",
        "permalink": "https://shop.example/hat",
        "images": [{"src": "https://shop.example/hat.png"}],
        "categories": [{"id": 3, "name": "Hats"}],
        "variations": [],
        **times(date_created="2026-03-01T11:00:00", date_modified="2026-03-01T12:00:00"),
        **fields,
    }


def meta(**values: object) -> list[Record]:
    return [{"id": 1, "key": name, "value": value} for name, value in values.items()]


def test_times_are_asked_for_in_gmt_a_second_early_and_never_with_a_z(site: Site) -> None:
    site.stored.orders = [order(1, "2026-03-01T12:00:00"), order(2, "2026-03-02T12:00:00")]
    first = site.extract()
    site.requests.clear()

    second = site.extract(state=first.state, lookback_seconds=0)

    # The bookmark's own second is read again: what is strictly later than the one before it.
    assert second.ids() == ["2"]
    assert {query["status"]: query for query in site.asked("/orders")} == {
        status: {
            "status": status,
            "modified_after": "2026-03-02T11:59:59",
            "modified_before": "2026-03-31T00:00:00",
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": "100",
            "dp": "6",
        }
        for status in ("any", "trash")
    }


@pytest.mark.parametrize("start_date", ["1970-01-01", "1999-12-31T00:00:00Z"])
def test_what_is_earlier_than_any_shop_is_not_asked_for(site: Site, start_date: str) -> None:
    site.stored.orders = [order(1)]

    assert site.extract(start_date=start_date).ids() == ["1"]
    assert all("modified_after" not in query for query in site.asked("/orders"))


@pytest.mark.parametrize("size", [2, 3, 4, 100])
def test_a_second_fuller_than_a_page_is_read_whole_and_once(site: Site, size: int) -> None:
    """Imports and bulk edits stamp many orders alike."""
    seconds = ["2026-03-01T12:00:00"] * 3 + ["2026-03-01T12:00:01"] * 7
    seconds += ["2026-03-01T12:00:02"] * 2 + ["2026-03-05T00:00:00"]
    site.stored.orders = [order(20 - number, time) for number, time in enumerate(seconds)]

    found = site.extract(page_size=size)

    assert sorted(found.ids()) == sorted(str(20 - number) for number in range(13))
    assert found.bookmark == "2026-03-05T00:00:00.000000Z"


def test_no_order_of_a_full_second_is_lost_when_one_of_them_changes(site: Site) -> None:
    for number in count(1):
        site.empty()
        stored = site.stored.orders = [order(n, "2026-03-01T12:00:00") for n in range(1, 10)]
        change = partial(stored[0].update, times(date_modified="2026-03-31T00:00:01"))
        site.happen = lambda n, at=number, change=change: change() if n == at else None  # type: ignore[misc]

        found = site.extract(page_size=3)

        # The one that changed is the next run's.
        assert {str(n) for n in range(2, 10)} <= set(found.ids()), number
        if len(site.requests) < number:
            break
    assert number > 10


def test_no_category_is_lost_when_some_before_it_are_deleted(site: Site) -> None:
    """A full list that lacked one would have it deleted."""
    for number in count(1):
        site.empty()
        stored = [{"id": n, "name": str(n), "parent": 0} for n in range(1, 10)]
        site.stored.categories = stored
        delete = partial(stored.__delitem__, slice(0, 2))
        site.happen = lambda n, at=number, delete=delete: delete() if n == at else None  # type: ignore[misc]

        found = site.extract(page_size=3).ids("categories", "category_id")

        assert {str(n) for n in range(3, 10)} <= set(found), number
        assert len(found) == len(set(found))
        if len(site.requests) < number:
            break
    assert number > 10


def test_a_list_that_pays_no_heed_to_times_of_change_ends_the_run(site: Site) -> None:
    """So do releases before 5.8, which would be read in a circle."""
    site.stored.orders = [order(n, f"2026-03-0{n}T12:00:00") for n in range(1, 6)]
    site.wordpress.heeds_times_of_change = False

    _, error = site.attempt(page_size=2)

    assert "/wp-json/wc/v3/orders does not go on by time of change" in str(error)


def test_amounts_are_taken_from_texts_and_add_up_where_prices_include_tax(site: Site) -> None:
    """19.99 a piece with 20 % tax in it, of which 10 % are taken off; shipping and a fee."""
    site.stored.orders = [
        order(
            1,
            prices_include_tax=True,
            line_items=[
                line(
                    quantity=3,
                    subtotal="49.975",
                    total="44.9775",
                    total_tax="8.9955",
                    price=1.1,
                )
            ],
            discount_total="4.9975",
            shipping_total="4.1667",
            shipping_tax="0.8333",
            fee_lines=[{"id": 9, "name": "Gift", "total": "2.50", "total_tax": "0.50"}],
            coupon_lines=[{"id": 8, "code": "spring", "discount": "4.9975"}],
            total_tax="10.3288",
            total="61.973",
        )
    ]

    found = site.extract()

    [transaction], [item] = found.records("transactions"), found.records("items")
    assert transaction["prices_include_tax"] is True
    assert transaction["discount_codes"] == ["spring"]
    assert {name: transaction[f"{name}_amount"] for name in AMOUNTS} == {
        "gross": "49.975000",
        "discount": "4.997500",
        "shipping": "4.166700",
        "shipping_tax": "0.833300",
        "tax": "10.328800",
        "adjustment": "2.500000",
        "total": "61.973000",
    }
    assert item["unit_price_amount"] == "16.6583333333333333333333"
    assert (item["discount_amount"], item["tax_amount"]) == ("4.997500", "8.995500")


AMOUNTS = ("gross", "discount", "shipping", "shipping_tax", "tax", "adjustment", "total")


def test_an_amount_that_is_a_float_is_refused_and_half_a_thing_is_not(site: Site) -> None:
    site.stored.orders = [
        order(1, line_items=[line(subtotal=20.1)]),
        order(2, line_items=[line(quantity=1.5, subtotal="15.00", total="15.00")]),
    ]

    found = site.extract()

    [item], [rejected] = found.records("items"), found.records("rejected_records")
    assert (item["quantity"], item["unit_price_amount"]) == ("1.5", "10.00000")
    assert rejected["reason_code"] == "inexact_amount"
    assert rejected["message"] == "subtotal is not a decimal string."


def refunded_site(stored: StoredSite) -> None:
    """Give a site an order, of which one piece and then the rest of the line went back."""
    first, second = (
        {
            "id": refund_id,
            "parent_id": 1,
            **times(date_created=f"2026-03-0{refund_id}T10:00:00"),
            "amount": amount,
            "reason": "Worn",
            "line_items": [
                line(
                    90 + refund_id,
                    quantity=-quantity,
                    subtotal=f"-{price}",
                    total=f"-{price}",
                    meta_data=meta(_refunded_item_id="11"),
                )
            ],
        }
        for refund_id, amount, quantity, price in (
            (3, "9.00", 1, "8.00"),
            (4, "14.50", 2, "14.00"),
        )
    )
    named = [
        {"id": its["id"], "reason": its["reason"], "total": f"-{its['amount']}"}
        for its in (first, second)
    ]
    lines = [line(11, quantity=3, subtotal="24.00", total="24.00"), line(12)]
    stored.orders = [
        order(1, line_items=lines, refunds=named, **times(date_paid="2026-03-01T12:00:00"))
    ]
    stored.refunds = [first, second, {**first, "id": 5, "parent_id": 2}]


@pytest.mark.parametrize("release", [8, 9])
def test_refunds_are_records_and_lower_the_lines_that_they_name(
    site: Site, release: int
) -> None:
    refunded_site(site.stored)
    site.wordpress.lists_refunds = release >= 9

    found = site.extract()

    [transaction] = found.records("transactions")
    assert transaction["refunded_amount"] == "23.500000"
    assert transaction["financial_status"] == "partially_refunded"
    assert [
        (its["refund_id"], its["amount"], its["created_at"], its["reason"])
        for its in found.records("refunds")
    ] == [
        ("3", "9.000000", "2026-03-03T10:00:00.000000Z", "Worn"),
        ("4", "14.500000", "2026-03-04T10:00:00.000000Z", "Worn"),
    ]
    assert [
        (its["item_id"], its["refunded_quantity"], its["refunded_amount"], its["status"])
        for its in found.records("items")
    ] == [("11", "3", "22.000000", "returned"), ("12", "0", "0", "sold")]


def test_refunds_of_a_page_of_orders_take_one_request(site: Site) -> None:
    for number in range(1, 31):
        refund = {"id": 100 + number, "reason": "", "total": "-1.00"}
        site.stored.orders.append(order(number, refunds=[refund]))
        created = times(date_created="2026-03-02T00:00:00")
        site.stored.refunds.append(
            {**refund, "amount": "1.00", "parent_id": number, "line_items": [], **created}
        )

    found = site.extract()

    assert len(site.asked("/refunds")) == 1
    assert len(found.records("refunds")) == 30
    assert None not in {refund["created_at"] for refund in found.records("refunds")}


def test_a_refund_that_was_taken_back_meanwhile_has_no_time(site: Site) -> None:
    refunded_site(site.stored)
    del site.stored.refunds[0]

    refunds = site.extract().records("refunds")

    assert [(its["amount"], its["created_at"] is None) for its in refunds] == [
        ("9.000000", True),
        ("14.500000", False),
    ]


@pytest.mark.parametrize(
    ("status", "date_paid", "financial", "fulfillment"),
    [
        ("pending", None, "pending", "unfulfilled"),
        ("on-hold", None, "pending", "unfulfilled"),
        ("processing", PAID, "paid", "unfulfilled"),
        ("completed", PAID, "paid", "fulfilled"),
        ("cancelled", None, "voided", "cancelled"),
        ("cancelled", PAID, "paid", "cancelled"),
        ("refunded", PAID, "refunded", "returned"),
        ("failed", None, "voided", "unfulfilled"),
        ("awaiting-pickup", PAID, "paid", "unknown"),
        ("awaiting-pickup", None, "unknown", "unknown"),
    ],
)
def test_a_status_says_where_money_and_goods_are(
    site: Site, status: str, date_paid: str | None, financial: str, fulfillment: str
) -> None:
    site.stored.orders = [order(1, status=status, **times(date_paid=date_paid))]

    [transaction] = site.extract().records("transactions")

    assert transaction["financial_status"] == financial
    assert transaction["fulfillment_status"] == fulfillment
    assert transaction["financial_status_raw"] == status
    assert transaction["processed_at"] == (date_paid and f"{date_paid}.000000Z")
    is_cancelled = transaction["cancelled_at"] == "2026-03-01T12:00:00.000000Z"
    assert is_cancelled == (status == "cancelled")


def test_what_is_in_the_trash_is_deleted_and_a_checkout_that_goes_on_is_no_order(
    site: Site,
) -> None:
    site.stored.orders = [
        order(1, "2026-03-01T12:00:00"),
        order(2, "2026-03-02T12:00:00", status="trash"),
        order(3, "2026-03-03T12:00:00", status="checkout-draft"),
        order(4, "2026-03-04T12:00:00", status="auto-draft"),
    ]
    site.stored.products = [product(7, status="trash")]

    found = site.extract()

    assert [
        (its["transaction_id"], its["deleted_at"]) for its in found.records("transactions")
    ] == [
        ("1", None),
        ("2", "2026-03-02T12:00:00.000000Z"),
    ]
    [gone] = found.records("products")
    assert gone["deleted_at"] == "2026-03-01T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (
            {
                "_wc_order_attribution_source_type": "utm",
                "_wc_order_attribution_utm_source": "mail",
                "_wc_order_attribution_utm_campaign": "spring",
                "_wc_order_attribution_session_entry": "https://s.example/?idBatch=5&utm_term=t",
                "_wc_order_attribution_referrer": "https://mail.example/",
            },
            {
                "utm_source": "mail",
                "utm_campaign": "spring",
                "utm_term": "t",
                "id_batch": "5",
                "landing_url": "https://s.example/?idBatch=5&utm_term=t",
                "referrer_url": "https://mail.example/",
            },
        ),
        # Only where a search engine or nobody sent the buyer, the shop says so in these words.
        (
            {
                "_wc_order_attribution_source_type": "organic",
                "_wc_order_attribution_utm_source": "google",
            },
            {"utm_source": None},
        ),
        ({"idSendLog": 12, "_idVisit": "34"}, {"id_send_log": "12", "id_visit": "34"}),
        ({"idSendLog": {"not": "an id"}}, {"id_send_log": None}),
    ],
)
def test_the_campaign_is_what_order_attribution_or_a_plugin_noted(
    site: Site, noted: Record, expected: Record
) -> None:
    site.stored.orders = [order(1, meta_data=meta(**noted))]

    [transaction] = site.extract().records("transactions")

    assert {name: transaction[name] for name in expected} == expected
    kept = {name: value for name, value in noted.items() if not isinstance(value, dict)}
    assert transaction["attributes"] == kept


def test_a_guest_is_known_by_the_address_that_was_given(site: Site) -> None:
    site.stored.orders = [order(1), order(2, customer_id=5)]

    guest, customer = site.extract().records("transactions")

    assert (guest["customer_id"], guest["email_normalized"]) == (None, "ann@example.com")
    assert customer["customer_id"] == "5"
    assert guest["destination_country"] == "CA"


def test_a_product_that_varies_is_as_dear_as_its_cheapest_variant(site: Site) -> None:
    """Its own price stays as it was when a variation's changes."""
    site.stored.products = [
        product(16, type="variable", price="20.50", variations=[17, 18, 19])
    ]
    site.stored.variations_of = {
        16: [
            {"id": 17, "sku": "V-S", "price": "22.00", "status": "publish"},
            {"id": 18, "sku": "V-M", "price": "9.50", "status": "publish"},
            {"id": 19, "sku": "V-L", "price": "1.00", "status": "private"},
        ]
    }

    [found] = site.extract().records("products")

    assert (found["price_amount"], found["currency"]) == ("9.50", "CAD")
    assert found["attributes"] == {
        "variants": [
            {"id": "17", "sku": "V-S", "price": "22.00"},
            {"id": "18", "sku": "V-M", "price": "9.50"},
        ]
    }
    assert len(site.asked("/products/16/variations")) == 1


@pytest.mark.parametrize(
    ("taxes", "price", "attributes"),
    [
        (("yes", "yes"), None, {"price_including_tax": "20.50"}),
        (("yes", "no"), "20.50", {}),
        (("no", "yes"), "20.50", {}),
    ],
)
def test_a_price_with_tax_in_it_is_no_price_before_tax(
    site: Site, taxes: tuple[str, str], price: str | None, attributes: Record
) -> None:
    site.wordpress.taxes = taxes
    site.stored.products = [product()]

    [found] = site.extract().records("products")

    assert (found["price_amount"], found["attributes"]) == (price, attributes)


def test_categories_are_a_tree_with_names_as_people_read_them(site: Site) -> None:
    site.stored.categories = [
        {"id": 16, "name": "Hats &amp; scarves", "parent": 0},
        {"id": 17, "name": "Hats", "parent": 16},
    ]

    found = site.extract().records("categories")

    assert [(its["category_id"], its["parent_id"], its["name"]) for its in found] == [
        ("16", None, "Hats & scarves"),
        ("17", "16", "Hats"),
    ]


def test_customers_are_listed_by_every_run_and_written_when_they_changed(site: Site) -> None:
    def customer(customer_id: int, modified: str | None) -> Record:
        return {
            "id": customer_id,
            "email": f"c{customer_id}@example.com",
            "first_name": "Ann",
            "last_name": "",
            "billing": {"phone": "+1 514 555 0199"},
            **times(date_created="2026-03-01T00:00:00", date_modified=modified),
        }

    site.stored.customers = [customer(1, "2026-03-20T00:00:00"), customer(2, None)]
    first = site.extract(page_size=2)
    site.stored.customers += [customer(3, "2026-03-31T00:00:00"), customer(4, None)]
    site.stored.customers[0] |= times(date_modified="2026-03-31T00:00:01")
    site.wordpress.clock = lambda: NOW + timedelta(minutes=10)

    second = site.extract(state=first.state, page_size=2)

    assert first.ids("customers", "customer_id") == ["1", "2"]
    assert second.ids("customers", "customer_id") == ["1", "3"]
    bookmark = second.state["bookmarks"]["customers"]["replication_key_value"]
    assert bookmark == "2026-03-31T00:10:00.000000Z"


@pytest.mark.parametrize(
    ("name", "offset", "expected"),
    [
        ("America/Montreal", -5, "America/Montreal"),
        ("", 0, "Etc/GMT+0"),
        ("", "-4", "Etc/GMT+4"),
        ("", 13, "Etc/GMT-13"),
        ("", 5.5, "Asia/Kolkata"),
        ("", "5.75", "Asia/Kathmandu"),
        ("", -9.5, "Pacific/Marquesas"),
    ],
)
def test_the_sites_time_zone_is_its_city_or_where_clocks_show_its_offset(
    site: Site, name: str, offset: float | str, expected: str
) -> None:
    site.wordpress.zone_name, site.wordpress.gmt_offset = name, offset

    [shop] = site.extract().records("shops")

    assert shop["time_zone"] == expected
    moment = datetime(2026, 7, 1, tzinfo=ZoneInfo(expected))
    if not name:
        assert moment.utcoffset() == timedelta(hours=float(offset))
    assert (shop["name"], shop["url"]) == ("Café & more", "https://shop.example")
    assert (shop["currency"], shop["application"]) == ("CAD", "woocommerce")


@pytest.mark.parametrize(("name", "offset"), [("", -3.5), ("Mars/Olympus", 0), ("", None)])
def test_an_offset_that_no_zone_keeps_to_is_said(
    site: Site, name: str, offset: float | None
) -> None:
    site.wordpress.zone_name = name
    site.wordpress.gmt_offset = offset  # type: ignore[assignment]  # what a plugin may do

    _, error = site.attempt()

    assert "Choose a city in the site's Settings, General, Timezone." in str(error)


def test_the_key_is_in_no_address_and_is_not_shown_to_the_site_itself(site: Site) -> None:
    site.stored.orders = [order(1)]

    site.extract()

    for request in site.requests:
        assert "canary" not in request.url
        is_woocommerce = request.path.startswith("/wp-json/wc/")
        assert ("Authorization" in request.headers) == is_woocommerce


def test_pages_of_one_are_pages_of_two(site: Site) -> None:
    """Else they would overlap by all that is in them."""
    site.stored.categories = [{"id": n, "name": str(n), "parent": 0} for n in range(1, 4)]

    found = site.extract(page_size=1)

    assert found.ids("categories", "category_id") == ["1", "2", "3"]
