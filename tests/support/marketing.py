"""Two shops, their contacts and the events of their messages; equal seeds give equal data.

`Oracle` attributes each order to a message by the documented rules, without SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

ZONES = {"maple": ZoneInfo("America/Toronto"), "sakura": ZoneInfo("Asia/Tokyo")}
# One US dollar is 1.25 Canadian dollars, so prices in steps of 4 cents give whole cents.
WORTH = {"CAD": Decimal(1), "USD": Decimal("1.25"), "XTS": None}
STEP = Decimal("0.04")
WINDOWS = {"email": timedelta(hours=120), "sms": timedelta(hours=24)}
FIRST = datetime(2026, 1, 1, tzinfo=timezone.utc)
ALIASES = {31: 1, 32: 31}
PARENTS = {"all": None, "tea": "all", "green": "tea", "cups": "all"}
# Includes campaigns that events name: with one batch, without one, two with the same name.
UTM = [
    ("search", "CPC", "brand"),
    ("search", "CPC", None),
    ("dialog", " Email", "Campaign_4"),
    ("dialog", "email", "LOOSE"),
    ("dialog", "email", "twins"),
]
CATEGORIES = {"p1": ["green"], "p2": ["green", "cups"], "p3": ["cups"], "p4": ["tea"], "p5": []}


@dataclass(frozen=True)
class Line:
    product: str
    quantity: int
    price: Decimal
    discount: Decimal
    returned: int
    is_cancelled: bool

    @property
    def gross(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True)
class Order:
    """An order; `buyer` is a contact's id, a guest's address, "(erased)" or none."""

    shop: str
    number: str
    created: datetime
    processed: datetime | None
    buyer: int | str | None
    currency: str
    lines: tuple[Line, ...]
    shipping: Decimal
    tax: Decimal
    refund: Decimal
    status: str
    is_test: bool
    deleted: datetime | None
    cancelled: datetime | None
    send: int | None
    batch: int | None
    utm: tuple[str | None, str | None, str | None]

    @property
    def id(self) -> str:
        return f"{self.shop}:{self.number}"

    @property
    def ordered(self) -> datetime:
        return self.processed or self.created

    @property
    def day(self) -> date:
        return self.ordered.astimezone(ZONES[self.shop]).date()

    @property
    def gross(self) -> Decimal:
        return sum((line.gross for line in self.lines), Decimal(0))

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.gross - self.discount + self.shipping + self.tax

    @property
    def is_counted(self) -> bool:
        return not self.is_test and self.deleted is None and self.status != "voided"

    @property
    def is_open(self) -> bool:
        return self.is_counted and self.status == "pending" and self.cancelled is None

    @property
    def is_paid(self) -> bool:
        return self.status in {"paid", "partially_refunded"}

    @property
    def buyer_key(self) -> str | None:
        """The buyer; a contact is the same buyer in both shops."""
        if isinstance(self.buyer, int):
            return str(survivor(self.buyer))
        return f"{self.shop} {self.buyer}" if self.buyer and "@" in self.buyer else None

    def converted(self, amount: Decimal) -> Decimal | None:
        rate = WORTH[self.currency]
        return None if rate is None else amount * rate


@dataclass(frozen=True)
class Event:
    """An event of a message."""

    contact: int | None
    kind: str
    channel: str
    at: datetime
    send: int | None
    batch: int | None
    campaign: str | None


def survivor(contact: int) -> int:
    while contact in ALIASES:
        contact = ALIASES[contact]
    return contact


def make(seed: int = 7) -> tuple[list[Order], list[Event]]:
    """Return orders of four months, and events before and after them."""
    draws = Random(seed)  # noqa: S311 - the same every time is the point
    orders = [_order(draws, number) for number in range(700)]
    events = [
        _event(draws, contact, FIRST + timedelta(hours=draws.randrange(2880)))
        for contact in range(1, 33)
        for _ in range(12)
    ]
    # Events before some orders: on the bounds of the windows, and a second outside.
    for order in orders:
        if isinstance(order.buyer, int) and draws.random() < 0.5:
            moment = min(order.created, order.ordered)
            hours, second = draws.choice([0, 24, 120]), draws.choice([-1, 0, 1])
            at = moment - timedelta(hours=hours) + timedelta(seconds=second)
            # Some events have the same time.
            events += [_event(draws, order.buyer, at) for _ in range(draws.choice([1, 1, 2]))]
    return orders, events


def _order(draws: Random, number: int) -> Order:
    shop = draws.choice(list(ZONES))
    created = FIRST + timedelta(hours=draws.randrange(2880))
    lines = tuple(_line(draws) for _ in range(draws.randrange(4)))
    chance = draws.random()
    return Order(
        shop=shop,
        number=str(number),
        created=created,
        processed=draws.choice(
            [None, created + timedelta(hours=70), created - timedelta(hours=50)]
        ),
        buyer=draws.choice(
            [*range(1, 33), *(f"guest{n}@example.com" for n in range(9)), "(erased)", None]
        ),
        currency=draws.choices(list(WORTH), [6, 4, 1])[0],
        lines=lines,
        shipping=draws.randrange(300) * STEP,
        tax=draws.randrange(300) * STEP,
        refund=draws.choice([0, 0, 0, draws.randrange(200)]) * STEP,
        status=draws.choice(["pending", "paid", "paid", "partially_refunded", "voided"]),
        is_test=draws.random() < 0.05,
        deleted=created + timedelta(days=9) if draws.random() < 0.05 else None,
        cancelled=created + timedelta(days=1) if draws.random() < 0.15 else None,
        send=draws.randrange(1000, 1040) if chance < 0.15 else None,
        batch=draws.randrange(1, 9) if 0.1 < chance < 0.2 else None,
        utm=draws.choice(UTM) if 0.19 < chance < 0.35 else (None, None, None),
    )


def _line(draws: Random) -> Line:
    quantity = draws.choice([1, 1, 2, 3, -1])
    return Line(
        product=draws.choice(list(CATEGORIES)),
        quantity=quantity,
        price=draws.randrange(1, 3000) * STEP,
        discount=draws.choice([0, 0, draws.randrange(25)]) * STEP,
        returned=draws.choice([0, 0, 1]) if quantity > 0 else 0,
        is_cancelled=draws.random() < 0.1,
    )


def _event(draws: Random, contact: int, at: datetime) -> Event:
    # All events of a batch have the same campaign; a send belongs to one batch, and some
    # events name only the send.
    send = draws.randrange(1000, 1040)
    batch, has_batch = send % 7 + 1, send < 1030
    return Event(
        contact=contact if draws.random() < 0.97 else None,
        kind=draws.choice(["sent", "open", "click", "click", "bounce"]),
        channel=channel(batch) if has_batch else "email",
        at=at,
        send=send,
        batch=batch if has_batch and draws.random() < 0.7 else None,
        campaign=name(batch) if has_batch else draws.choice(["loose", None]),
    )


def name(batch: int) -> str:
    return "Twins" if batch in {5, 6} else f"campaign {batch}"


def channel(batch: int) -> str:
    return {1: "push", 2: "sms", 3: "sms"}.get(batch, "email")


@dataclass(frozen=True)
class Credit:
    method: str
    batch: int | None = None
    send: int | None = None
    key: str = "unattributed"
    at: datetime | None = None


class Oracle:
    """Attributes orders to messages."""

    def __init__(self, events: list[Event], *, opens: bool) -> None:
        self.events = [e for e in events if e.kind in {"sent", "open", "click"}]
        self._kinds = {"click": 1, "open": 0} if opens else {"click": 1}

    def batch_of(self, send: int | None) -> int | None:
        known = [e.batch for e in self.events if e.send == send and e.batch is not None]
        return max(known, default=None)

    def campaign_of(self, event: Event) -> str:
        """Return the key of an event's campaign."""
        batch = event.batch or self.batch_of(event.send)
        return _key(batch, event.channel, None, event.campaign)

    def batches_named(self, medium: str | None, name: str | None) -> set[int | None]:
        """Return the batches of events with this medium and campaign; null means no batch."""
        return {
            event.batch or self.batch_of(event.send)
            for event in self.events
            if event.campaign
            and (event.channel, _same(event.campaign)) == (medium, _same(name))
        }

    def ambiguous_campaigns(self, attributed: Iterable[Credit]) -> set[str]:
        """Return the keys of campaigns that share their name, so their orders are ambiguous."""
        found = set()
        for credit in attributed:
            kind, *rest = credit.key.split("|")
            if credit.method in {"utm", "explicit"} and kind == "name" and not rest[1]:
                batches = self.batches_named(rest[0], rest[2])
                if len(batches) > 1:
                    found |= {_key(batch, rest[0], None, rest[2]) for batch in batches}
        return found

    def _recognized(
        self, batch: int | None, medium: str | None, source: str | None, name: str | None
    ) -> tuple[int | None, str]:
        """Return an order's batch and campaign key, by the events that name its campaign."""
        batches = set() if batch else self.batches_named(medium, name)
        if batches:
            source = None
            batch = max(batches, key=lambda one: one or 0) if len(batches) == 1 else None
        return batch, _key(batch, medium, source, name)

    def credit(self, order: Order) -> Credit:
        source, medium, name = order.utm
        medium = medium.strip().lower() if medium else None
        if order.send or order.batch:
            batch = order.batch or self.batch_of(order.send)
            # For a send without a batch: the campaign of its events, then of the order.
            send_events = [e for e in self.events if e.send == order.send and not batch]
            medium = max((e.channel for e in send_events), default=medium)
            name = max((e.campaign for e in send_events if e.campaign), default=name)
            batch, key = self._recognized(batch, medium, source, name)
            return Credit("explicit", batch, order.send, key)
        if any(order.utm):
            batch, key = self._recognized(None, medium, source, name)
            return Credit("utm", batch, key=key)
        if not isinstance(order.buyer, int):
            return Credit("unattributed")
        moment = min(order.created, order.ordered)
        touches = [
            event
            for event in self.events
            if event.contact is not None
            and survivor(event.contact) == survivor(order.buyer)
            and event.kind in self._kinds
            and event.channel in WINDOWS
            and moment - WINDOWS[event.channel] <= event.at <= moment
        ]
        if not touches:
            return Credit("unattributed")
        best = max(
            touches,
            key=lambda e: (
                self._kinds[e.kind],
                e.at,
                e.batch or self.batch_of(e.send) or 0,
                e.send,
                e.campaign == "loose",
            ),
        )
        batch = best.batch or self.batch_of(best.send)
        return Credit(best.kind, batch, best.send, self.campaign_of(best), best.at)


def _key(batch: int | None, medium: str | None, source: str | None, name: str | None) -> str:
    if batch:
        return f"batch|{batch}"
    return f"name|{medium or ''}|{source or ''}|{_same(name) or ''}"


def _same(name: str | None) -> str | None:
    return name and "-".join(name.lower().replace("-", " ").replace("_", " ").split())
