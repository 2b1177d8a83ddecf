"""Statuses of orders, from the flags of their states.

States belong to the merchant: names are free text and ids differ between shops. Only three
states are named by the configuration of the shop. All others have flags.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_shopapp.applications.prestashop.values import flag, phrase, record_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.pages import Record

CANCELED, REFUNDED, ERROR = "canceled", "refunded", "payment_error"
NAMED = {"PS_OS_CANCELED": CANCELED, "PS_OS_REFUND": REFUNDED, "PS_OS_ERROR": ERROR}
"""The word for each state that the configuration names."""
UNKNOWN = "unknown"
_BY_FLAGS = {
    (True, True): "paid",
    (True, False): "paid_not_logable",
    (False, True): "logable_not_paid",
    (False, False): "awaiting_payment",
}
STATUSES = (CANCELED, REFUNDED, ERROR, *_BY_FLAGS.values())
"""All payment statuses in the words of the tap."""
_FINANCIAL = {
    CANCELED: "voided",
    REFUNDED: "refunded",
    ERROR: "failed",
    "paid": "paid",
    "paid_not_logable": "paid",
    "logable_not_paid": "pending",
    "awaiting_payment": "pending",
}


@dataclass(frozen=True, slots=True)
class State:
    """A state of orders.

    Attributes:
        word: Payment status in the words of the tap, the same in every shop.
        name: The merchant's name for the state.
        is_shipped: Whether orders in this state are shipped.
        is_prepared: Whether orders in this state are being prepared.
    """

    word: str
    name: str | None = None
    is_shipped: bool = False
    is_prepared: bool = False


def read_state(raw: Record, named: Mapping[str, str], language: str) -> State:
    """Return a state.

    Args:
        raw: The state; false flags may be absent.
        named: The word for each state that the configuration names, by id.
        language: Id of the language of its name.
    """
    flags = (flag(raw.get("paid")), flag(raw.get("logable")))
    return State(
        named.get(str(record_id(raw)), _BY_FLAGS[flags]),
        phrase(raw.get("name"), language),
        flag(raw.get("shipped")),
        flag(raw.get("delivery")),
    )


def financial_status(word: str, *, whole: str, paid: str, refunded: str) -> str:
    """Return the payment status of the contract.

    Args:
        word: The status in the words of the tap.
        whole: Total of the order.
        paid: What the shop received for it.
        refunded: What was refunded.
    """
    due, received, returned = map(Decimal, (whole, paid, refunded))
    status = _FINANCIAL.get(word, UNKNOWN)
    if status in ("pending", UNKNOWN, "voided") and received > 0:
        # A cancelled order keeps its payment until it is refunded.
        status = "paid" if received >= due else "partially_paid"
    if status == "paid" and returned > 0:
        return "refunded" if returned >= due else "partially_refunded"
    return status


def fulfillment_status(state: State) -> tuple[str, str]:
    """Return the fulfillment status of the contract, and the word of the tap for it."""
    if state.word == CANCELED:
        return "cancelled", CANCELED
    if state.word == REFUNDED:
        return "returned", REFUNDED
    if state.word == UNKNOWN:
        return UNKNOWN, UNKNOWN
    if state.is_shipped:
        return "fulfilled", "shipped"
    return "unfulfilled", "in_preparation" if state.is_prepared else "not_shipped"
