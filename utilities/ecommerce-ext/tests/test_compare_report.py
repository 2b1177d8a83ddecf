"""The comparison of the ledger with the report of a shop, for single days."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from ecommerce_ext.commands import compare_report
from ecommerce_ext.commands.compare_report import compare, compare_reports, default_period
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.settings import read_settings

if TYPE_CHECKING:
    from ecommerce_ext.commands.compare_report import Difference

DAY = "2026-03-05"
NAMES = ("sales", "return", "net", "shipping", "tax", "total")


def shop(*amounts: str) -> list[dict[str, str]]:
    """Return the shop's figures of one day."""
    named = {f"{name}_amount": amount for name, amount in zip(NAMES, amounts, strict=True)}
    return [{"day": DAY, **named}]


def ledger(*amounts: str, **derived: str) -> dict[str, dict[str, Decimal]]:
    """Return the figures of the ledger, and the tax and shipping of refunds without lines."""
    [day] = shop(*amounts)
    del day["day"]
    none = dict.fromkeys(("all_tax", "all_shipping", "partial_tax", "partial_shipping"), "0")
    values = {**day, **none, **derived}
    return {DAY: {name: Decimal(amount) for name, amount in values.items()}}


def short(differences: list[Difference]) -> list[tuple[str, str, bool]]:
    """Return figure, difference and whether it is explained."""
    return [(its.figure, str(its.here - its.shop), bool(its.reason)) for its in differences]


def test_equal_day_has_no_difference() -> None:
    """A sum of binary fractions is off in the last bits."""
    here = ledger("100.30", "0", "100.30", "5", "15", "120.30")
    reported = shop("100.30000000000001", "0", "100.30000000000001", "5", "15", "120.3")

    assert list(compare(here, reported)) == []


def test_day_without_orders_is_zero() -> None:
    assert list(compare({}, shop(*"000000"))) == []
    assert short(list(compare({}, shop("1", "0", "1", "0", "0", "1")))) == [
        ("sales_amount", "-1", False),
        ("net_amount", "-1", False),
        ("total_amount", "-1", False),
    ]


def test_differing_figure_is_listed_with_its_amounts() -> None:
    here = ledger("100", "0", "100", "5", "15", "120")
    [found] = compare(here, shop("100", "0", "100", "4.99", "15", "120"))

    assert (found.day, found.here, found.shop) == (DAY, Decimal(5), Decimal("4.99"))
    assert found.row == {
        "day": DAY,
        "figure": "shipping",
        "here": Decimal(5),
        "shop": Decimal("4.99"),
        "difference": Decimal("0.01"),
        "reason": "",
    }


def test_partial_refund_without_lines_is_explained() -> None:
    """5.00 are refunded, 0.43 of it tax and 0.12 shipping. The shop subtracts 5.00 from net."""
    here = ledger(
        *("0", "4.45", "-4.45", "-0.12", "-0.43", "-5"),
        all_tax="-0.43",
        all_shipping="-0.12",
        partial_tax="-0.43",
        partial_shipping="-0.12",
    )

    assert short(list(compare(here, shop("0", "5", "-5", "0", "0", "-5")))) == [
        ("return_amount", "-0.55", True),
        ("net_amount", "0.55", True),
        ("shipping_amount", "-0.12", True),
        ("tax_amount", "-0.43", True),
    ]


@pytest.mark.parametrize(
    ("reported", "is_explained"),
    [
        (shop("0", "126.65", "-126.65", "-12.76", "-21.57", "-160.98"), []),
        (shop("0", "160.98", "-160.98", "0", "0", "-160.98"), [True] * 4),
        (shop("0", "160.97", "-160.97", "0", "0", "-160.97"), [False] * 5),
    ],
    ids=["from 10.2", "before 10.2", "other amount"],
)
def test_full_refund_without_lines_is_explained(
    reported: list[dict[str, str]], is_explained: list[bool]
) -> None:
    here = ledger(
        *("0", "126.65", "-126.65", "-12.76", "-21.57", "-160.98"),
        all_tax="-21.57",
        all_shipping="-12.76",
    )

    assert [bool(its.reason) for its in compare(here, reported)] == is_explained


def test_default_period_is_over_in_every_time_zone() -> None:
    """On 31 March at 11:00 UTC, it is still 30 March in the time zone UTC−12."""
    with patch.object(compare_report, "datetime") as clock:
        clock.now.return_value = datetime(2026, 3, 31, 11, tzinfo=timezone.utc)

        assert default_period() == (date(2026, 2, 28), date(2026, 3, 29))


def test_comparison_without_meltano_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MELTANO_PROJECT_ROOT", raising=False)

    with pytest.raises(EcommerceError, match="meltano invoke ecommerce:compare-report"):
        compare_reports(read_settings({}), date(2026, 3, 1), date(2026, 3, 2))
