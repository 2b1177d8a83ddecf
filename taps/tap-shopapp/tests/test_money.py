from __future__ import annotations

import pytest
from tap_shopapp.records.money import minor_units, negated, total


@pytest.mark.parametrize(
    ("units", "digits", "amount"),
    [(1250, 2, "12.50"), (-5, 2, "-0.05"), (7, 0, "7"), (1, 3, "0.001"), (0, 2, "0.00")],
)
def test_minor_units_get_the_digits_of_the_currency(
    units: int, digits: int, amount: str
) -> None:
    assert minor_units(digits)(units) == amount


def test_sums_are_exact_at_any_length() -> None:
    assert total("0.1", "0.2", None) == "0.3"
    assert total("9" * 40 + ".01", "0.99") == "1" + "0" * 40 + ".00"
    assert total() == "0"


def test_sum_with_invalid_amount_is_an_error() -> None:
    with pytest.raises(ArithmeticError):
        total("1", "one")


def test_negated_amount_has_the_opposite_sign() -> None:
    assert (negated("1.50"), negated("-2"), negated(None)) == ("-1.50", "2", None)
