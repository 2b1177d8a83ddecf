"""The campaign parameters of an order, from its attributes or URLs."""

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
    """Return utm_* and the ids of the send. Attributes of the order take precedence over URLs.

    If the landing URL has no parameters, the referrer may be the page that a message linked to.
    It counts only with the id of a send, since utm_* of other sites belong to other campaigns.
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
    """Return the campaign parameters of a URL, by name in lower case."""
    query: dict[str, str] = {}
    if url and "?" in url:
        # The first of repeated parameters counts, as in analytics tools.
        for pair in url.partition("#")[0].partition("?")[2].split("&"):
            encoded, _, value = pair.partition("=")
            if value and (name := _decoded(encoded).lower()) in _NAMES:
                query.setdefault(name, _decoded(value))
    return query


def _attribute(value: object) -> str | None:
    """Return an attribute as text; null for lists and objects."""
    return None if isinstance(value, (list, dict)) else text(value)


def _decoded(part: str) -> str:
    if "%" not in part and "+" not in part:
        return part
    # %00 becomes NUL only by decoding.
    return str(storable(unquote_plus(part)))
