"""Exact arithmetic on amounts: decimal strings, never floats."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    MinorUnits = Callable[[int], str]

# No sum or product is rounded; a result with too many digits is an error.
_EXACT = Context(prec=120, traps=[Inexact])
# Prices, quantities, zeros and their sums repeat.
_remembered = lru_cache(maxsize=8192)


def minor_units(digits: int) -> MinorUnits:
    """Return a function that converts minor units to decimal strings.

    >>> minor_units(2)(-1250)
    '-12.50'
    """

    @_remembered
    def written(amount: int) -> str:
        return f"{Decimal(amount).scaleb(-digits, _EXACT):f}"

    return written


@_remembered
def total(*amounts: str | None) -> str:
    """Return the sum of amounts; null adds nothing.

    Raises:
        ArithmeticError: An amount is not a number.

    >>> total("1.50", None, "-0.25")
    '1.25'
    """
    total_so_far = Decimal(0)
    for amount in amounts:
        total_so_far = _EXACT.add(total_so_far, Decimal(amount or "0"))
    return f"{total_so_far:f}"


@_remembered
def negated(amount: str | None) -> str | None:
    """Return an amount with the opposite sign; null stays null."""
    return None if amount is None else f"{_EXACT.minus(Decimal(amount)):f}"


@_remembered
def times(quantity: str | None, price: str | None) -> str | None:
    """Return the product of two numbers; null if one of them is null."""
    if quantity is None or price is None:
        return None
    return f"{_EXACT.multiply(Decimal(quantity), Decimal(price)):f}"
