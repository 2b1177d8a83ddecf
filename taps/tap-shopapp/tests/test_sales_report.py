"""The option `--sales-report`: WooCommerce's revenue report, on a fake of its endpoint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from conftest import Tap
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce import KEY, SECRET
from shop_fakes.woocommerce_analytics import ROUTE
from shop_fakes.woocommerce_rows import line, order, times
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.errors import TapError
from woocommerce_reader import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Attempt

Row = dict[str, Any]
MARCH = "2026-03-01/2026-03-03"


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    """A site in Montreal with an order of each kind.

    - Order 1: 20.00 of goods with a coupon of 5.00, 4.00 shipping, a fee of 3.00 and 2.20 tax.
      Half of the goods is refunded on the next day with 0.75 tax.
    - Order 2: on hold, not paid.
    - Order 3: paid and cancelled.
    """
    site = Site(try_run)
    site.stored.orders = [
        order(
            1,
            total="24.20",
            total_tax="2.20",
            shipping_total="4.00",
            line_items=[line(total="15.00", total_tax="1.50")],
            fee_lines=[{"id": 2, "total": "3.00", "total_tax": "0.30"}],
            coupon_lines=[{"code": "five", "discount": "5.00"}],
            refunds=[{"id": 9, "reason": "", "total": "-8.25", "total_tax": "-0.75"}],
            **times(date_created="2026-03-01T20:00:00", date_paid="2026-03-02T02:00:00"),
        ),
        order(2, status="on-hold"),
        order(3, status="cancelled", **times(date_paid="2026-03-02T15:00:00")),
    ]
    part = {"quantity": -1, "total": "-7.50", "total_tax": "-0.75"}
    site.stored.refunds = [
        {
            "id": 9,
            "parent_id": 1,
            "amount": "8.25",
            **times(date_created="2026-03-02T15:00:00"),
            "line_items": [part],
            "meta_data": [{"key": "_refund_type", "value": "partial"}],
        }
    ]
    with serve_answers(site.answer) as site.url:
        yield site


@pytest.fixture
def report(site: Site, tmp_path: Path) -> Callable[..., Row]:
    """Run the tap with the option, and return the printed report."""

    def report(period: str = MARCH, **settings: Any) -> Row:
        config = {
            "shop_id": "s",
            "application": "woocommerce",
            "api_url": site.url,
            "consumer_key": KEY,
            "consumer_secret": SECRET,
            **settings,
        }
        (tmp_path / "config.json").write_text(json.dumps(config))
        arguments = ["--config", str(tmp_path / "config.json"), "--sales-report", period]
        done = CliRunner().invoke(Tap.cli, arguments)
        if isinstance(done.exception, TapError):
            raise done.exception
        assert done.exit_code == 0, done.output
        printed: Row = json.loads(done.stdout)
        return printed

    return report


def figures(report: Row) -> list[tuple[float, ...]]:
    """Return sales, returns, net, shipping, tax and total of each day."""
    names = ("sales", "return", "net", "shipping", "tax", "total")
    return [
        tuple(float(day[f"{name}_amount"]) for name in names)
        for day in report["report"]["days"]
    ]


def test_report_has_the_figures_of_each_day(report: Callable[..., Row]) -> None:
    """The order was paid on 1 March at 21:00 in Montreal, and refunded on 2 March."""
    found = report()

    assert (found["shop_id"], found["application"]) == ("s", "WooCommerce")
    assert [day["day"] for day in found["report"]["days"]] == [
        *("2026-03-01", "2026-03-02", "2026-03-03"),
    ]
    assert figures(found) == [
        (18, 0, 18, 4, 2.2, 24.2),
        (0, 7.5, -7.5, 0, -0.75, -8.25),
        (0, 0, 0, 0, 0, 0),
    ]


def test_report_names_the_shops_rules(site: Site, report: Callable[..., Row]) -> None:
    rules = report()["report"]
    assert rules["sale_day"] == "date_paid"
    assert rules["excluded_statuses"] == ["cancelled", "failed", "pending"]

    site.wordpress.date_type = "date_created"
    site.wordpress.excluded_statuses = ("on-hold",)
    rules = report()["report"]
    assert rules["sale_day"] == "date_created"
    assert rules["excluded_statuses"] == ["on-hold"]


def test_report_follows_the_date_type_and_the_statuses_of_the_shop(
    site: Site, report: Callable[..., Row]
) -> None:
    """By creation, order 2 counts, and with the status cancelled order 3 counts."""
    site.wordpress.date_type = "date_created"
    site.wordpress.excluded_statuses = ()

    assert figures(report())[0] == (18 + 20 + 20, 0, 58, 4, 2.2, 64.2)


def test_report_of_many_days_is_read_by_page(site: Site, report: Callable[..., Row]) -> None:
    found = report("2025-08-15/2026-03-03")

    assert len(found["report"]["days"]) == 201
    assert figures(found)[-3:-1] == [
        (18, 0, 18, 4, 2.2, 24.2),
        (0, 7.5, -7.5, 0, -0.75, -8.25),
    ]
    pages = [each.args["page"] for each in site.requests if each.path == ROUTE]
    assert pages == ["1", "2", "3"]


def test_report_that_lacks_a_day_is_an_error(
    site: Site, report: Callable[..., Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = site.wordpress.answer

    def without_a_day(request: Any) -> Any:
        response = answer(request)
        if request.path == ROUTE:
            body = response.get_json()
            del body["intervals"][1]
            response.set_data(json.dumps(body))
        return response

    monkeypatch.setattr(site.wordpress, "answer", without_a_day)
    with pytest.raises(TapError, match="does not have each day of the period once"):
        report()


def test_wrong_key_is_an_error_without_the_secret(
    site: Site, report: Callable[..., Row]
) -> None:
    site.wordpress.secret = ""

    with pytest.raises(TapError, match="does not know consumer_key") as refused:
        report()
    assert "canary" not in str(refused.value)


def test_key_of_a_user_without_reports_is_an_error(
    site: Site, report: Callable[..., Row]
) -> None:
    site.wordpress.may_not_read.add(ROUTE)

    with pytest.raises(TapError, match="Create a key with the permission Read for a shop man"):
        report()


def test_shop_without_analytics_is_an_error(site: Site, report: Callable[..., Row]) -> None:
    site.wordpress.has_analytics = False

    with pytest.raises(TapError, match="The shop has no revenue report"):
        report()


@pytest.mark.parametrize("period", ["2026-03-01", "March/April", "2026-03-02/2026-03-01"])
def test_invalid_period_is_an_error(report: Callable[..., Row], period: str) -> None:
    with pytest.raises(TapError, match="sales report"):
        report(period)


@pytest.mark.parametrize("application", sorted(APPLICATIONS.keys() - {"woocommerce"}))
def test_application_without_a_report_says_so(
    report: Callable[..., Row], application: str
) -> None:
    found = report(application=application)

    assert found == {
        "shop_id": "s",
        "application": APPLICATIONS[application].label,
        "report": None,
    }
