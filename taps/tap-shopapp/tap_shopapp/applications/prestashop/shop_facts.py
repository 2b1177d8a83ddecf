"""What orders and products of a shop refer to: its settings, order states and currencies."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tap_shopapp.applications.prestashop.local_time import LocalTime
from tap_shopapp.applications.prestashop.statuses import NAMED, UNKNOWN, State, read_state
from tap_shopapp.applications.prestashop.values import flag, phrase
from tap_shopapp.applications.prestashop.webservice import one_of
from tap_shopapp.errors import RecordError, TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.applications.prestashop.webservice import Webservice
    from tap_shopapp.pages import Record

_logger = logging.getLogger("tap-shopapp.prestashop")

_ANONYMOUS = "PSGDPR_ANONYMOUS_CUSTOMER"
_NAMES = (
    *("PS_TIMEZONE", "PS_CURRENCY_DEFAULT", "PS_LANG_DEFAULT", "PS_SHOP_NAME"),
    *(*NAMED, _ANONYMOUS),
)
_RIGHT = "Check that the key may read configurations, and that the shop has such a setting."


class ShopFacts:
    """Facts about one shop, or about the shops of a multistore that share them.

    Args:
        webservice: Sends the requests.
        zone: The time zone in the settings of the tap, which comes first.

    Raises:
        TapError: A setting of the shop is missing, or its shops have different ones.
    """

    def __init__(self, webservice: Webservice, zone: ZoneInfo | None) -> None:
        self._webservice = webservice
        self._settings = self._read_settings()
        self.clock = LocalTime(zone or self._zone())
        self.language = webservice.language = self._setting("PS_LANG_DEFAULT")
        self.name = self._settings.get("PS_SHOP_NAME", [""])[0]
        self._named = {
            state_id: word
            for name, word in NAMED.items()
            for state_id in self._settings.get(name, ())
        }
        if unnamed := sorted(NAMED.keys() - self._settings.keys()):
            _logger.warning(
                "The shop's webservice states no %s, so the orders have another status.",
                ", ".join(unnamed),
            )
        self._currencies: dict[str, str] = {}
        self._states: dict[str, State] = {}
        self._technical: frozenset[str] | None = None
        self._currency_id = self._setting("PS_CURRENCY_DEFAULT")
        self.shop_currency = self.currency(self._currency_id)

    def currency(self, currency_id: str | None) -> str:
        """Return the code of a currency. Deleted currencies are still listed.

        Raises:
            RecordError: The shop does not list it.
        """
        if currency_id not in self._currencies:
            rows = self._webservice.rows("currencies", {}, display="[id,iso_code]")
            self._currencies = {
                str(row["id"]): code for row in rows if (code := phrase(row.get("iso_code")))
            }
        if currency_id not in self._currencies:
            raise RecordError("no_currency", "id_currency is not a currency of the shop.")
        return self._currencies[currency_id or ""]

    def state(self, state_id: str | None) -> State:
        """Return a state of orders. Deleted states are still listed."""
        if state_id not in self._states:
            self._states = {
                str(row["id"]): read_state(row, self._named, self.language)
                for row in self._webservice.rows("order_states", {})
            }
        return self._states.get(state_id or "", State(UNKNOWN))

    @property
    def technical_categories(self) -> frozenset[str]:
        """Ids of the root of all categories, and of the roots of shops."""
        if self._technical is None:
            rows = self._webservice.rows(
                "categories",
                {"filter[level_depth]": "[0|1]"},
                display="[id,id_parent,is_root_category]",
            )
            self._technical = frozenset(str(row["id"]) for row in rows if is_technical(row))
        return self._technical

    def is_anonymous(self, customer: Mapping[str, Any]) -> bool:
        """Return whether a customer is the one that a privacy module puts in place of others.

        Its id is in the settings of the module. Without them, its form decides.
        """
        if str(customer["id"]) in self._settings.get(_ANONYMOUS, ()):
            return True
        names = {customer.get("firstname"), customer.get("lastname")}
        mailbox = str(customer.get("email")).partition("@")[0]
        is_active = flag(customer.get("active"))
        return names == {"Anonymous"} and mailbox == "anonymous" and not is_active

    def _read_settings(self) -> dict[str, list[str]]:
        """Return the different values of each setting; shops may have values of their own."""
        rows = self._webservice.rows(
            "configurations",
            {"filter[name]": one_of(_NAMES)},
            display="[name,value]",
        )
        values: dict[str, dict[str, None]] = {}
        for row in rows:
            value, name = phrase(row.get("value")), str(row.get("name"))
            if value and name in _NAMES:
                values.setdefault(name, {})[value] = None
        return {name: list(its) for name, its in values.items()}

    def _setting(self, name: str) -> str:
        values = self._settings.get(name, [])
        if len(values) == 1:
            return values[0]
        if not values:
            msg = f"The shop's webservice states no {name}."
            raise TapError(msg, _RIGHT)
        msg = f"The shops of the multistore have different values of {name}."
        raise TapError(msg, "Set id_shop, and read each shop with its own plugin.")

    def _zone(self) -> ZoneInfo:
        name = self._setting("PS_TIMEZONE")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            msg = "The shop's setting PS_TIMEZONE is not an IANA time zone."
            raise TapError(msg, "Set time_zone to a name such as Europe/Paris.") from None


def is_technical(raw: Record) -> bool:
    """Return whether a category is the root of all, or the root of one shop."""
    return str(raw.get("id_parent")) == "0" or flag(raw.get("is_root_category"))


def by_order(rows: list[Record]) -> dict[str, list[Record]]:
    """Return records by the id of their order."""
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(str(row.get("id_order")), []).append(row)
    return found
