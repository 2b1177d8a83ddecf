"""Changes of the two shops and their marketing, in steps that each touch few orders.

Each step changes about a twentieth of the orders in every way that moves a row of a statistic
from one key to another: the day, the buyer, the lines, the status, a deletion. It also merges
contacts, moves categories, renames campaigns, and adds and removes late interactions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import raw
from marketing import CATEGORIES, FIRST, PARENTS, STEP, UTM, ZONES, Event, Line
from marketing_raw import as_written
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from marketing import Order
    from psycopg import Connection

CHANGED_SHARE = 0.05
CHANGES = ("day", "buyer", "lines", "status", "cancelled", "deleted", "refund", "campaign")


class ChangingShops:
    """The orders, events and catalog, as the shops have them now."""

    def __init__(self, orders: list[Order], events: list[Event], seed: int) -> None:
        self._orders = {order.id: order for order in orders}
        self._events = list(events)
        self._draws = Random(seed)  # noqa: S311 - the same every time is the point
        self._categories = dict(CATEGORIES)
        self._parents: dict[str, str | None] = dict(PARENTS)
        self._aliases: dict[int, int] = {}

    def step(self, connection: Connection[Any], loaded_at: datetime) -> None:
        """Change some of everything, and load what changed."""
        draws = self._draws
        changed = draws.sample(sorted(self._orders), int(CHANGED_SHARE * len(self._orders)))
        for name in changed:
            self._orders[name] = self._changed(self._orders[name], draws.choice(CHANGES))
        self._load_orders(connection, changed, loaded_at)
        self._change_catalog(connection, loaded_at)
        self._change_marketing(connection)

    def _changed(self, order: Order, change: str) -> Order:
        draws = self._draws
        moved = order.created + timedelta(hours=draws.randrange(-900, 900))
        return {
            "day": lambda: replace(order, created=moved, processed=None),
            "buyer": lambda: replace(
                order,
                buyer=draws.choice([*range(1, 33), "guest1@example.com", "guest77@x.ca", None]),
            ),
            "lines": lambda: replace(order, lines=(*order.lines[1:], _line(draws))),
            "status": lambda: replace(
                order, status=draws.choice(["pending", "paid", "voided"])
            ),
            "cancelled": lambda: replace(
                order,
                cancelled=None if order.cancelled else order.created + timedelta(days=2),
            ),
            "deleted": lambda: replace(
                order, deleted=None if order.deleted else order.created + timedelta(days=9)
            ),
            "refund": lambda: replace(order, refund=draws.randrange(1, 200) * STEP),
            "campaign": lambda: replace(
                order,
                send=draws.choice([None, draws.randrange(1000, 1040)]),
                batch=draws.choice([None, draws.randrange(1, 9)]),
                utm=draws.choice([*UTM, (None, None, None)]),
            ),
        }[change]()

    def _load_orders(
        self, connection: Connection[Any], names: list[str], loaded_at: datetime
    ) -> None:
        for shop in ZONES:
            orders = [self._orders[name] for name in names if self._orders[name].shop == shop]
            page = as_written(orders)
            for record, order in zip(page.records, orders, strict=True):
                ids = {"id_send_log": order.send, "id_batch": order.batch}
                record |= {key: str(value) if value else None for key, value in ids.items()}
                parts = ("utm_source", "utm_medium", "utm_campaign")
                record |= dict(zip(parts, order.utm, strict=True))
            for stream, records in {"transactions": page.records, **page.embedded}.items():
                loaded = [{**record, "shop_id": shop} for record in records]
                raw.load(connection, stream, loaded, loaded_at)

    def _change_catalog(self, connection: Connection[Any], loaded_at: datetime) -> None:
        """Move one product to other categories, and one category to another parent."""
        draws = self._draws
        product, category = (
            draws.choice(sorted(self._categories)),
            draws.choice(["tea", "cups"]),
        )
        self._categories[product] = draws.sample(["green", "cups", "tea"], draws.randrange(3))
        self._parents[category] = draws.choice(["all", None])
        fields = {"id": product, "updated_at": _text(loaded_at), "name": f"at {loaded_at}"}
        page = Page()
        record = {**fields, "category_ids": self._categories[product]}
        normalize.add("products", normalize.NormalizedRecord(record), page)
        parent = {"category_id": category, "parent_id": self._parents[category]}
        for shop in ZONES:
            for stream, found in (("products", page.records[0]), ("categories", parent)):
                raw.load(connection, stream, [{**found, "shop_id": shop}], loaded_at)

    def _change_marketing(self, connection: Connection[Any]) -> None:
        """Merge two contacts, add and delete events of any age, and rename a campaign."""
        draws = self._draws
        alias = draws.choice([n for n in range(5, 30) if n not in self._aliases])
        target = draws.choice([n for n in range(1, 5) if n not in self._aliases])
        self._aliases[alias] = target
        connection.execute("insert into crm.aliases values (%s, %s)", [alias, target])
        for _ in range(5):
            send = draws.randrange(1000, 1030)
            at = FIRST + timedelta(hours=draws.randrange(2880))
            connection.execute(
                "insert into crm.events values (%s, 'click', 'email', %s, %s, %s, %s)",
                [
                    *(str(draws.randrange(1, 33)), at.replace(tzinfo=None), str(send)),
                    *(send % 7 + 1, f"campaign {send % 7 + 1}"),
                ],
            )
        connection.execute(
            "delete from crm.events where ctid in"
            ' (select ctid from crm.events order by "At", "Send", "Person" limit 3)'
        )
        connection.execute(
            'update crm.events set "Title" = %s where "Deployment" = %s',
            [f"Renamed {draws.randrange(99)}", draws.randrange(1, 8)],
        )
        connection.execute("refresh materialized view crm.happened")


def _line(draws: Random) -> Line:
    return Line(
        product=draws.choice([*CATEGORIES, "unlisted"]),
        quantity=draws.choice([1, 2, 3]),
        price=draws.randrange(1, 3000) * STEP,
        discount=draws.choice([0, draws.randrange(25)]) * STEP,
        returned=draws.choice([0, 0, 1]),
        is_cancelled=False,
    )


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
