"""Derives sales events from refunds, for applications that only know refunds.

A refunded order lost goods and charges. A refund states some of them as parts. Its rest is
split over what is left of the order: a full refund into exactly what is left, a partial one
pro rata. The events of a refund sum to its amount.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_shopapp.pages import Record

# Enough digits that no sum or product of amounts is rounded.
EXACT = Context(prec=120)
# A shop may round the amount of a full refund, or the total of its order.
_TOLERANCE = Decimal("0.01")
_DIGITS = 2
_GOODS = "return"
_OF_GOODS = frozenset(("return", "removal"))
_REST = "adjustment"
_CHARGES = ("shipping", "fee", "tip", "duty")


@dataclass(frozen=True, slots=True)
class Part:
    """Goods of a line, or a part of a charge, that an order lost. Amounts are positive.

    Attributes:
        kind: The kind of the event.
        item_id: The line; null for charges.
        quantity: Units of the line; null if unknown.
        goods: Amount before discount and tax.
        discount: Discount on this amount.
        tax: Tax on this amount.
    """

    kind: str
    item_id: str | None = None
    quantity: Decimal | None = None
    goods: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """Amount before tax."""
        return self.goods - self.discount

    @property
    def value(self) -> Decimal:
        """Amount including tax."""
        return self.net + self.tax


@dataclass(slots=True)
class Refund:
    """Money that was paid back.

    Attributes:
        id: Its id; null for money that no refund of the order names.
        amount: The amount including tax.
        created_at: Its time; null if it is unknown.
        parts: Parts that the shop states.
        tax: All of its tax, if the shop states it.
    """

    id: str | None
    amount: Decimal
    created_at: str | None = None
    parts: list[Part] = field(default_factory=list)
    tax: Decimal | None = None

    @property
    def rest(self) -> Decimal:
        """The amount that no part explains."""
        return self.amount - sum([part.value for part in self.parts], Decimal(0))


def number(amount: str | None) -> Decimal:
    """Return an amount as a number; null is 0.

    Raises:
        ArithmeticError: The text is not a number.
    """
    return Decimal(amount or "0")


def refund_events(
    order: Mapping[str, Any], refunds: Iterable[Refund], lost: Iterable[Part] = ()
) -> list[Record]:
    """Return the events of an order in the form of the ShopApp API.

    Args:
        order: The amounts of the order, by their names in the contract, and `cancelled_at`.
        refunds: Its refunds.
        lost: Parts whose refund is unknown. Each belongs to the first refund whose rest covers
            it. The others were lost without a refund, when the order was cancelled or at an
            unknown time. In an exchange, the refund is smaller than the part and covers a share
            of it.
    """
    with localcontext(EXACT):
        return list(_refund_events(order, sorted(refunds, key=_age), lost))


def _age(refund: Refund) -> tuple[str, str]:
    return refund.created_at or "~", refund.id or ""  # unknown times come last


def _refund_events(
    order: Mapping[str, Any], refunds: list[Refund], lost: Iterable[Part]
) -> Iterator[Record]:
    digits = digits_of(order)
    unpaid = [
        _without_shares(part, refunds, digits) for part in lost if not _assigned(part, refunds)
    ]
    left = _Left(order)
    for part in (*unpaid, *(part for refund in refunds for part in refund.parts)):
        left.take(part)
    for part in _merged(unpaid):
        yield _event("line", part, order.get("cancelled_at"), "stated")
    for refund in refunds:
        name, moment = refund.id or "refunded", refund.created_at
        for part in _merged(refund.parts):
            yield _event(name, part, moment, "stated")
        for part in left.split(refund):
            yield _event(f"{name}:rest", part, moment, "derived")
    paid_back = sum([refund.amount for refund in refunds], Decimal(0))
    if refunds and paid_back > number(order["total_amount"]) - _TOLERANCE:
        for part in left.parts():
            yield _event("left", part, refunds[-1].created_at, "derived")


def share_of(amount: Decimal, part: Decimal, whole: Decimal, digits: int) -> Decimal:
    """Return the share of an amount that belongs to a part; the whole amount is not rounded."""
    if not whole or part == whole:
        return amount if whole else Decimal(0)
    return (amount * part / whole).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def digits_of(order: Mapping[str, Any]) -> int:
    """Return the number of decimals of the amounts of an order, at least two."""
    exponents = [
        number(value).as_tuple().exponent
        for name, value in order.items()
        if name in {"total_amount", "tax_amount", "refunded_amount"}
    ]
    return max(_DIGITS, *(-each for each in exponents if isinstance(each, int)))


def _assigned(part: Part, refunds: Iterable[Refund]) -> bool:
    """Add a part to the first refund whose rest covers it."""
    for refund in refunds:
        if part.value > 0 and refund.rest + _TOLERANCE > part.value:
            refund.parts.append(part)
            return True
    return False


def _without_shares(part: Part, refunds: Iterable[Refund], digits: int) -> Part:
    """Add shares of a part to the refunds that cover them, and return the rest of the part."""
    for refund in refunds:
        covered = min(refund.rest, part.value)
        if covered > 0:
            tax = share_of(part.tax, covered, part.value, digits)
            refund.parts.append(Part(part.kind, part.item_id, goods=covered - tax, tax=tax))
            part = replace(part, goods=part.goods - covered + tax, tax=part.tax - tax)
    return part


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield one part for each line and each charge."""
    found: defaultdict[tuple[str, str | None], list[Part]] = defaultdict(list)
    for part in parts:
        found[part.kind, part.item_id].append(part)
    for (kind, item_id), same in found.items():
        counts = [part.quantity for part in same if part.quantity is not None]
        yield Part(
            kind,
            item_id,
            sum(counts, Decimal(0)) if counts else None,
            goods=sum([part.goods for part in same], Decimal(0)),
            discount=sum([part.discount for part in same], Decimal(0)),
            tax=sum([part.tax for part in same], Decimal(0)),
        )


class _Left:
    """What is left of an order: net and tax of goods and of each charge."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        amount = {
            name: number(order.get(f"{name}_amount"))
            for name in ("gross", "discount", "tax", "shipping_tax", "fee_tax", *_CHARGES)
        }
        taxes = {name: amount.get(f"{name}_tax", Decimal(0)) for name in _CHARGES}
        goods_tax = amount["tax"] - sum(taxes.values(), Decimal(0))
        self._digits = digits_of(order)
        self._parts = {_GOODS: [amount["gross"] - amount["discount"], goods_tax]}
        for name in _CHARGES:
            self._parts[f"{name}_refund"] = [amount[name], taxes[name]]
        self._parts[_REST] = [number(order.get("adjustment_amount")), Decimal(0)]

    def take(self, part: Part) -> None:
        """Subtract a part."""
        pair = self._parts[_GOODS if part.kind in _OF_GOODS else part.kind]
        pair[0] -= part.net
        pair[1] -= part.tax

    def parts(self) -> Iterator[Part]:
        """Yield what is left."""
        for kind, (net, tax) in self._parts.items():
            if net or tax:
                yield Part(kind, goods=net, tax=tax)

    def split(self, refund: Refund) -> Iterator[Part]:
        """Yield the rest of a refund by what is left, and subtract it."""
        rest = refund.rest
        if not rest:
            return
        keys = [(kind, place) for kind in self._parts for place in (0, 1)]
        amounts = [self._parts[kind][place] for kind, place in keys]
        shares = self._shares(refund, rest, amounts)
        kinds: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for (kind, place), share in zip(keys, shares, strict=True):
            self._parts[kind][place] -= share
            kinds[kind][place] = share
        kinds[_REST][0] += rest - sum(shares, Decimal(0))
        for kind, (net, tax) in kinds.items():
            if net or tax:
                yield Part(kind, goods=net, tax=tax)

    def _shares(self, refund: Refund, rest: Decimal, amounts: list[Decimal]) -> list[Decimal]:
        whole = sum(amounts, Decimal(0))
        if rest < 0 or whole <= 0:
            # Less was paid back than the parts are worth, or nothing is left.
            return [Decimal(0)] * len(amounts)
        if rest > whole - _TOLERANCE:
            return amounts
        stated = refund.tax and refund.tax - sum([its.tax for its in refund.parts], Decimal(0))
        nets, taxes = amounts[::2], amounts[1::2]
        if not stated or not 0 < stated <= sum(taxes, Decimal(0)) or sum(nets, Decimal(0)) <= 0:
            return list(self._pro_rata(rest, amounts))
        pairs = zip(
            self._pro_rata(rest - stated, nets), self._pro_rata(stated, taxes), strict=True
        )
        return [share for pair in pairs for share in pair]

    def _pro_rata(self, amount: Decimal, weights: list[Decimal]) -> Iterator[Decimal]:
        """Split an amount in proportion to weights, without a remainder."""
        whole, weight_so_far, allotted = sum(weights, Decimal(0)), Decimal(0), Decimal(0)
        for weight in weights:
            weight_so_far += weight
            due = share_of(amount, weight_so_far, whole, self._digits)
            yield due - allotted
            allotted = due


def _event(name: str, part: Part, occurred_at: str | None, split: str) -> Record:
    return {
        "id": f"{name}:{part.kind}" + (f":{part.item_id}" if part.item_id else ""),
        "item_id": part.item_id,
        "kind": part.kind,
        "occurred_at": occurred_at,
        "quantity": None if part.quantity is None else _text(-part.quantity),
        "goods_amount": _text(-part.goods),
        "discount_amount": _text(-part.discount),
        "tax_amount": _text(-part.tax),
        "refund_split": split,
    }


def _text(amount: Decimal) -> str:
    # A minus sign would be left of zero.
    return f"{amount + 0:f}"
