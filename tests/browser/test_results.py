"""The results page equals SQL for every shop and period, to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from shopapp_demo.generate import generate_shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines import Pipeline
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.pipeline, pytest.mark.warehouse]

HOSTILE = "</script><script>document.title = 'taken over'</script><b>Kettle & Co</b>"
# Counted orders with their date in the shop's time zone, from the tables and the sales ledger,
# not from the marts. `voided` is the only status of the demo that is no sale.
ORDERS = """
    select
        orders.*,
        (orders."dtTransaction" at time zone coalesce(shops.time_zone, 'UTC'))::date as day,
        entries.*
    from ecommerce."ECommerce_Transaction" as orders
    left join ecommerce_raw.shops on orders."idShop" = shops.shop_id
    cross join lateral (
        select
            sum(amount) filter (where in_net_sales) as net,
            sum(original_amount) filter (where in_net_sales) as original_net
        from ecommerce.ecommerce_sales_ledger
        where id_transaction = orders."idTransaction"
    ) as entries
    where
        not orders."isTest"
        and orders."dtDeleted" is null
        and orders."financialStatus" <> 'voided'
"""
# Their sales and returns, with the day on which each happened.
ENTRIES = f"""
    select entries.*, entries.occurred_on as day, entries.id_shop as "idShop"
    from ecommerce.ecommerce_sales_ledger as entries
    inner join ({ORDERS}) as orders on entries.id_transaction = orders."idTransaction"
"""
OPEN = """"financialStatus" in ('pending', 'authorized', 'partially_paid')"""
# One batch was sent to four contacts, twice to one of them; another has no known recipients.
MESSAGES = """
    create schema crm;
    create table crm.happened (
        "idContact" bigint, type text, channel text, time timestamptz,
        "idSendLog" bigint, "idBatch" bigint, campaign text
    );
    insert into crm.happened
    select contact % 4, 'sent', 'email', '2024-09-01', null, batches.sent, 'Sent'
    from generate_series(1, 5) as contacts (contact)
    cross join (
        select min(id_batch::bigint) as sent from ecommerce_raw.transactions
    ) as batches;
    insert into crm.happened
    select 1, 'click', 'email', '2024-09-01', null, max(id_batch::bigint), 'Clicked'
    from ecommerce_raw.transactions
"""
WIDTHS = (360, 390, 900, 1400)
OVERFLOWING = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True)
class Made:
    """A warehouse and its results page."""

    pipeline: Pipeline
    page: Path


@pytest.fixture(scope="module")
def made(pipeline: Pipeline, write_results: Callable[[Pipeline, str], Path]) -> Made:
    pipeline.settings["ECOMMERCE_ID_FORMAT"] = "qualified"
    pipeline.settings["ECOMMERCE_INTERACTIONS_RELATION"] = "crm.happened"
    north, south = generate_shop(orders=260), generate_shop(seed=7, orders=140)
    hostile = next(iter(north.products.values()))
    north.put("products", {**hostile, "name": HOSTILE})
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        # Without rates for dinars, these orders have no amounts.
        raw.load_rates(connection, {"CAD", "USD", "GBP", "JPY"}, "2024-08-15")
        for shop_id, shop in (("north", north), ("south", south)):
            raw.load_all_of(connection, shop, shop_id, datetime.now(timezone.utc))
        connection.execute(MESSAGES)
    pipeline.dbt("seed")
    pipeline.dbt("run")
    return Made(pipeline, write_results(pipeline, "page.html"))


@pytest.fixture
def results(made: Made, page: Page) -> Page:
    page.set_default_timeout(5000)
    page.goto(made.page.as_uri())
    return page


def _choose_all(page: Page) -> None:
    page.get_by_role("radio", name="All").check()


def _figure(page: Page, name: str) -> str:
    return page.locator(f'[data-figure="{name}"]').get_attribute("data-value") or ""


def _money(page: Page, section: str) -> list[Decimal]:
    """Return the net amounts of all rows of a section, after expanding all groups."""
    for button in page.locator(f"#{section} .more").all():
        button.click()
    column = page.locator(f"#{section} thead th").all_inner_texts().index("Net sales") + 1
    cells = page.locator(f"#{section} tbody tr > :nth-child({column})")
    return [Decimal(cell.get_attribute("data-value") or "") for cell in cells.all()]


def _one(made: Made, select: str, where: str = "true") -> tuple[Any, ...]:
    return made.pipeline.rows(f"select {select} from ({ORDERS}) as orders where {where}")[0]


def _sum(made: Made, condition: str, where: str = "true") -> Decimal:
    """Return the amount of entries, on the days on which they happened."""
    query = f"select coalesce(sum(amount), 0) from ({ENTRIES}) as entries"
    return Decimal(made.pipeline.rows(f"{query} where {condition} and {where}")[0][0])


def _headline(made: Made, where: str = "true") -> dict[str, Any]:
    names = ("gross", "orders", "unmatched", "unconverted")
    row = _one(
        made,
        'sum("Revenue"), count(*),'
        """ count(*) filter (where "contactMatchStatus" in ('unmatched', 'ambiguous',"""
        """ 'conflict')), count(*) filter (where "Revenue" is null)""",
        where,
    )
    return {
        "net": _sum(made, "in_net_sales", where),
        **dict(zip(names, row, strict=True)),
    }


def _shown(page: Page) -> dict[str, Any]:
    return {
        name: Decimal(_figure(page, name))
        for name in ("net", "gross", "orders", "unmatched", "unconverted")
    }


def test_every_total_equals_the_tables(made: Made, results: Page) -> None:
    _choose_all(results)

    expected = _headline(made)
    assert _shown(results) == expected
    assert 380 < expected["orders"] <= 400  # without test orders and deleted orders
    assert expected["unconverted"] > 0
    assert sum(_money(results, "campaigns")) == expected["net"]
    assert sum(_money(results, "currencies")) == expected["net"]
    assert sum(_money(results, "products")) == expected["net"]
    assert results.locator('[data-figure="net"] .value').inner_text().startswith("CA$")


def test_figures_behind_net_sales_explain_it(made: Made, results: Page) -> None:
    _choose_all(results)

    details = results.locator("details.figures")
    assert not details.locator(".tile").first.is_visible()
    details.locator("summary").click()
    names = [tile.inner_text() for tile in details.locator(".tile h3").all()]
    assert names[:3] == ["Gross sales", "Discounts", "Returns"]
    assert {"Shipping", "Taxes", "Total sales", "Gift cards sold"} <= set(names)
    sentences = [sentence.inner_text() for sentence in details.locator(".help").all()]
    assert len(sentences) == len(names)
    assert all(sentence.endswith(".") for sentence in sentences)

    def figure(name: str) -> Decimal:
        is_shown = results.locator(f'[data-figure="{name}"]').count()
        return Decimal(_figure(results, name) if is_shown else 0)

    assert figure("discounts") == _one(made, 'sum("Discount")')[0]
    assert figure("net") == (
        figure("gross") - figure("discounts") - figure("returned") + figure("rounding")
    )
    assert figure("total") == (
        figure("net") + figure("shipping") + figure("tax") + figure("fees")
    )
    (placed,) = _one(made, 'sum("Total")')
    assert figure("total") == placed + _sum(made, "in_total_sales and event_id is not null")
    assert figure("gift-cards") == 0
    results.get_by_role("radio", name="30 days").check()
    assert details.locator(".tile").first.is_visible()


def test_open_orders_are_shown_apart(made: Made, results: Page) -> None:
    _choose_all(results)

    count, amount = _one(made, 'count(*), sum("Total")', OPEN)
    shown = results.locator('[data-figure="open"]')
    assert count > 0
    assert shown.get_attribute("data-value") == str(count)
    assert Decimal(shown.locator("span").get_attribute("data-value") or "") == amount
    assert f"{count} orders await payment, CA${amount:,.2f} with tax" in shown.inner_text()


def test_ratios_are_computed_from_the_sums(made: Made, results: Page) -> None:
    _choose_all(results)

    discounted, projected, realised = _one(
        made,
        """
        round(sum("Revenue" - "Discount") / count("Revenue"), 2),
        sum(net),
        sum(net) filter (where "financialStatus" in ('paid', 'partially_refunded', 'refunded'))
        """,
    )
    assert Decimal(_figure(results, "average")) == discounted
    assert Decimal(_figure(results, "projected")) == projected
    assert Decimal(_figure(results, "realised")) == realised
    ((sold, returned),) = made.pipeline.rows(
        'select sum(greatest("Quantity", 0)),'
        ' sum(coalesce("refundedQuantity", 0) - least("Quantity", 0))'
        f' from ecommerce."ECommerce_Item" join ({ORDERS}) as orders using ("idTransaction")'
    )
    (orders,) = _one(made, "count(*)")
    assert float(_figure(results, "items")) == pytest.approx(float(sold / orders))
    assert float(_figure(results, "returns")) == pytest.approx(float(returned / sold))


def test_people_are_counted_in_segments_and_cohorts(made: Made, results: Page) -> None:
    _choose_all(results)

    contacts = results.locator("#segments tbody td:nth-child(2)")
    buyers = results.locator("#cohorts tbody td:nth-child(2)")
    shown = [
        sum(int(cell.get_attribute("data-value") or "") for cell in cells.all())
        for cells in (contacts, buyers)
    ]
    # A buyer is a contact, or an e-mail address per shop; the page shows the newest 24 cohorts.
    counted = f"""
        select
            orders.*,
            coalesce(
                "idContact"::text, raw.shop_id || ' ' || raw.email_normalized
            ) as buyer,
            date_trunc('month', max(day) over ()) - interval '23 months' as since
        from ({ORDERS}) as orders
        join ecommerce_raw.transactions as raw
            on "idTransaction" = raw.shop_id || ':' || raw.transaction_id
    """
    first = f"""
        select min(day) as day, min(since) as since
        from ({counted}) as counted where buyer is not null group by buyer
    """
    expected = [
        f'select count(distinct "idContact") from ({counted}) as counted',
        f"select count(*) from ({first}) as buyers where day >= since",
    ]
    assert shown == [made.pipeline.rows(query)[0][0] for query in expected]


def test_segments_and_orders_without_a_contact_sum_to_net_sales(
    made: Made, results: Page
) -> None:
    _choose_all(results)

    cells = results.locator("#segments tbody td:nth-child(4)").all()
    amounts = [Decimal(cell.get_attribute("data-value") or "") for cell in cells]
    assert results.locator("#segments tbody .name").last.inner_text() == "No contact"
    assert amounts[-1] == _one(made, "sum(net)", '"idContact" is null')[0]
    assert sum(amounts) == _sum(made, "in_net_sales")


def test_paid_amounts_have_their_currency_and_its_decimals(made: Made, results: Page) -> None:
    _choose_all(results)

    rows = made.pipeline.rows(
        f'select "originalCurrency", sum(original_net), count(*)'
        f" from ({ORDERS}) as orders group by 1"
    )
    decimals = {"JPY": 0, "KWD": 3}
    expected = {
        currency: (round(net, decimals.get(currency, 2)), str(count))
        for currency, net, count in rows
    }
    shown = {}
    for row in results.locator("#currencies tbody tr").all():
        cells = row.locator("td")
        paid = Decimal(cells.nth(1).get_attribute("data-value") or "")
        name = row.locator(".name").inner_text()
        shown[name] = (paid, cells.nth(0).inner_text())
    assert shown == expected
    texts = {
        code: results.locator("#currencies tbody tr", has_text=code).inner_text()
        for code in ("CAD", "USD", "JPY")
    }
    symbols = {"CAD": "\tCA$", "USD": "\tUS$", "JPY": "\tJP¥"}
    assert all(symbol in texts[code] for code, symbol in symbols.items()), texts


def test_rates_per_recipient_need_known_recipients(made: Made, results: Page) -> None:
    _choose_all(results)
    _money(results, "campaigns")
    titles = results.locator("#campaigns thead th").all_inner_texts()
    rates = slice(
        titles.index("Conversion, all time"),
        titles.index("Net sales per recipient, all time") + 1,
    )

    def shown(name: str) -> list[tuple[str, str | None]]:
        row = results.locator("#campaigns tbody tr").filter(
            has=results.get_by_title(name, exact=True)
        )
        cells = row.locator("> *").all()[rates]
        return [(cell.inner_text(), cell.get_attribute("data-value")) for cell in cells]

    batches = """(select min("idBatch") from ecommerce."ECommerce_Transaction")"""
    orders, net = _one(made, "count(*), sum(net)", f'"idBatch" = {batches}')
    conversion, each = shown("Sent")
    assert float(conversion[1] or "") == orders / 4
    assert Decimal(each[1] or "") == (net / 4).quantize(Decimal("0.01"), ROUND_HALF_UP)
    for name in ("Clicked", "No campaign"):
        assert shown(name) == [("not known", None)] * 2
    # Selections do not change the rates, since recipients are counted over all time and shops.
    results.get_by_role("combobox", name="Shop").select_option("north")
    results.get_by_label("To", exact=True).fill("2026-01-31")
    _money(results, "campaigns")
    assert shown("Sent") == [conversion, each]
    assert "cover all time and all shops" in results.locator("#campaigns").inner_text()


def test_shop_and_dates_change_every_figure(made: Made, results: Page) -> None:
    _choose_all(results)
    before = {
        one.get_attribute("id"): one.inner_text() for one in results.locator("section").all()
    }

    results.get_by_role("combobox", name="Shop").select_option("south")
    results.get_by_label("From", exact=True).fill("2025-03-05")
    ((until,),) = made.pipeline.rows(
        f"""
        select max(day) - 1 from ({ENTRIES}) as entries
        where "idShop" = 'south' and event = 'return' and ordered_on < day
            and ordered_on > '2025-03-05' and day < '2026-01-01'
        """
    )
    results.get_by_label("To", exact=True).fill(until.isoformat())

    within = f"\"idShop\" = 'south' and day between '2025-03-05' and '{until}'"
    expected = _headline(made, within)
    assert 0 < expected["orders"] < 140
    assert _shown(results) == expected
    # Campaigns have all returns of their orders, and the other sections those of the period.
    (of_orders,) = _one(made, "sum(net)", within)
    assert of_orders != expected["net"]
    assert sum(_money(results, "campaigns")) == of_orders
    assert sum(_money(results, "currencies")) == expected["net"]
    assert sum(_money(results, "products")) == expected["net"]
    after = {
        one.get_attribute("id"): one.inner_text() for one in results.locator("section").all()
    }
    assert {name for name in before if before[name] == after[name]} == set()


def test_period_is_compared_with_the_previous_period(made: Made, results: Page) -> None:
    results.get_by_label("From", exact=True).fill("2026-01-01")
    results.get_by_label("To", exact=True).fill("2026-03-31")
    whole_months = results.locator('[data-figure="net"] .change').get_attribute("data-was")
    results.get_by_label("From", exact=True).fill("2026-03-11")
    results.get_by_label("To", exact=True).fill("2026-03-30")
    days = results.locator('[data-figure="orders"] .change').get_attribute("data-was")

    net = _sum(made, "in_net_sales", "day between '2025-10-01' and '2025-12-31'")
    (count,) = _one(made, "count(*)", "day between '2026-02-19' and '2026-03-10'")
    assert Decimal(whole_months or "") == net
    assert Decimal(days or "") == count


def test_period_before_the_first_order_is_not_compared(made: Made, results: Page) -> None:
    """The periods follow the first order, by day and for each shop."""
    first = dict(
        made.pipeline.rows(f'select "idShop", min(day) from ({ORDERS}) as o group by 1')
    )
    results.get_by_role("combobox", name="Shop").select_option("south")
    from_day = first["south"] + timedelta(days=40)
    for begins_before in (False, True):
        # As many days before: the first day is that of the first order, or the day before it.
        until = from_day + timedelta(days=39 + begins_before)
        results.get_by_label("From", exact=True).fill(from_day.isoformat())
        results.get_by_label("To", exact=True).fill(until.isoformat())
        assert results.get_by_label("From", exact=True).input_value() == from_day.isoformat()
        change = results.locator('[data-figure="net"] .change').inner_text()
        status = results.locator("#status").inner_text()
        assert (change == "no previous figure") == begins_before, change
        assert ("no earlier period for comparison" in status) == begins_before


def test_category_counts_each_product_below_it_once(made: Made, results: Page) -> None:
    _choose_all(results)

    expected = made.pipeline.rows(
        f"""
        with recursive below as (
            select "idProductCategory" as top, "idProductCategory" as id
            from ecommerce."ECommerce_ProductCategory" where "idProductCategoryParent" is null
            union
            select below.top, child."idProductCategory"
            from below join ecommerce."ECommerce_ProductCategory" as child
                on below.id = child."idProductCategoryParent"
        ),
        members as (
            select distinct top, id_product
            from below join ecommerce.ecommerce_product_categories
                on below.id = id_product_category
        )
        select sum(amount)
        from ({ENTRIES}) as entries
        join members using (id_product)
        where in_net_sales
        group by top
        union all
        select sum(amount)
        from ({ENTRIES}) as entries
        where
            in_net_sales
            and not exists (
                select from ecommerce.ecommerce_product_categories as categories
                where categories.id_product = entries.id_product
            )
        order by 1
        """
    )
    roots = []
    for button in results.locator("#categories [aria-expanded=true]").all()[::-1]:
        button.press("Enter")
    roots = sorted(_money(results, "categories"))
    assert roots == [net for (net,) in expected]
    none = results.locator("#categories tbody tr").last
    assert none.locator(".name").inner_text() == "No category"
    results.locator("#categories [aria-expanded]").first.press("Enter")
    assert len(_money(results, "categories")) > len(roots)


def test_page_can_be_used_by_keyboard_alone(results: Page) -> None:
    results.keyboard.press("Tab")
    results.keyboard.press("Enter")
    results.wait_for_url("**#headline")
    results.locator("#presets input").nth(2).focus()
    results.keyboard.press("ArrowRight")
    assert "2024" in results.locator("#status").inner_text()
    results.locator(".chart").focus()
    results.keyboard.press("End")
    assert results.locator(".reading").inner_text().startswith("Aug 1, 2026 – ")
    results.keyboard.press("ArrowLeft")
    assert results.locator(".reading").inner_text().startswith("Jul 2026: net sales ")


def test_markup_in_shop_texts_is_shown_as_text(results: Page) -> None:
    _choose_all(results)
    _money(results, "products")

    assert results.title() == "E-Commerce results"
    assert results.locator("#products b").count() == 0
    assert results.get_by_title(HOSTILE, exact=True).count() == 1


def test_page_contains_no_personal_data_or_secret(made: Made) -> None:
    page = made.page.read_text("utf-8")
    people = made.pipeline.rows("select email from ecommerce_raw.customers where email <> ''")

    assert people
    assert "@" not in page.partition('id="figures">')[2].partition("</script>")[0]
    assert not any(email in page for (email,) in people)
    assert made.pipeline.postgres.url not in page
    assert "src=" not in page
    assert "http" not in page.replace("http-equiv", "").replace(
        "http://www.w3.org/2000/svg", ""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_contrast_and_fit_at_every_width(
    made: Made,
    chromium: Browser,
    faint_texts: Callable[[Page], list[str]],
    scheme: Any,
) -> None:
    with chromium.new_context(color_scheme=scheme, offline=True) as context:
        page = context.new_page()
        page.goto(made.page.as_uri())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert not page.evaluate(OVERFLOWING), width
        for group in page.locator("details").all():
            group.locator("summary").click()
        assert faint_texts(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_at_any_width(
    made: Made, chromium: Browser, axe: str, scheme: Any
) -> None:
    # The page's policy does not run scripts of others.
    with chromium.new_context(color_scheme=scheme, offline=True, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(made.page.as_uri())
        for group in page.locator("details > summary").all():
            group.click()
        page.evaluate(axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate("axe.run({resultTypes: ['violations']})")
            assert len(found["passes"]) > 30
            assert [
                (rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]
            ] == []


def test_page_prints_in_black_on_white_without_controls(
    results: Page, faint_texts: Callable[[Page], list[str]]
) -> None:
    results.emulate_media(media="print", color_scheme="dark")

    assert not results.locator("form").is_visible()
    assert results.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    assert faint_texts(results) == []
