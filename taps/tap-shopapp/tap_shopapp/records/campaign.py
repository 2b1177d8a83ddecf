"""The campaign that an order's attributes or links name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from tap_shopapp.records.values import storable, text

if TYPE_CHECKING:
    from collections.abc import Mapping

PARAMETERS = {
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
    "utm_content": "utm_content",
    "utm_term": "utm_term",
    "id_send_log": "idSendLog",
    "id_batch": "idBatch",
    "id_visit": "idVisit",
}
_FIELDS = [(field, name, name.lower()) for field, name in PARAMETERS.items()]
_ATTRIBUTES = frozenset(PARAMETERS.values())
_NAMES = frozenset(name for _, _, name in _FIELDS)
_SENDS = frozenset(("idsendlog", "idbatch"))


def campaign_fields(
    landing_url: str | None, referrer_url: str | None, attributes: Mapping[str, Any]
) -> dict[str, str | None]:
    """Return utm_* and the send's ids; an attribute of the order wins over its links.

    Where the landing URL names nothing, the page that led there may have been what a message
    linked to. It counts if it has the id of a send: utm_* of others are others' campaigns.
    """
    query = _parameters(landing_url)
    if referrer_url and not query:
        referring = _parameters(referrer_url)
        if not referring.keys().isdisjoint(_SENDS):
            query = referring
    if attributes.keys().isdisjoint(_ATTRIBUTES):
        return {field: query.get(name) for field, _, name in _FIELDS}
    return {
        field: (parameter in attributes and _attribute(attributes[parameter]))
        or query.get(name)
        for field, parameter, name in _FIELDS
    }


def _parameters(url: str | None) -> dict[str, str]:
    """Return what names a campaign in a URL, by the parameters in small letters."""
    query: dict[str, str] = {}
    if url and "?" in url:
        # The first of a repeated parameter counts, as analytics tools read them.
        for pair in url.partition("#")[0].partition("?")[2].split("&"):
            encoded, _, value = pair.partition("=")
            if value and (name := _decoded(encoded).lower()) in _NAMES:
                query.setdefault(name, _decoded(value))
    return query


def _attribute(value: object) -> str | None:
    """Return an attribute's value; a list or an object names no campaign."""
    return None if isinstance(value, (list, dict)) else text(value)


def _decoded(part: str) -> str:
    if "%" not in part and "+" not in part:
        return part
    # What was %00 in the address is a NUL only here.
    return str(storable(unquote_plus(part)))
