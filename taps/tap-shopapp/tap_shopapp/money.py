"""Exact arithmetic on amounts as the contract writes them: decimal strings, never floats."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact
from functools import lru_cache

# No sum or product of amounts is rounded: what would be is an error.
_EXACT = Context(prec=120, traps=[Inexact])
# Prices, quantities and zeros come again and again, and so do their sums.
_remembered = lru_cache(maxsize=8192)


@_remembered
def minor_units(amount: int, digits: int) -> str:
    """Return an amount in minor units as a decimal string, given the currency's digits.

    >>> minor_units(-1250, 2)
    '-12.50'
    """
    return f"{Decimal(amount).scaleb(-digits, _EXACT):f}"


@_remembered
def total(*amounts: str | None) -> str:
    """Return the sum of amounts; null adds nothing.

    Raises:
        ArithmeticError: If one is no number.

    >>> total("1.50", None, "-0.25")
    '1.25'
    """
    total_so_far = Decimal(0)
    for amount in amounts:
        total_so_far = _EXACT.add(total_so_far, Decimal(amount or "0"))
    return f"{total_so_far:f}"


@_remembered
def negated(amount: str | None) -> str | None:
    """Return an amount with the other sign; null stays null."""
    return None if amount is None else f"{_EXACT.minus(Decimal(amount)):f}"


@_remembered
def times(quantity: str | None, price: str | None) -> str | None:
    """Return the product of two numbers; null if either is."""
    if quantity is None or price is None:
        return None
    return f"{_EXACT.multiply(Decimal(quantity), Decimal(price)):f}"
