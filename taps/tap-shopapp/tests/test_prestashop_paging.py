"""Lists of PrestaShop: requests, silent filters, local times, changes without a trace."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from prestashop_reader import NOW, Site, bookmarked
from shop_fakes.clock import Clock
from shop_fakes.serving import serve_answers
from tap_shopapp.api import http
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt
    from shopapp_demo.shop import Record

ORDERS = {"7", "9", "10", "11", "12", "13", "14", "15", "18", "6003"}
LAST = "2026-11-30T02:45:36.000000Z"  # order 6003
# The forms of filters that were measured.
FORMS = re.compile(r"\[[^\[\],]*\]|\[\d+,\d+\]|[<>]\[[\d: -]+\]")
SLIP = {
    "id_customer": 3,
    "conversion_rate": "1.000000",
    "total_products_tax_excl": "10.000000",
    "total_products_tax_incl": "12.000000",
    "total_shipping_tax_excl": "0.000000",
    "total_shipping_tax_incl": "0.000000",
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site


def test_requests_have_only_measured_forms(site: Site) -> None:
    first = site.extract(page_size=3)
    site.extract(page_size=3, state=first.state)

    for request in site.requests:
        query = request.args.to_dict()
        assert query["output_format"] == "JSON"
        assert query["id_shop"] == "all"
        assert re.fullmatch(r"\[\w+_(ASC|DESC)(,\w+_(ASC|DESC))*\]", query["sort"])
        assert query.get("limit", "1").isdecimal()  # without an offset
        by_date = [value for name, value in query.items() if "date_" in f"{name}{value}"]
        assert query.get("date") == "1" or "date_" not in query["sort"] + "".join(query), (
            by_date
        )
        assert all(FORMS.fullmatch(its) for name, its in query.items() if "filter" in name)
        # A single record would lack its empty fields, and the index fails as JSON.
        assert request.path.removeprefix("/api/").replace("_", "").isalpha()
        assert "ws_key" not in query
        is_settings = request.path in ("/api/configurations", "/api/order_states")
        assert query.get("language") == "1" or is_settings or query["limit"] == "1"
    assert site.server.requests > 60


def test_parts_of_a_page_of_orders_take_one_request_each(site: Site) -> None:
    site.extract()

    found = Counter(request.path.removeprefix("/api/") for request in site.requests)
    # One of each checks the right.
    assert {name: found[name] - 1 for name in ("order_cart_rules", "cart_rules")} == {
        "order_cart_rules": 1,
        "cart_rules": 1,
    }
    of_orders = [its for its in site.queries("order_details") if "filter[id_order]" in its]
    assert of_orders[0]["filter[id_order]"] == "[9|10|11|12|7|15|13|14|18|6003]"
    # The other request looks for vouchers.
    assert len(of_orders) == 2


def test_address_for_the_parts_of_a_page_stays_short(site: Site) -> None:
    """Web servers accept at least 4,000 characters; ids of a large shop have seven digits."""
    row = site.row("orders", 12)
    site.rows("orders")[:] = [
        {**row, "id": 9_000_000 + number, "id_customer": 8_000_000 + number, "associations": {}}
        for number in range(300)
    ]

    found = site.extract(page_size=10_000)

    assert len(found.ids()) == 300
    assert 2_000 < max(len(request.url) for request in site.requests) < 4_000


def test_orders_with_one_reference_are_both_read(site: Site) -> None:
    """A cart that is split by carrier or warehouse makes several orders with one reference."""
    site.row("orders", 9)["reference"] = site.row("orders", 7)["reference"]

    found = site.extract()

    assert set(found.ids()) == ORDERS


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_orders_of_one_second_are_read_on_pages_of_any_size(site: Site, size: int) -> None:
    for row in site.rows("orders")[2:8]:
        row["date_upd"] = "2026-11-29 21:39:40"

    found = site.extract(page_size=size)

    assert sorted(found.ids()) == sorted(ORDERS)
    assert found.bookmark == LAST


@pytest.mark.parametrize("size", [2, 3])
def test_edit_between_pages_loses_no_other_order(site: Site, size: int) -> None:
    """With an offset, the order after the edited one would be skipped."""
    edited = site.row("orders", 7)

    def edit(number: int) -> None:
        if site.requests[number - 1].args.get("filter[date_upd]", "").startswith(">"):
            edited["date_upd"] = "2026-11-29 21:46:00"

    site.happen = edit
    found = site.extract(page_size=size)

    assert set(found.ids()) == ORDERS


def test_next_run_reads_the_second_of_the_bookmark_again(site: Site) -> None:
    found = site.extract(state=bookmarked("2026-11-30T02:39:35.000000Z"), lookback_seconds=0)

    filters = [its.get("filter[date_upd]") for its in site.queries("orders")]
    assert filters[0] == ">[2026-11-29 21:39:34]"
    # 13 changed in this second, 14, 18 and 6003 later. 10 was refunded as a voucher.
    assert [*found.ids()] == ["13", "14", "18", "6003", "12", "10"]


@pytest.mark.parametrize(
    ("dropped", "reason"),
    [
        ("is dropped", "has records that its filter excludes"),
        ("finds nothing", "has more records than its pages contained"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_filter_that_fails_silently_ends_the_run(
    site: Site, dropped: str, reason: str, *, is_first: bool
) -> None:
    """The shop answers 200 with all records, or with none."""

    def alter(stream: str, rows: list[Record]) -> list[Record]:
        query = site.requests[-1].args
        if stream != "transactions" or not query.get("filter[date_upd]", "").startswith(">"):
            return rows
        return site.rows("orders")[1:3] if dropped == "is dropped" else []

    site.server.alter = alter
    state = None if is_first else bookmarked("2026-11-30T02:40:00.000000Z")

    messages, error = site.attempt(page_size=2, state=state)

    assert reason in str(error), error
    assert "The bookmark was not moved" in str(error)
    assert messages.bookmark == (None if is_first else "2026-11-30T02:40:00.000000Z")


def test_empty_window_proves_its_filter_on_the_newest_order(site: Site) -> None:
    """No order is newer, so only a filter that must find one shows that filters work."""
    state = bookmarked("2026-11-30T02:46:00.000000Z")
    found = site.extract(state=state, lookback_seconds=0)
    probes = [
        its["filter[date_upd]"] for its in site.queries("orders") if "filter[date_upd]" in its
    ]

    site.server.alter = lambda stream, rows: (
        []
        if stream == "transactions" and "filter[date_upd]" in site.requests[-1].args
        else rows
    )
    _, error = site.attempt(state=state, lookback_seconds=0)

    assert probes == [">[2026-11-29 21:45:59]", ">[2026-11-29 21:45:35]"]
    assert "6003" not in found.ids()
    assert "has more records than its pages contained" in str(error)


def test_backfill_reads_its_window_only(site: Site) -> None:
    found = site.extract(
        backfill_since="2026-11-30T02:39:16Z", backfill_before="2026-11-30T02:39:50Z"
    )

    assert found.ids() == ["7", "15", "13"]


def test_order_without_a_time_of_change_is_read_by_the_first_run(site: Site) -> None:
    site.row("orders", 12)["date_upd"] = "0000-00-00 00:00:00"

    found = site.extract(page_size=2)

    assert set(found.ids()) == ORDERS
    [order] = [its for its in found.records("transactions") if its["transaction_id"] == "12"]
    assert order["updated_at"] == order["created_at"]


@pytest.mark.parametrize("size", [1, 2])
def test_many_orders_without_a_time_of_change_are_read(site: Site, size: int) -> None:
    """The bookmark stays at the beginning until they are read."""
    for order_id in (9, 12, 15):
        site.row("orders", order_id)["date_upd"] = "0000-00-00 00:00:00"
    everything = site.extract(page_size=size)
    assert set(everything.ids()) == ORDERS
    assert everything.bookmark == LAST

    begun = [its["bookmarks"].get("transactions", {}) for its in everything.states()]
    bookmarks = [its.get("replication_key_value") for its in begun]
    second = site.extract(state=bookmarked(min(filter(None, bookmarks))))

    assert set(second.ids()) == ORDERS


@pytest.mark.parametrize("is_continued", [True, False])
def test_list_by_id_with_a_silent_filter_deletes_nothing(
    site: Site, *, is_continued: bool
) -> None:
    """From some id on, the filter finds nothing, with status 200."""
    first = site.extract()

    def alter(stream: str, rows: list[Record]) -> list[Record]:
        by_id = site.requests[-1].args.get("filter[id]", "")
        is_broken = by_id == ">[6]" if stream == "categories" else by_id == "<[9]"
        return [] if is_broken else rows

    site.server.alter = alter
    if is_continued:
        position = {"list_number": 0, "place": 1, "below": "9", "listed": 8}
        state = bookmarked(LAST, id_list=position)
        messages, error = site.attempt(state=state)
        assert messages.records("id_ranges") == []
    else:
        messages, error = site.attempt(state=first.state, page_size=3)
        assert messages.records("full_lists") == []

    assert "has more records than its pages contained" in str(error), error


def test_slip_that_cannot_be_read_is_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.server.broken = {("order_slip", 4)}

    site.extract(voucher_days=0, start_date="2026-01-01")

    assert "/api/order_slip: PHP fails in the shop on the slips 4." in caplog.text


@pytest.mark.parametrize("value", ["x", None, [], {"a": 1}, 3.5, "-1"])
@pytest.mark.parametrize(
    ("resource", "name"),
    [
        *(("orders", name) for name in ("id_customer", "current_state", "id_currency")),
        ("order_cart_rules", "id_cart_rule"),
        ("order_details", "product_quantity_refunded"),
        ("order_slip", "total_products_tax_incl"),
        ("products", "id_category_default"),
        ("categories", "id_parent"),
    ],
)
def test_value_of_another_type_loses_no_other_record(
    site: Site, resource: str, name: str, value: Any
) -> None:
    site.rows(resource)[2][name] = value
    changed = site.rows(resource)[2].get("id_order", site.rows(resource)[2]["id"])

    found = site.extract()

    others = ORDERS - {str(changed)} if "order" in resource else ORDERS
    assert others <= set(found.ids())
    listed = {"products": ("product_id", 3), "categories": ("category_id", 9)}
    for stream, (key, count) in listed.items():
        rejected = [its for its in found.records("rejected_records") if its["stream"] == stream]
        assert len(found.ids(stream, key)) + len(rejected) == count


@pytest.mark.parametrize("size", [1, 250])
@pytest.mark.parametrize("failures", [12, 10_000])
def test_shop_that_is_down_for_a_while_rejects_no_record(
    site: Site, failures: int, size: int
) -> None:
    """All requests from the n-th one on fail, for many n, without an answer of PHP."""
    whole = site.extract(page_size=size)
    total = len(site.requests)
    for number in range(15, total + 1, 9 if size == 1 else 2):
        site.requests.clear()

        def fail(n: int, first: int = number) -> None:
            site.server.is_fatal = first <= n < first + failures

        site.happen = fail
        first, error = site.attempt(page_size=size)
        site.happen = lambda _: setattr(site.server, "is_fatal", False)
        second = site.extract(state=first.state)

        # The last request compares vouchers with slips; without it, all their orders count.
        assert (error is None) is (failures == 12 or number == total), (number, error)
        assert first.records("rejected_records") == second.records("rejected_records") == []
        read = {*first.ids(), *second.ids()}
        assert read == set(whole.ids()), number


def test_php_that_fails_on_every_request_is_an_error(site: Site) -> None:
    site.server.is_fatal = True

    _, error = site.attempt()

    assert str(error) == (
        "The shop kept failing on /api/configurations (500 on /api/configurations, an HTML"
        " page). Check that api_url is the address of the API, and that no firewall, password"
        " or maintenance page answers instead."
    )


def test_clock_of_the_shop_ends_the_window(site: Site) -> None:
    """The header Date may come from a proxy with another clock."""
    site.now = datetime(2026, 11, 30, 2, 40, tzinfo=timezone.utc)

    found = site.extract()

    assert set(found.ids()) == ORDERS - {"18", "6003"}


# Clocks in Montreal go back at 06:00 UTC on 2026-11-01, from 02:00 to 01:00.
def test_changes_in_the_hour_that_occurs_twice_are_all_read(site: Site) -> None:
    """Times run from 00:30 to 02:30, and pass the hour after 01:00 twice."""
    row = site.row("orders", 12)
    site.keep("orders")
    site.keep("order_slip")
    start = datetime(2026, 11, 1, 4, 30, tzinfo=timezone.utc)
    state: dict[str, Any] | None = None
    read: set[str] = set()

    for step in range(36):  # every five minutes, an order and a run
        moment = start + timedelta(minutes=5 * step)
        local = moment - timedelta(hours=4 if moment.hour < 6 else 5)
        times = dict.fromkeys(("date_add", "date_upd"), f"{local:%Y-%m-%d %H:%M:%S}")
        site.rows("orders").append({**row, **times, "id": 100 + step, "associations": {}})
        site.now = moment + timedelta(seconds=1)
        found = site.extract(state=state, page_size=2, lookback_seconds=0, voucher_days=0)
        read |= set(found.ids())
        state = found.state
        assert str(100 + step) in found.ids(), local

    assert len(read) == 36


def test_first_run_in_the_repeated_hour_reads_the_hour_before(site: Site) -> None:
    """It is 01:20 for the second time, and the order changed at 01:50 for the first time."""
    site.keep("orders", 12)
    site.keep("order_slip")
    site.row("orders", 12)["date_upd"] = "2026-11-01 01:50:00"
    site.now = datetime(2026, 11, 1, 6, 20, tzinfo=timezone.utc)

    found = site.extract()

    assert found.ids() == ["12"]
    assert found.bookmark == "2026-11-01T05:50:00.000000Z"


def test_time_zone_of_the_setting_comes_before_that_of_the_shop(site: Site) -> None:
    for row in site.rows("configurations"):
        if row["name"] == "PS_TIMEZONE":
            row["value"] = "Nowhere/Else"

    _, error = site.attempt()
    found = site.extract(time_zone="Europe/Paris")

    assert str(error) == (
        "The shop's setting PS_TIMEZONE is not an IANA time zone. Set time_zone to a name such"
        " as Europe/Paris."
    )
    assert found.records("shops")[0]["time_zone"] == "Europe/Paris"
    created = {
        its["transaction_id"]: its["created_at"] for its in found.records("transactions")
    }
    assert created["7"] == "2026-11-29T20:38:12.000000Z"


def slip_of(order_id: int, slip_id: int, time: str, site: Site) -> Record:
    """Refund 12.00 of the first line of an order, as PrestaShop does: the order stays."""
    line = next(row for row in site.rows("order_details") if row["id_order"] == order_id)
    line["total_refunded_tax_incl"] = "12.000000"
    line["total_refunded_tax_excl"] = "10.000000"
    line["product_quantity_refunded"] = 1
    detail = {"id": slip_id, "id_order_detail": line["id"], "product_quantity": 1}
    detail |= {"amount_tax_excl": "10.000000", "amount_tax_incl": "12.000000"}
    return {
        "id": slip_id,
        "id_order": order_id,
        **SLIP,
        "date_add": time,
        "date_upd": time,
        "associations": {"order_slip_details": [detail]},
    }


def test_refund_that_moves_no_order_is_read_by_its_slip(site: Site) -> None:
    first = site.extract(voucher_days=0)
    site.now += timedelta(hours=1)
    site.rows("order_slip").append(slip_of(6003, 7, "2026-11-29 22:30:00", site))

    second = site.extract(state=first.state, lookback_seconds=0, voucher_days=0)

    [order] = [its for its in second.records("transactions") if its["transaction_id"] == "6003"]
    assert order["updated_at"] == LAST
    assert order["refunded_amount"] == "12.000000"
    assert order["financial_status"] == "partially_refunded"
    assert [its["refund_id"] for its in second.records("refunds")] == ["7"]


@pytest.mark.parametrize(("days", "is_read"), [(90, True), (6, True), (4, False), (0, False)])
def test_voucher_is_read_if_the_order_is_recent(
    site: Site, days: int, *, is_read: bool
) -> None:
    """A voucher leaves only the refunded amount of the line, five days after the order."""
    first = site.extract()
    site.now += timedelta(days=5)
    line = site.row("order_details", 15)
    line |= {"total_refunded_tax_incl": "1200", "total_refunded_tax_excl": "1000"}

    second = site.extract(state=first.state, voucher_days=days)

    read = {its["transaction_id"]: its for its in second.records("transactions")}
    assert ("11" in read) is is_read
    if is_read:
        assert read["11"]["refunded_amount"] == "1200"
        assert read["11"]["updated_at"] == "2026-11-30T02:38:18.000000Z"


def test_deleted_records_are_missing_in_lists_of_ids(site: Site) -> None:
    first = site.extract()
    site.keep("orders", 7, 9, 11, 12, 13, 14, 15, 18)
    site.keep("products", 1, 22)
    site.keep("customers", 1, 3, 4, 7, 8)

    second = site.extract(state=first.state)

    ranges = {
        its["stream"]: (its["from_id"], its["to_id"], its["ids"])
        for its in second.records("id_ranges")
    }
    assert ranges == {
        "transactions": (0, None, ["18", "15", "14", "13", "12", "11", "9", "7"]),
        "products": (0, None, ["22", "1"]),
        # Guests are listed too, but not read.
        "customers": (0, None, ["8", "7", "4", "3", "1"]),
    }
    # Lines of deleted orders stay in the shop.
    assert {"10", "6003", "16"}.isdisjoint(
        its["transaction_id"] for its in second.records("items")
    )


@pytest.mark.parametrize("breaks_ids", [True, False])
@pytest.mark.parametrize("fault", ["broken", "fatal"])
def test_order_on_which_php_fails_is_rejected_alone(
    site: Site, fault: str, *, breaks_ids: bool
) -> None:
    setattr(site.server, fault, {("orders", 12)})
    site.server.breaks_ids = breaks_ids

    found = site.extract()

    assert set(found.ids()) == ORDERS - {"12"}
    [reject] = found.records("rejected_records")
    assert (reject["stream"], reject["reason_code"]) == ("transactions", "unreadable")
    assert json.loads(reject["payload"])["id"] == 12
    assert found.bookmark == LAST


def test_two_orders_on_which_php_fails_are_rejected_alone(site: Site) -> None:
    """They follow each other, so no request shows the place of the first one."""
    site.server.broken = {("orders", 9), ("orders", 10)}

    found = site.extract(page_size=4, voucher_days=0)

    assert set(found.ids()) == ORDERS - {"9", "10"}
    payloads = [json.loads(its["payload"]) for its in found.records("rejected_records")]
    assert payloads == [{"id": 9}, {}]


@pytest.mark.parametrize("resource", ["order_details", "order_slip", "order_cart_rules"])
def test_order_with_a_part_on_which_php_fails_is_rejected_alone(
    site: Site, resource: str
) -> None:
    part = next(row for row in site.rows(resource) if row["id_order"] == 9)
    site.server.broken = {(resource, part["id"])}
    site.server.breaks_ids = False

    found = site.extract()

    assert set(found.ids()) == ORDERS - {"9"}
    # Its slip names it again, so it is read and rejected twice.
    rejects = found.records("rejected_records")
    assert {json.loads(its["payload"])["id"] for its in rejects} == {9}
    assert len({its["record_hash"] for its in rejects}) == 1


def test_order_whose_buyer_cannot_be_read_has_no_address(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.server.broken = {("customers", 5)}

    found = site.extract()

    emails = {its["transaction_id"]: its["email"] for its in found.records("transactions")}
    assert set(emails) == ORDERS
    assert {key for key, email in emails.items() if not email} == {"9", "15", "10"}
    assert "PHP fails in the shop on the customers 5." in caplog.text


def test_php_that_fails_on_everything_ends_the_run_without_rejects(site: Site) -> None:
    site.server.broken = {("orders", row["id"]) for row in site.rows("orders")}
    site.server.broken |= {("orders", number) for number in range(100, 130)}
    row = site.row("orders", 7)
    site.rows("orders").extend({**row, "id": number} for number in range(100, 130))

    messages, error = site.attempt()

    assert str(error) == (
        "PHP fails in the shop's webservice (500 on /api/orders, code 3). Read the error in the"
        " shop's PHP log, correct it, then run again."
    )
    assert messages.records("rejected_records") == []


def test_text_before_the_json_is_skipped_with_a_warning(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.server.before_json = "<br /> Notice: Undefined index [canary] in {file} on line 3 "

    found = site.extract()

    assert set(found.ids()) == ORDERS
    assert "text before the JSON" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize("code", [32, 35, 38])
def test_unknown_field_is_not_retried(site: Site, clock: Clock, code: int) -> None:
    """Its status is 500, which is usually temporary."""
    del site.row("orders", 7)["date_upd"]
    for row in site.rows("orders"):
        row.pop("date_upd", None)
        if code == 35:
            row["date_upd"] = row["date_add"]

    _, error = site.attempt()

    if code == 35:
        assert error is None
    else:
        assert str(error) == (
            "The shop's webservice lacks a resource or a field (500 on /api/orders, code 38)."
            " Check that the shop runs PrestaShop 8 or 9, and that no module changes its"
            " webservice."
        )
    assert clock.waits == []


def test_redirect_is_not_followed(site: Site) -> None:
    site.server.main_address = f"{site.url}/boutique"

    _, error = site.attempt()

    assert "it has no shop with this id" in str(error)
    assert len(site.requests) == 1


def test_all_shops_of_a_multistore_are_read(site: Site) -> None:
    site.server.shops = site.server.key_shops = (1, 2)
    site.row("orders", 9)["id_shop"] = 2
    site.row("order_details", 12)["id_shop"] = 2
    site.row("order_details", 13)["id_shop"] = 2

    everything = site.extract()
    second = site.extract(id_shop="2")

    assert set(everything.ids()) == ORDERS
    shops = {
        its["transaction_id"]: its["attributes"]["id_shop"]
        for its in everything.records("transactions")
    }
    assert shops["9"] == "2"
    assert second.ids() == ["9"]


@pytest.mark.parametrize("name", ["PS_TIMEZONE", "PS_CURRENCY_DEFAULT"])
def test_shops_with_different_settings_are_refused(site: Site, name: str) -> None:
    site.rows("configurations").append({"id": 99, "name": name, "value": "2"})

    _, error = site.attempt()

    assert str(error) == (
        f"The shops of the multistore have different values of {name}. Set id_shop, and read"
        " each shop with its own plugin."
    )


def test_settings_that_name_no_states_are_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.rows("configurations")[:] = [
        row for row in site.rows("configurations") if row["name"] != "PS_OS_REFUND"
    ]

    site.extract()

    assert "states no PS_OS_REFUND, so the orders have another status." in caplog.text


@pytest.mark.parametrize("body", ["[1]", '{"configurations": [1]}', '{"configurations": {}}'])
def test_answer_that_is_no_list_of_records_is_an_error(
    site: Site, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Response(body, content_type="application/json")
    answer.date = NOW
    monkeypatch.setattr(site, "answer", lambda _: answer)
    with serve_answers(site.answer) as site.url:
        _, error = site.attempt()

    assert str(error).startswith(
        "The shop's response to /api/configurations is not a list of records with ids."
    )


def test_setting_that_is_missing_is_named(site: Site) -> None:
    site.rows("configurations")[:] = [
        row for row in site.rows("configurations") if row["name"] != "PS_LANG_DEFAULT"
    ]

    _, error = site.attempt()

    assert str(error) == (
        "The shop's webservice states no PS_LANG_DEFAULT. Check that the key may read"
        " configurations, and that the shop has such a setting."
    )


def test_address_may_end_with_the_path_of_the_webservice(site: Site) -> None:
    found = site.extract(api_url=f"{site.url}/api/")

    assert found.records("shops")[0]["url"] == site.url


def test_several_empty_lists_are_no_error(site: Site) -> None:
    for resource in (
        "orders",
        "order_details",
        "order_slip",
        "products",
        "categories",
        "customers",
    ):
        site.rows(resource).clear()

    found = site.extract()

    assert found.ids() == []
    assert [its["stream"] for its in found.records("full_lists")] == ["categories"]
